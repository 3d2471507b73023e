"""Telegram's rate limits (core.telegram.org/bots/faq, "My bot is hitting limits")."""

from dataclasses import dataclass

from bot.config import FREE_PER_SECOND

MARGIN = 0.010
"""Seconds by which our windows are longer than Telegram's: we count departures, Telegram counts arrivals."""
SECOND, MINUTE = 1.0 + MARGIN, 60.0 + MARGIN
"""The windows' lengths in seconds."""
EDITS_FOR_REPLIES = 2
"""Edits of a chat in each minute that are kept for what a person waits for, as after a press of a button."""


@dataclass(frozen=True)
class Rates:
    """The limits: messages per second over all chats, edits among them, and messages and edits per chat and per group.

    Telegram documents no limit for the edits of a chat. About 20 a minute are known to pass, messages included. So 16
    leave room for some messages.

    A chat takes a burst of messages at once after a pause; "avoid sending more than one message per second" is how
    Telegram's FAQ says that bursts are short.

    For ``settling_seconds`` after a start no reminder leaves, because the run before may have used up that second.
    """

    per_second: int = FREE_PER_SECOND
    edits_per_second: int = FREE_PER_SECOND  # nobody can pay for more
    chat_per_second: int = 1
    chat_burst: int = 3
    group_per_minute: int = 20
    chat_edits_per_minute: int = 16
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

    @property
    def pushed_edits_per_minute(self) -> int:
        """The share of a chat's edits for those that nobody waits for."""
        return max(1, self.chat_edits_per_minute - EDITS_FOR_REPLIES)

    @property
    def pushed_edits_per_second(self) -> float:
        """Edits per second that can leave over all chats while reminders leave as fast as they can."""
        return min(self.edits_per_second, self.reminders_per_second) / 2


UNLIMITED = Rates(10**9, 10**9, 10**9, 10**9, 10**9, 10**9, settling_seconds=0.0)
"""No limits: for measuring next to bots that keep none, and for tests of other things."""
