"""When it is too late to send a reminder."""

from datetime import datetime, timedelta

LATE = timedelta(minutes=15)
"""A reminder that is later than this is not sent. It counts as missed."""


def is_late(due_at: datetime, now: datetime) -> bool:
    """Return whether a reminder that is due at ``due_at`` is more than 15 minutes late: too late to be sent."""
    return now - due_at > LATE
