"""A circuit breaker: while Telegram as a whole has an outage, no reminder spends an attempt on it."""

import logging
from collections.abc import Awaitable, Callable

FAILING_CHATS = 3
"""Failures in a row, to this many different chats, that open the breaker: then no single chat is to blame."""
PROBE_SECONDS, LONGEST_PROBE_SECONDS = 5.0, 60.0
"""Time between two probes; it doubles, up to the longest, when a trial reminder failed after a good probe."""
log = logging.getLogger(__name__)


class Breaker:
    """Opens after failures in a row; closes when a request succeeds.

    ``probe`` sends Telegram a cheap request and returns whether Telegram answers; then one reminder goes out on trial.
    ``monotonic`` returns seconds.
    """

    def __init__(self, probe: Callable[[], Awaitable[bool]], monotonic: Callable[[], float]) -> None:
        self._probe = probe
        self._monotonic = monotonic
        self._failing_chats: set[int] = set()
        self._probe_interval = PROBE_SECONDS
        self._next_probe_at = 0.0
        self._has_trial = False
        self.is_open = False

    def record(self, chat_id: int, *, down: bool) -> None:
        """Record the end of a request for a chat; ``down`` means that Telegram itself failed."""
        if not down:
            self._close()
        elif not self.is_open:
            self._failing_chats.add(chat_id)
            if len(self._failing_chats) >= FAILING_CHATS:
                self._open()
        elif self._has_trial:
            self._has_trial = False
            self._probe_interval = min(2 * self._probe_interval, LONGEST_PROBE_SECONDS)
            self._next_probe_at = self._monotonic() + self._probe_interval

    async def admit(self, most: int) -> int:
        """Return how many reminders may go out: ``most``, one on trial, or none. Probes Telegram when that is due."""
        if self.is_open and not self._has_trial and self._monotonic() >= self._next_probe_at:
            self._next_probe_at = self._monotonic() + self._probe_interval
            self._has_trial = await self._probe() and self.is_open
        if not self.is_open:
            return most
        return min(most, 1) if self._has_trial else 0

    def _open(self) -> None:
        self.is_open = True
        self._next_probe_at = self._monotonic() + self._probe_interval
        log.warning(
            "Telegram fails for every chat; reminders wait until it answers again", extra={"action": "outage_begins"}
        )

    def _close(self) -> None:
        if self.is_open:
            log.info("Telegram answers again; reminders continue", extra={"action": "outage_ends"})
        self._failing_chats.clear()
        self._probe_interval = PROBE_SECONDS
        self.is_open = self._has_trial = False
