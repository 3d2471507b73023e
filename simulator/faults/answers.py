"""The bodies of the responses that a fault can give: Telegram's own refusals, or something broken."""

from collections.abc import Callable
from typing import Literal

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
"""What a proxy in front of Telegram answers, in the shape that nginx gives it."""


def _refusal(status: int, description: str, retry_after: int | None) -> bytes:
    parameters = {} if retry_after is None else {"retry_after": retry_after}
    return Refusal(status, description, **parameters).body()


BODIES: dict[str, Callable[[int, str, int | None], bytes]] = {
    "json": _refusal,
    "html": lambda status, description, _: _HTML.format(status, description).encode(),
    "junk": lambda *_: b'{"ok":tru',
    "not_ok": lambda *_: b'{"ok":false}',
    "no_result": lambda *_: b'{"ok":true}',
    "empty": lambda *_: b"",
}
"""By name: a function that makes the body from status, description and Retry-After in seconds."""


def description_of(status: int, retry_after: int | None) -> str:
    """Return the description that Telegram gives with this status."""
    text = _DESCRIPTIONS.get(status, "Internal Server Error")
    return f"{text}: retry after {retry_after}" if retry_after is not None else text
