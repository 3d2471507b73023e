"""JSON as Telegram sends it: fast, and tolerant of what only the standard library takes (a lone surrogate, say)."""

import json
from typing import Any

import orjson


def loads(data: bytes) -> Any:
    """The value; ``ValueError`` if it is no JSON."""
    try:
        return orjson.loads(data)
    except ValueError:
        return json.loads(data.decode("utf-8", "replace"))


def dumps(value: Any) -> bytes:
    """The value as UTF-8."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value).encode()
