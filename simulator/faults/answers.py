"""The bodies of answers that say no, and of answers that are broken."""

from collections.abc import Callable
from typing import Literal

import orjson

from simulator.bot_api.refusals import Refusal

Body = Literal["json", "html", "junk", "not_ok", "no_result", "empty"]

_DESCRIPTIONS = {
    400: "Bad Request: a fault of the simulator",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    504: "Gateway Timeout",
}
_HTML = "<html><head><title>{0} {1}</title></head><body><center><h1>{0} {1}</h1></center></body></html>"


def encoded_refusal(refusal: Refusal) -> bytes:
    """The body of a refusal."""
    answer = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    return orjson.dumps(answer | ({"parameters": refusal.parameters} if refusal.parameters else {}))


def _json(status: int, description: str, retry_after: int | None) -> bytes:
    parameters = {} if retry_after is None else {"retry_after": retry_after}
    return encoded_refusal(Refusal(status, description, **parameters))


BODIES: dict[str, Callable[[int, str, int | None], bytes]] = {
    "json": _json,
    "html": lambda status, description, _: _HTML.format(status, description).encode(),
    "junk": lambda *_: b'{"ok":tru',
    "not_ok": lambda *_: b'{"ok":false}',
    "no_result": lambda *_: b'{"ok":true}',
    "empty": lambda *_: b"",
}


def describe(status: int, retry_after: int | None) -> str:
    """What Telegram says with this status."""
    text = _DESCRIPTIONS.get(status, "Internal Server Error")
    return f"{text}: retry after {retry_after}" if retry_after is not None else text
