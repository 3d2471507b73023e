"""When a tick comes: a trigger for APScheduler that never looks back."""

from datetime import datetime

from apscheduler.triggers.base import BaseTrigger


class Every(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Fires as each span of so many ``seconds`` begins, counted from 1970: reminders are due as a second begins.

    APScheduler's own triggers go through every time that was missed, even to run once for all of them: when the clock
    is set by a year, that would be 31 million.
    """

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The next beginning after ``now``, whatever was before."""
        begun = int(now.timestamp()) // self._seconds
        return datetime.fromtimestamp((begun + 1) * self._seconds, now.tzinfo)

    def __str__(self) -> str:
        return f"every {self._seconds} s"
