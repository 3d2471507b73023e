"""JSON as Telegram sends it: fast, and tolerant of what only the standard library takes (a lone surrogate, say)."""

import json
import re
from collections.abc import Callable
from typing import Any

import orjson

MARKS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
"""Strings, so that nothing in them counts, and what opens and closes."""
LEVEL = 3
"""How deep an object in a list in an object is."""


def loads(data: bytes) -> Any:
    """The value; ``ValueError`` if it is no JSON, or nested too deeply to be any use."""
    try:
        return orjson.loads(data)
    except ValueError:
        return _patiently(json.loads, data.decode("utf-8", "replace"))


def pieces(data: bytes) -> list[bytes]:
    """The objects in a list in an object, each as it stands: for what cannot be read as a whole."""
    found: list[bytes] = []
    depth = start = 0
    for mark in MARKS.finditer(data):
        if mark[0] in {b"{", b"["}:
            depth += 1
            start = mark.start() if depth == LEVEL else start
        elif mark[0] in {b"}", b"]"}:
            if depth == LEVEL:
                found.append(data[start : mark.end()])
            depth -= 1
    return found


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
