"""JSON objects as plain dictionaries, and what every Bot API object needs: Unix times, and fields left out."""

from datetime import datetime
from typing import Any

Json = dict[str, Any]
"""One JSON object."""


def unix_seconds(moment: datetime) -> int:
    """Return the moment as Telegram writes it: in whole seconds since 1970."""
    return int(moment.timestamp())


def without_none(**fields: Any) -> Json:
    """Return an object with the fields that have a value. Telegram leaves a field out rather than send null."""
    return {name: value for name, value in fields.items() if value is not None}
