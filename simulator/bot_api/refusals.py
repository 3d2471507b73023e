"""What Telegram says when it refuses a request, in its own words.

The words follow the public source of the Bot API server: a refusal is a prefix for its status and a reason
whose first letter is small, unless the reason is a code in capitals.
"""

from typing import Any


class Refusal(Exception):  # noqa: N818 (it is an answer, not a fault of this program)
    """A request is refused: HTTP `status`, `description` and `parameters` of the answer."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def _lowered(reason: str) -> str:
    is_code = reason[1:2] == "_" or reason[1:2].isupper()
    return reason if is_code else reason[:1].lower() + reason[1:]


def bad_request(reason: str, **parameters: Any) -> Refusal:
    """400: the request itself is wrong."""
    return Refusal(400, f"Bad Request: {_lowered(reason)}", **parameters)


def forbidden(reason: str) -> Refusal:
    """403: the bot may not do this in that chat."""
    return Refusal(403, f"Forbidden: {_lowered(reason)}")


def conflict(reason: str) -> Refusal:
    """409: two ways of receiving updates at once."""
    return Refusal(409, f"Conflict: {reason}")


def too_many_requests(seconds: int) -> Refusal:
    """429: wait this many seconds."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def not_found(reason: str = "") -> Refusal:
    """404: no such bot or method."""
    return Refusal(404, f"Not Found: {reason}" if reason else "Not Found")


def unauthorized() -> Refusal:
    """401: the token is none of this server's."""
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
