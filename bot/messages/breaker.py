"""A circuit breaker: while Telegram as a whole has an outage, no reminder uses up an attempt."""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable

FAILING_CHATS = 3
"""Failures in a row to this many different chats open the breaker, because no single chat can be to blame."""
FAILURES_OF_A_CHAT = 2
"""This many failures in a row to the same chat open the breaker too: there may be no other chat to send to."""
PROBE_SECONDS, LONGEST_PROBE_SECONDS = 5.0, 60.0
"""Time between two probes. It doubles, up to the longest, each time that a trial reminder fails after a good probe."""
log = logging.getLogger(__name__)


class Breaker:
    """Opens after failures in a row, or after a single failure that a probe confirms. Closes when a request succeeds.

    Args:
        probe: sends a request that reaches nobody, and returns whether Telegram answers it. If Telegram answers while
            the breaker is open, one reminder goes out on trial.
        monotonic: returns seconds.
        is_polling_down: returns whether Telegram fails when it is asked for updates.
    """

    def __init__(
        self,
        probe: Callable[[], Awaitable[bool]],
        monotonic: Callable[[], float],
        is_polling_down: Callable[[], bool] = lambda: False,
    ) -> None:
        self._probe = probe
        self._monotonic = monotonic
        self._is_polling_down = is_polling_down
        self._failures: Counter[int] = Counter()
        self._has_push_failed = False
        self._probe_interval = PROBE_SECONDS
        self._next_probe_at = 0.0
        self._has_trial = False
        self.is_open = False

    def record(self, chat_id: int, *, down: bool, pushed: bool = False) -> None:
        """Record the end of a request for a chat.

        Args:
            chat_id: the chat.
            down: whether Telegram itself failed.
            pushed: whether nobody waits for the message. After a failure, a probe then comes before the next reminder.
        """
        if not down:
            if self.is_open:
                log.info("Telegram takes messages again; reminders continue", extra={"action": "outage_ends"})
            self._failures.clear()
            self._probe_interval = PROBE_SECONDS
            self.is_open = self._has_trial = self._has_push_failed = False
        elif not self.is_open:
            self._failures[chat_id] += 1
            self._has_push_failed |= pushed
            if len(self._failures) >= FAILING_CHATS or self._failures[chat_id] >= FAILURES_OF_A_CHAT:
                self._open()
        elif self._has_trial:
            self._has_trial = False
            self._probe_interval = min(2 * self._probe_interval, LONGEST_PROBE_SECONDS)
            self._next_probe_at = self._monotonic() + self._probe_interval

    async def admit(self, most: int) -> int:
        """Return how many reminders may go out: ``most``, one on trial, or none. Probe Telegram first if it is due."""
        is_in_doubt = not self._has_trial if self.is_open else self._is_doubted()
        if is_in_doubt and self._monotonic() >= self._next_probe_at:
            self._next_probe_at = self._monotonic() + self._probe_interval
            is_up = await self._probe()
            if self.is_open:
                self._has_trial = is_up
            elif is_up:
                self._has_push_failed = False
            elif self._is_doubted():  # nothing has succeeded meanwhile
                self._open()
        if not self.is_open:
            return most
        return min(most, 1) if self._has_trial else 0

    def _is_doubted(self) -> bool:
        return self._has_push_failed or self._is_polling_down()

    def _open(self) -> None:
        self.is_open = True
        self._next_probe_at = self._monotonic() + self._probe_interval
        log.warning(
            "Telegram fails when messages are sent; reminders wait until it takes them again",
            extra={"action": "outage_begins"},
        )
