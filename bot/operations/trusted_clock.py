"""The time that the bot uses: the machine's, or Telegram's while the machine's clock is wrong.

Each answer of Telegram has a Date header. Between two answers, a clock that nobody can set shows how much time has
passed.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TypeAlias

from bot.log import Outage
from bot.operations.clock_check import ClockCheck, elapsed_seconds

LARGEST_DIFFERENCE = timedelta(seconds=60)
"""If the difference from Telegram's time is larger, the machine's clock counts as wrong."""
LARGEST_REMAINDER = timedelta(seconds=30)
"""Once the difference is no larger than this, a wrong clock counts as right again."""
RESOLUTION = timedelta(seconds=1)
"""A Date header leaves out the fraction of its second."""
NoteDate: TypeAlias = Callable[[str | None], None]
"""Takes the Date header of an answer, or None if it has none."""
log = logging.getLogger(__name__)


def ignore_date(_: str | None) -> None:
    """Ignore a Date header. For callers without a clock to correct."""


class TrustedClock:
    """Returns the time, aware and in UTC. It follows the ``machine``'s clock, and Telegram's while that one is wrong.

    ``seconds`` returns the seconds on a clock that nobody can set.
    """

    def __init__(self, machine: Callable[[], datetime], seconds: Callable[[], float] = elapsed_seconds) -> None:
        self.machine = machine
        self._seconds = seconds
        self._is_steady = ClockCheck(machine, seconds)
        self._epoch: datetime | None = None
        """Telegram's time when ``seconds`` was 0."""

        self._last_header = ""
        self._is_machine_wrong = False
        self._trouble = Outage(log, "clock_wrong", "The machine's clock is right again")

    def __call__(self) -> datetime:
        """Return the time now, aware and in UTC."""
        now = self.machine()
        difference = self._difference(now)
        limit = LARGEST_REMAINDER if self._is_machine_wrong else LARGEST_DIFFERENCE
        self._is_machine_wrong = abs(difference) > limit
        return now - difference if self._is_machine_wrong else now

    @property
    def difference(self) -> float | None:
        """The seconds by which the machine's clock is fast: negative if it is slow, None before the first answer."""
        return None if self._epoch is None else self._difference(self.machine()).total_seconds()

    def is_trusted(self) -> bool:
        """Return whether the time can be trusted: Telegram has confirmed it, or the clock has not jumped lately."""
        return self._epoch is not None or self._is_steady()

    def time_request(self) -> NoteDate:
        """Return the function that takes the Date header of the answer to a request that leaves now."""
        return partial(self._note, self._seconds())

    def _difference(self, now: datetime) -> timedelta:
        if self._epoch is None:
            return timedelta()
        return now - self._epoch - timedelta(seconds=self._seconds())

    def _note(self, began: float, header: str | None) -> None:
        if not header or header == self._last_header:  # the last one is read already
            return
        ended, self._last_header = self._seconds(), header
        try:
            date = parsedate_to_datetime(header)
        except ValueError:
            return
        took = timedelta(seconds=ended - began)
        if date.tzinfo is None or took > LARGEST_DIFFERENCE:  # without a zone, or after too long, it proves too little
            return
        # The answer was written between the two moments, mostly right at the end: a poll waits for an update.
        earliest = date - timedelta(seconds=ended)
        if self._epoch is None or not earliest <= self._epoch <= earliest + took + RESOLUTION:
            self._epoch = earliest + RESOLUTION / 2
        self()
        if not self._is_machine_wrong:
            self._trouble.succeeded()
            return
        seconds = self.difference or 0.0
        self._trouble.failed(
            f"The machine's clock is {abs(seconds):.0f} s {'fast' if seconds > 0 else 'slow'}; going by Telegram's "
            "time. Set the clock, and check its time synchronization"
        )
