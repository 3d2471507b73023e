"""Where a message comes from, as a forward and a reply in another chat show it."""

from simulator.json_objects import Json
from simulator.state.chats import Message


def origin(message: Message) -> Json:
    """Return the MessageOrigin object of a message. A forward has the origin of the first message."""
    body = message.body
    if "forward_origin" in body:
        first: Json = body["forward_origin"]
        return first
    if "from" in body:
        return {"type": "user", "date": body["date"], "sender_user": body["from"]}
    return {"type": "channel", "date": body["date"], "chat": body["chat"], "message_id": message.id}
