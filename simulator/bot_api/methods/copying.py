"""copyMessage, forwardMessage and their plurals: the content of a message is sent again, to any chat."""

from simulator.bot_api.chat_access import known_chat, present_message
from simulator.bot_api.message_ids import message_ids
from simulator.bot_api.methods.sending import send
from simulator.bot_api.origins import origin
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.bot_api.texts import caption
from simulator.json_objects import Json
from simulator.state.chats import Chat, Message
from simulator.state.content import CANNOT_BE_COPIED, CAPTION, content_of
from simulator.state.world import World


def copy_message(world: World, parameters: Parameters) -> Json:
    """Carry out `copyMessage`: send the same content without saying where it comes from. Return a MessageId object."""
    message = present_message(_source(world, parameters), parameters.integer("message_id"), "message to copy")
    content = _copy(world, message)
    if content is None:
        raise bad_request("The message can't be copied")
    if parameters.has("caption"):
        content = _without_caption(content) | caption(world, parameters)
    return {"message_id": send(world, parameters, "copyMessage", content)["message_id"]}


def copy_messages(world: World, parameters: Parameters) -> list[Json]:
    """Carry out `copyMessages`. Messages that are not there or cannot be copied are skipped."""
    copies = [_copy(world, message) for message in _sources(world, parameters)]
    if parameters.flag("remove_caption"):
        copies = [_without_caption(content) if content else None for content in copies]
    return _send_all(world, parameters, "copyMessages", copies)


def forward_message(world: World, parameters: Parameters) -> Json:
    """Carry out `forwardMessage`: send the same content and say where it comes from."""
    message = present_message(_source(world, parameters), parameters.integer("message_id"), "message to forward")
    if message.body.get("has_protected_content"):
        raise bad_request("Message has protected content and can't be forwarded")
    content = _forward(message)
    if content is None:
        raise bad_request("The message can't be forwarded")
    return send(world, parameters, "forwardMessage", content)


def forward_messages(world: World, parameters: Parameters) -> list[Json]:
    """Carry out `forwardMessages`. Messages that are not there or cannot be forwarded are skipped."""
    forwards = [
        None if message.body.get("has_protected_content") else _forward(message)
        for message in _sources(world, parameters)
    ]
    return _send_all(world, parameters, "forwardMessages", forwards)


def _source(world: World, parameters: Parameters) -> Chat:
    return known_chat(world, parameters.required("from_chat_id"))


def _sources(world: World, parameters: Parameters) -> list[Message]:
    chat, ids = _source(world, parameters), message_ids(parameters)
    if ids != sorted(set(ids)):
        raise bad_request("Message identifiers must be in a strictly increasing order")
    return [message for message_id in ids if (message := chat.present(message_id))]


def _copy(world: World, message: Message) -> Json | None:
    """Return the content of a message; None if it cannot be copied. The copy of a poll has no votes."""
    content = content_of(message.body)
    if "poll" in content and content["poll"]["id"] in world.polls:
        content["poll"] = world.polls.copy(content["poll"]["id"]).as_json()
    return content if content and not CANNOT_BE_COPIED & content.keys() else None


def _forward(message: Message) -> Json | None:
    """Return the content of a message and its origin; None if it cannot be forwarded."""
    content = content_of(message.body)
    return content | {"forward_origin": origin(message)} if content else None


def _without_caption(content: Json) -> Json:
    return {name: value for name, value in content.items() if name not in CAPTION}


def _send_all(world: World, parameters: Parameters, method: str, contents: list[Json | None]) -> list[Json]:
    sent = [send(world, parameters, method, content) for content in contents if content]
    if not sent:
        raise bad_request("Messages can't be forwarded")  # Telegram says this of copies too
    return [{"message_id": message["message_id"]} for message in sent]


METHODS = {
    "copymessage": copy_message,
    "copymessages": copy_messages,
    "forwardmessage": forward_message,
    "forwardmessages": forward_messages,
}
