"""A strict sliding window: its limit holds in every stretch of its length, whenever the stretch begins."""

from collections import deque
from itertools import takewhile


class Window:
    """The departures of the last ``seconds``. Every ``now`` is in monotonic seconds and never goes back."""

    __slots__ = ("_departures", "_seconds")

    def __init__(self, seconds: float) -> None:
        self._departures: deque[float] = deque()
        self._seconds = seconds

    def used(self, now: float) -> int:
        """Return the number of departures in the window that ends now."""
        departures = self._departures
        while departures and departures[0] + self._seconds <= now:
            departures.popleft()
        return len(departures)

    def free_in(self, limit: int, now: float) -> float:
        """Return the seconds until one more message may leave under ``limit`` per window; 0 if it may leave now."""
        excess = self.used(now) - limit
        return self._departures[excess] + self._seconds - now if excess >= 0 else 0.0

    def freed_by(self, moment: float) -> int:
        """Return how many of the departures will no longer be in the window at ``moment``."""
        return sum(1 for _ in takewhile(lambda departure: departure + self._seconds <= moment, self._departures))

    def add(self, now: float) -> None:
        """Count a departure at the moment ``now``."""
        self._departures.append(now)

    def remove(self, departure: float) -> None:
        """Stop counting a departure that put no message into its chat."""
        if departure in self._departures:
            self._departures.remove(departure)
