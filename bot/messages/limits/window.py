"""A sliding window: strict, so that wherever a stretch of its length begins, no more than so many fall into it."""

from collections import deque
from itertools import takewhile


class Window:
    """The departures of the last ``seconds``; every ``now`` is in monotonic seconds and never before an earlier one."""

    __slots__ = ("_left", "_seconds")

    def __init__(self, seconds: float) -> None:
        self._left: deque[float] = deque()
        self._seconds = seconds

    def used(self, now: float) -> int:
        """How many have left within the window that ends now."""
        left = self._left
        while left and left[0] + self._seconds <= now:
            left.popleft()
        return len(left)

    def free_in(self, most: int, now: float) -> float:
        """Seconds until one more may leave, where ``most`` may in one window; 0 if it may now."""
        over = self.used(now) - most
        return self._left[over] + self._seconds - now if over >= 0 else 0.0

    def freed_by(self, at: float) -> int:
        """How many of those within the window will have left it by then."""
        return sum(1 for _ in takewhile(lambda left: left + self._seconds <= at, self._left))

    def note(self, now: float) -> None:
        """Count one that leaves."""
        self._left.append(now)

    def take_back(self, at: float) -> None:
        """Count one no more, which left at that moment and came to nothing."""
        if at in self._left:
            self._left.remove(at)
