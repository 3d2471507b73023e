"""Checks whether the machine's clock can be trusted: it must not jump."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

LARGEST_CORRECTION = timedelta(seconds=60)
"""A larger change between two checks is a jump. Time services make small corrections all the time."""
DISTRUST_SECONDS = 60.0
"""How long the clock is not trusted after a jump, because it may soon be set back."""
log = logging.getLogger(__name__)


def elapsed_seconds() -> float:
    """Return the seconds on a clock that nobody can set. It goes on while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class ClockCheck:
    """Compares ``clock`` (aware UTC), at each call, with the time that has passed since the last call."""

    def __init__(self, clock: Callable[[], datetime], seconds: Callable[[], float] = elapsed_seconds) -> None:
        self._clock = clock
        self._seconds = seconds
        self._last = (clock(), seconds())
        self._distrusted_until = float("-inf")

    def __call__(self) -> bool:
        """Return whether the clock can be trusted: it has not jumped in the last ``DISTRUST_SECONDS``."""
        (last_time, last_seconds), (now, seconds) = self._last, (self._clock(), self._seconds())
        self._last = (now, seconds)
        jump = now - last_time - timedelta(seconds=seconds - last_seconds)
        if abs(jump) > LARGEST_CORRECTION:
            log.warning(
                "The machine's clock jumped by %d s; reminders wait for %d s. Check its time synchronization",
                jump.total_seconds(),
                DISTRUST_SECONDS,
                extra={"action": "clock_jumped"},
            )
            self._distrusted_until = seconds + DISTRUST_SECONDS
        return seconds >= self._distrusted_until
