"""Reads and writes Telegram's JSON with orjson. What orjson refuses is left to the standard library.

orjson refuses a lone surrogate, for example: half a character, which some clients send.
"""

import json
import re
from itertools import accumulate
from typing import Any

import orjson

TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
"""Brackets, and strings as a whole, so that a bracket inside a string does not count."""
OPENING, CLOSING = (b"{", b"["), (b"}", b"]")
CONTAINERS = (dict, list, tuple)
DEEPEST = 512
"""Levels of nesting, ten times as many as an update has. Python's own limit depends on its version."""
TOO_DEEP = "nested too deeply"
UPDATE_DEPTH = 3
"""The depth of an update in an answer of Telegram: an object in a list in an object."""


def loads(data: bytes) -> Any:
    """Return the value of JSON.

    Raises:
        ValueError: The data is not JSON, or is nested too deeply.
    """
    try:
        return orjson.loads(data)
    except ValueError:
        steps = ((token[0] in OPENING) - (token[0] in CLOSING) for token in TOKENS.finditer(data))
        if max(accumulate(steps), default=0) > DEEPEST:
            raise ValueError(TOO_DEEP) from None
        return json.loads(data.decode("utf-8", "replace"))


def pieces(data: bytes) -> list[bytes]:
    """Return the bytes of each update in an answer of Telegram, even if the whole answer is not valid JSON."""
    updates: list[bytes] = []
    depth = start = 0
    for token in TOKENS.finditer(data):
        if token[0] in OPENING:
            depth += 1
            start = token.start() if depth == UPDATE_DEPTH else start
        elif token[0] in CLOSING:
            if depth == UPDATE_DEPTH:
                updates.append(data[start : token.end()])
            depth -= 1
    return updates


def dumps(value: Any) -> bytes:
    """Return a value as JSON in UTF-8.

    Raises:
        ValueError: The value is nested too deeply.
    """
    try:
        return orjson.dumps(value)
    except TypeError:
        if _is_too_deep(value):
            raise ValueError(TOO_DEEP) from None
        return json.dumps(value).encode()


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        parents = [item.values() if isinstance(item, dict) else item for item in level if isinstance(item, CONTAINERS)]
        level = [child for parent in parents for child in parent]
        if not level:
            return False
    return True
