"""A trigger for APScheduler that never makes up for missed ticks."""

from datetime import datetime

from apscheduler.triggers.base import BaseTrigger


class Every(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Fires at each multiple of ``seconds`` since 1970, because reminders are due when a second begins.

    APScheduler's own triggers iterate over every missed time, even to run only once for all of them. If the clock is
    set forward by a year, that would be 31 million iterations.
    """

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Return the next multiple after ``now``, even if earlier ones were missed."""
        begun = int(now.timestamp()) // self._seconds
        return datetime.fromtimestamp((begun + 1) * self._seconds, now.tzinfo)

    def __str__(self) -> str:
        return f"every {self._seconds} s"
