"""The intake status: whether updates are coming in, as far as the poller or the webhook knows."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class IntakeStatus:
    """The state of polling or of the webhook. Moments are UTC, and None if they do not apply.

    Attributes:
        fetched_at: When Telegram last answered a poll, or else when polling began.
        conflict_since: Since when another process has kept fetching this bot's updates.
        unset_since: Since when Telegram has not known where to call.
        undelivered_since: Since when Telegram has reported that its calls fail while updates wait.
        delivery_error: What Telegram says about these calls.
    """

    fetched_at: datetime | None = None
    conflict_since: datetime | None = None
    unset_since: datetime | None = None
    undelivered_since: datetime | None = None
    delivery_error: str = ""
