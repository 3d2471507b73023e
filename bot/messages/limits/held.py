"""The permits for reminders that this process has, of those that all processes of the bot share."""

from bisect import bisect_right, insort
from collections.abc import Iterable

from bot.messages.limits.rates import AHEAD_SECONDS, SECOND


class Held:
    """From when each may be used, or used again; every ``now`` is in monotonic seconds."""

    def __init__(self) -> None:
        self._free: list[float] = []  # the first first
        self.returned: list[float] = []  # when each of those that are given back was last used
        self._claimed = 0
        self._valid_until = 0.0

    def __len__(self) -> int:
        return len(self._free)

    def add(self, free: Iterable[float]) -> None:
        """Have some more, each to be used from then."""
        for at in free:
            insort(self._free, at)

    def renew(self, until: float) -> None:
        """Have them until then."""
        self._valid_until = until

    def drop(self) -> None:
        """Have none any more: others may."""
        self._free, self.returned, self._claimed = [], [], 0

    def lapse(self, now: float) -> None:
        """Have none if they were not renewed in time: the process may have been frozen."""
        if now > self._valid_until:
            self.drop()

    def near(self, now: float) -> int:
        """How many reminders can be claimed now, to leave in a moment."""
        return bisect_right(self._free, now + AHEAD_SECONDS)

    def near_at(self, number: int) -> float:
        """When so many can be claimed, or all that may be; there must be one."""
        return self._free[min(number, len(self._free)) - 1] - AHEAD_SECONDS

    def claim(self, number: int) -> None:
        """Keep so many for reminders that are claimed now."""
        self._claimed = number

    def wait(self, now: float) -> float:
        """Seconds until one may be used."""
        return max(self._free[0] - now, 0.0) if self._free else float("inf")

    def take(self, now: float) -> bool:
        """Use the one that has been free for longest, if it is; a second later it may be used again."""
        self.lapse(now)
        if self.wait(now):
            return False
        del self._free[0]
        self._free.append(now + SECOND)  # none is free later
        self._claimed = max(self._claimed - 1, 0)
        return True

    def give(self, number: int) -> None:
        """Give so many back, but those that are kept for what was claimed."""
        given = slice(self._claimed, self._claimed + number)
        self.returned += [at - SECOND for at in self._free[given]]
        del self._free[given]

    def give_claimed(self, number: int) -> None:
        """So many of those kept are not needed, nor is then what was to come: give all that back."""
        self._claimed = max(self._claimed - number, 0)
        if number:
            self.give(len(self._free))

    def tell(self) -> list[float]:
        """When each of those that are given back was last used; it is told once."""
        told, self.returned = self.returned, []
        return told
