"""How Telegram refuses a request, in its own words.

The words are those of the Bot API server's public source (tdlib/telegram-bot-api, `Client.cpp`) and of TDLib, which it
uses. A description is a prefix for the status and a reason. The server writes the first letter of the reason small,
unless the reason is a code in capitals such as BUTTON_DATA_INVALID.
"""

from typing import Any

import orjson


class Refusal(Exception):  # noqa: N818 (it is a valid answer, not an error of this program)
    """A request is refused. The bot gets HTTP `status`, `description` and `parameters` (ResponseParameters)."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def body(self) -> bytes:
        """Return the body of the HTTP response."""
        answer = {"ok": False, "error_code": self.status, "description": self.description}
        return orjson.dumps(answer | ({"parameters": self.parameters} if self.parameters else {}))


def _with_small_first_letter(reason: str) -> str:
    is_code = reason[1:2] == "_" or reason[1:2].isupper()
    return reason if is_code else reason[:1].lower() + reason[1:]


def bad_request(reason: str, **parameters: Any) -> Refusal:
    """400: the request itself is wrong."""
    return Refusal(400, f"Bad Request: {_with_small_first_letter(reason)}", **parameters)


def forbidden(reason: str) -> Refusal:
    """403: the bot may not do this in that chat."""
    return Refusal(403, f"Forbidden: {_with_small_first_letter(reason)}")


def conflict(reason: str) -> Refusal:
    """409: another poll or a webhook receives the updates."""
    return Refusal(409, f"Conflict: {reason}")


def too_many_requests(seconds: int) -> Refusal:
    """429: the bot must wait this many seconds."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def not_found(reason: str = "") -> Refusal:
    """404: there is no such bot or method. A library may report this as a wrong token."""
    return Refusal(404, f"Not Found: {reason}" if reason else "Not Found")


def not_implemented(method: str) -> Refusal:
    """501: Telegram has this method and the simulator does not. Telegram itself never answers like this."""
    return Refusal(501, f"Not Implemented: the simulator has no {method}")


def unauthorized() -> Refusal:
    """401: the token is well formed, but it is not the bot's."""
    return Refusal(401, "Unauthorized")


CHAT_NOT_FOUND = "chat not found"
TEXT_EMPTY = "message text is empty"
TEXT_BLANK = "text must be non-empty"
TEXT_TOO_LONG = "message is too long"
CAPTION_TOO_LONG = "message caption is too long"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
CANNOT_EDIT = "message can't be edited"
CANNOT_DELETE = "message can't be deleted"
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"
POLL_ENDED_BY_WEBHOOK = "terminated by setWebhook request"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
