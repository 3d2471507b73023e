"""Telegram's rate limits (core.telegram.org/bots/faq, "My bot is hitting limits")."""

from dataclasses import dataclass

from bot.config import FREE_PER_SECOND

MARGIN = 0.010
"""Seconds by which our windows are longer than Telegram's: we count departures, Telegram counts arrivals."""
SECOND, MINUTE = 1.0 + MARGIN, 60.0 + MARGIN
"""The windows' lengths in seconds."""


@dataclass(frozen=True)
class Rates:
    """The limits: messages per second over all chats, edits among them, and messages per chat and per group.

    A chat takes a burst of messages at once after a pause; "avoid sending more than one message per second" is how
    Telegram's FAQ says that bursts are short.

    For ``settling_seconds`` after a start no reminder leaves, because the run before may have used up that second.
    """

    per_second: int = FREE_PER_SECOND
    edits_per_second: int = FREE_PER_SECOND  # nobody can pay for more
    chat_per_second: int = 1
    chat_burst: int = 3
    group_per_minute: int = 20
    settling_seconds: float = SECOND

    @property
    def departures_per_second(self) -> int:
        """Messages that may leave in one window: one fewer than Telegram takes.

        A message that takes longer on its way than the next ones arrives in their second.
        """
        return max(1, self.per_second - 1)

    @property
    def reminders_per_second(self) -> int:
        """The share of reminders: a sixth of all messages, at most 10, is kept for replies."""
        return max(1, self.per_second - min(-(-self.per_second // 6), 10))


UNLIMITED = Rates(10**9, 10**9, 10**9, 10**9, 10**9, settling_seconds=0.0)
"""No limits: for measuring next to bots that keep none, and for tests of other things."""
