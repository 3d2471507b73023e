"""JSON as Telegram sends it: fast, and tolerant of what only the standard library takes (a lone surrogate, say)."""

import json
from collections.abc import Callable
from typing import Any

import orjson


def loads(data: bytes) -> Any:
    """The value; ``ValueError`` if it is no JSON, or nested too deeply to be any use."""
    try:
        return orjson.loads(data)
    except ValueError:
        return _patiently(json.loads, data.decode("utf-8", "replace"))


def dumps(value: Any) -> bytes:
    """The value as UTF-8; ``ValueError`` if it is nested too deeply."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return str(_patiently(json.dumps, value)).encode()


def _patiently(work: Callable[[Any], Any], value: Any) -> Any:
    try:
        return work(value)
    except RecursionError:
        raise ValueError("nested too deeply") from None
