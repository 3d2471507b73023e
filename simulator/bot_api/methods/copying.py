"""copyMessage and forwardMessage: the content of a message goes to another chat, or to the same one again."""

from simulator.bot_api.chat_access import known_chat, present_message
from simulator.bot_api.methods.sending import send
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.bot_api.texts import caption
from simulator.json_objects import Json
from simulator.state.chats import Message
from simulator.state.world import World

_COPIED_FIELDS = (
    "text", "entities", "link_preview_options", "photo", "document", "animation", "location", "caption",
    "caption_entities",
)  # fmt: skip


def copy_message(world: World, parameters: Parameters) -> Json:
    """Carry out `copyMessage`: send the same content without saying where it comes from. Return a MessageId object."""
    content = _content(_source(world, parameters, "message to copy"))
    if parameters.has("caption"):
        without_caption = {name: value for name, value in content.items() if not name.startswith("caption")}
        content = without_caption | caption(world, parameters)
    copy = send(world, parameters, "copyMessage", content)
    return {"message_id": copy["message_id"]}


def forward_message(world: World, parameters: Parameters) -> Json:
    """Carry out `forwardMessage`: send the same content and say where it comes from."""
    message = _source(world, parameters, "message to forward")
    origin = {"date": message.body["date"]}
    if "from" in message.body:
        origin |= {"type": "user", "sender_user": message.body["from"]}
    else:
        origin |= {"type": "channel", "chat": message.body["chat"], "message_id": message.id}
    return send(world, parameters, "forwardMessage", _content(message) | {"forward_origin": origin})


def _source(world: World, parameters: Parameters, purpose: str) -> Message:
    chat_id = parameters.text("from_chat_id")
    if not chat_id:
        raise bad_request('Parameter "from_chat_id" is required')
    message = present_message(known_chat(world, chat_id), parameters.integer("message_id"), purpose)
    if message.body.get("has_protected_content"):
        raise bad_request("Message has protected content and can't be forwarded")
    return message


def _content(message: Message) -> Json:
    return {name: value for name, value in message.body.items() if name in _COPIED_FIELDS}


METHODS = {"copymessage": copy_message, "forwardmessage": forward_message}
