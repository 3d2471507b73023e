"""Reads and writes Telegram's JSON with orjson, and with the standard library what orjson refuses.

That is a lone surrogate, for example: half a character, which some clients send.
"""

import json
import re
from collections.abc import Callable
from typing import Any

import orjson

TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
"""Brackets, and strings as a whole, so that a bracket inside a string does not count."""
UPDATE_DEPTH = 3
"""The depth of an update in an answer of Telegram: an object in a list in an object."""


def loads(data: bytes) -> Any:
    """Return the value of JSON.

    Raises:
        ValueError: It is not JSON, or nested too deeply.
    """
    try:
        return orjson.loads(data)
    except ValueError:
        return _within_stack(json.loads, data.decode("utf-8", "replace"))


def pieces(data: bytes) -> list[bytes]:
    """Return the bytes of each update in an answer that cannot be read as a whole."""
    updates: list[bytes] = []
    depth = start = 0
    for token in TOKENS.finditer(data):
        if token[0] in {b"{", b"["}:
            depth += 1
            start = token.start() if depth == UPDATE_DEPTH else start
        elif token[0] in {b"}", b"]"}:
            if depth == UPDATE_DEPTH:
                updates.append(data[start : token.end()])
            depth -= 1
    return updates


def dumps(value: Any) -> bytes:
    """Return a value as JSON in UTF-8.

    Raises:
        ValueError: It is nested too deeply.
    """
    try:
        return orjson.dumps(value)
    except TypeError:
        return str(_within_stack(json.dumps, value)).encode()


def _within_stack(work: Callable[[Any], Any], value: Any) -> Any:
    try:
        return work(value)
    except RecursionError:
        raise ValueError("nested too deeply") from None
