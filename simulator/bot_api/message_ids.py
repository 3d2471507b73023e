"""The parameter `message_ids` of the methods that take several messages at once."""

from typing import Any

from simulator.bot_api.parameters import WHOLE_NUMBER, Parameters
from simulator.bot_api.refusals import bad_request

_MOST_AT_ONCE = 100


def message_ids(parameters: Parameters) -> list[int]:
    """Return the message identifiers of a request. Refused as Telegram refuses."""
    values: Any = parameters.value("message_ids", "Can't parse message_ids JSON object")
    if values in (None, ""):
        raise bad_request("Message identifiers are not specified")
    if not isinstance(values, list):
        raise bad_request("Expected an Array of message identifiers")
    if len(values) > _MOST_AT_ONCE:
        raise bad_request("Too many message identifiers specified")
    for value in values:
        if not isinstance(value, int | str) or isinstance(value, bool):
            raise bad_request("Message identifier must be a Number")
        if not WHOLE_NUMBER.fullmatch(str(value)):
            raise bad_request("Can't parse message identifier as a Number")
        if int(value) <= 0:
            raise bad_request("Invalid message identifier specified")
    return list(map(int, values))
