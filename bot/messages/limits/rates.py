"""How much Telegram takes (core.telegram.org/bots/faq), as numbers."""

from dataclasses import dataclass

from bot.config import FREE_PER_SECOND

MARGIN = 0.010
"""Seconds by which each window is longer than Telegram's: what leaves is counted here, what arrives there."""
STORM_SECONDS = 10.0
"""Two chats that are limited within so many seconds mean that the bot is."""
AHEAD_SECONDS = 0.015
"""Reminders are claimed so long before they may leave: that takes about as long."""
SHORTEST_WAIT_SECONDS = 0.001
"""A clock may be a little short of the moment that was waited for."""
SECOND, MINUTE = 1.0 + MARGIN, 60.0 + MARGIN


@dataclass(frozen=True)
class Rates:
    """The most in any second over all, of them edits, and in one chat, and in any minute in one group.

    For ``settling_seconds`` after a start no reminder leaves: a run before this one may have used them up.
    """

    per_second: int = FREE_PER_SECOND
    edits_per_second: int = FREE_PER_SECOND  # nobody can pay for more
    chat_per_second: int = 1
    group_per_minute: int = 20
    settling_seconds: float = SECOND

    @property
    def reminders_per_second(self) -> int:
        """What is left for reminders, as a sixth, or 10 at most, is kept for replies."""
        return max(1, self.per_second - min(-(-self.per_second // 6), 10))


UNLIMITED = Rates(10**9, 10**9, 10**9, 10**9, settling_seconds=0.0)
"""For measuring beside bots that keep no limits, and for tests of other things."""
