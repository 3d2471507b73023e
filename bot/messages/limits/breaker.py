"""A circuit breaker: while Telegram as a whole is in trouble, no reminder spends an attempt on it."""

import logging
from collections.abc import Awaitable, Callable

MOST_FAILURES = 3
"""So many different chats in a row: then it is not about them."""
PROBE_SECONDS, LONGEST_PROBE_SECONDS = 5.0, 60.0
"""How often Telegram is asked whether it is there again, and how seldom at least if that was said too early."""
log = logging.getLogger(__name__)


class Breaker:
    """Opens after failures in a row, and closes when something gets through again.

    ``probe`` asks Telegram for something cheap and tells whether it answers: then one reminder goes out on trial.
    ``monotonic`` gives seconds.
    """

    def __init__(self, probe: Callable[[], Awaitable[bool]], monotonic: Callable[[], float]) -> None:
        self._probe = probe
        self._monotonic = monotonic
        self._failing: set[int] = set()
        self._pause = PROBE_SECONDS
        self._probe_at = 0.0
        self._is_trying = False
        self.is_open = False

    def note(self, chat_id: int, *, down: bool) -> None:
        """Take note of how a request for a chat ended: ``down`` if Telegram itself was in trouble."""
        if not down:
            self._close()
        elif not self.is_open:
            self._failing.add(chat_id)
            if len(self._failing) >= MOST_FAILURES:
                self._open()
        elif self._is_trying:
            self._is_trying = False
            self._pause = min(2 * self._pause, LONGEST_PROBE_SECONDS)
            self._probe_at = self._monotonic() + self._pause

    async def admits(self, most: int) -> int:
        """How many reminders may go out: ``most``, or one on trial, or none. Asks Telegram when it is time to."""
        if self.is_open and not self._is_trying and self._monotonic() >= self._probe_at:
            self._probe_at = self._monotonic() + self._pause
            self._is_trying = await self._probe() and self.is_open
        if not self.is_open:
            return most
        return min(most, 1) if self._is_trying else 0

    def _open(self) -> None:
        self.is_open = True
        self._probe_at = self._monotonic() + self._pause
        log.warning("Telegram is in trouble: reminders wait until it answers again")

    def _close(self) -> None:
        if self.is_open:
            log.info("Telegram answers again: reminders go on")
        self._failing.clear()
        self._pause = PROBE_SECONDS
        self.is_open = self._is_trying = False
