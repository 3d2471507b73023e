"""Whether the machine's wall clock can be believed: it must go as fast as time does."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

LEAP = timedelta(seconds=60)
DOUBT_SECONDS = 60.0
"""How long a clock is doubted that has leapt: it may be set back at once."""
log = logging.getLogger(__name__)


def elapsed() -> float:
    """Seconds that nobody can set; those in which the machine slept count too."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Steadiness:
    """Says whether ``clock`` (aware UTC) can be believed; each answer judges the time since the last.

    A clock that has leapt is believed after a minute in which it did not leap again.
    """

    def __init__(self, clock: Callable[[], datetime], seconds: Callable[[], float] = elapsed) -> None:
        self._clock = clock
        self._seconds = seconds
        self._last = (clock(), seconds())
        self._doubted_until = float("-inf")

    def __call__(self) -> bool:
        """Whether what is due by the clock is really due."""
        (before, then), (now, seconds) = self._last, (self._clock(), self._seconds())
        self._last = (now, seconds)
        leap = now - before - timedelta(seconds=seconds - then)
        if abs(leap) > LEAP:
            log.warning("the clock leapt by %d seconds: nothing is sent unasked for a minute", leap.total_seconds())
            self._doubted_until = seconds + DOUBT_SECONDS
        return seconds >= self._doubted_until
