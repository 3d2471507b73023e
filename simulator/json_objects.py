"""Bot API objects as they travel: plain dictionaries."""

from datetime import datetime
from typing import Any

Json = dict[str, Any]
"""One JSON object."""


def seconds(moment: datetime) -> int:
    """The moment as the whole Unix seconds Telegram writes."""
    return int(moment.timestamp())


def without_none(**fields: Any) -> Json:
    """The fields that have a value, as an object."""
    return {name: value for name, value in fields.items() if value is not None}
