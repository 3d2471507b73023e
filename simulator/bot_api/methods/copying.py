"""Copying and forwarding messages."""

from simulator.bot_api.methods.sending import send
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.bot_api.texts import caption
from simulator.json_objects import Json
from simulator.state.people import Chat, Message
from simulator.state.world import World

_COPIED = (
    "text", "entities", "link_preview_options", "photo", "document", "animation", "location", "caption",
    "caption_entities",
)  # fmt: skip


def copy_message(world: World, parameters: Parameters) -> Json:
    """`copyMessage`: the same content, as the bot's own."""
    message = _source(world, parameters, "message to copy")
    content = _content(message)
    if parameters.has("caption"):
        content = _without_caption(content) | caption(parameters, checks=world.checks)
    copy = send(world, parameters, "copyMessage", content)
    return {"message_id": copy["message_id"]}


def forward_message(world: World, parameters: Parameters) -> Json:
    """`forwardMessage`: the same content, saying where it comes from."""
    message = _source(world, parameters, "message to forward")
    return send(world, parameters, "forwardMessage", _content(message) | {"forward_origin": _origin(message)})


def _source(world: World, parameters: Parameters, purpose: str) -> Message:
    chat_id = parameters.text("from_chat_id")
    if not chat_id:
        raise bad_request('Parameter "from_chat_id" is required')
    chat: Chat = world.chat(chat_id)
    message = world.message(chat, parameters.integer("message_id"), purpose)
    if message.body.get("has_protected_content"):
        raise bad_request("Message has protected content and can't be forwarded")
    return message


def _content(message: Message) -> Json:
    return {name: value for name, value in message.body.items() if name in _COPIED}


def _without_caption(content: Json) -> Json:
    return {name: value for name, value in content.items() if not name.startswith("caption")}


def _origin(message: Message) -> Json:
    if "from" not in message.body:
        channel = {"chat": message.body["chat"], "message_id": message.id}
        return {"type": "channel", "date": message.body["date"], **channel}
    return {"type": "user", "date": message.body["date"], "sender_user": message.body["from"]}


METHODS = {"copymessage": copy_message, "forwardmessage": forward_message}
