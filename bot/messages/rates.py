"""Telegram's rate limits (core.telegram.org/bots/faq, "My bot is hitting limits")."""

from dataclasses import dataclass

from bot.config import FREE_PER_SECOND

MARGIN = 0.010
"""Seconds by which our windows are longer than Telegram's, because we count departures and Telegram counts arrivals."""
SECOND, MINUTE = 1.0 + MARGIN, 60.0 + MARGIN
"""The windows' lengths in seconds."""
EDITS_FOR_REPLIES = 2
"""How many edits of a chat in each minute are kept for edits that a person waits for, as after a press of a button."""


@dataclass(frozen=True)
class Rates:
    """The limits: messages and edits per second in all chats together, and messages and edits of one chat or group.

    Telegram documents no limit for the edits of a chat. About 20 a minute are known to pass, messages included. So a
    limit of 16 leaves room for some messages.

    A chat takes a short burst of messages after a pause. Telegram's FAQ says only: "avoid sending more than one message
    per second".

    For ``settling_seconds`` after a start no reminder leaves, because the earlier run may have used up the share of
    that second.
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

        A message that is slow on its way may arrive in the next second, and counts there.
        """
        return max(1, self.per_second - 1)

    @property
    def reminders_per_second(self) -> int:
        """The reminders that may leave in one window. A sixth of all messages, at most 10, is kept for replies."""
        return max(1, self.per_second - min(-(-self.per_second // 6), 10))

    @property
    def pushed_edits_per_minute(self) -> int:
        """The most edits in one chat per minute that are made without anybody waiting for them."""
        return max(1, self.chat_edits_per_minute - EDITS_FOR_REPLIES)

    @property
    def pushed_edits_per_second(self) -> float:
        """Edits per second that can leave over all chats while reminders leave as fast as they can."""
        return min(self.edits_per_second, self.reminders_per_second) / 2


UNLIMITED = Rates(10**9, 10**9, 10**9, 10**9, 10**9, 10**9, settling_seconds=0.0)
"""No limits: for comparing speed with bots that keep none, and for tests of other things."""
