"""Sending text, places and chat actions."""

from datetime import timedelta
from typing import Any

from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.bot_api.reply_markup import reply_markup
from simulator.bot_api.texts import message_text
from simulator.json_objects import Json
from simulator.state.people import Chat, Message
from simulator.state.world import World

TYPING_LASTS = timedelta(seconds=5)
_ACTIONS = frozenset(
    (
        "typing", "upload_photo", "record_video", "upload_video", "record_voice",
        "upload_voice", "upload_document", "choose_sticker", "find_location", "record_video_note",
        "upload_video_note", "cancel",
    )
)  # fmt: skip


def send(world: World, parameters: Parameters, method: str, content: Json) -> Json:
    """Post `content` as every send method does: markup, chat and reply are checked, then the message is there."""
    markup = reply_markup(parameters, checks=world.checks)
    chat = world.writable_chat(parameters.text("chat_id"))
    content |= _reply(world, chat, parameters)
    if parameters.flag("protect_content"):
        content["has_protected_content"] = True
    if markup:
        content |= put_markup(chat, markup)
    message = world.post(chat, content, method, silent=parameters.flag("disable_notification"))
    return message.body


def put_markup(chat: Chat, markup: Json) -> Json:
    """Inline keyboards belong to the message; the others to the chat."""
    if markup.get("inline_keyboard"):
        return {"reply_markup": {"inline_keyboard": markup["inline_keyboard"]}}
    if markup.get("keyboard"):
        chat.reply_keyboard = markup
    elif markup.get("remove_keyboard"):
        chat.reply_keyboard = None
    return {}


def _reply(world: World, chat: Chat, parameters: Parameters) -> Json:
    wanted = _reply_parameters(parameters)
    if not wanted:
        return {}
    message = chat.present(wanted["message_id"])
    if message:
        return {"reply_to_message": _without_reply(message)}
    if world.checks and not wanted.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return {}


def _without_reply(message: Message) -> Json:
    return {name: value for name, value in message.body.items() if name != "reply_to_message"}


def _reply_parameters(parameters: Parameters) -> Json:
    if parameters.has("reply_to_message_id"):
        allowed = parameters.flag("allow_sending_without_reply")
        return {"message_id": parameters.integer("reply_to_message_id"), "allow_sending_without_reply": allowed}
    if not parameters.has("reply_parameters"):
        return {}
    wanted: Any = parameters.value("reply_parameters", "Can't parse reply parameters JSON object")
    if not isinstance(wanted, dict):
        raise bad_request("Object expected as reply parameters")
    if wanted and not isinstance(wanted.get("message_id"), int):
        raise bad_request('Can\'t find field "message_id"')
    return wanted


def send_message(world: World, parameters: Parameters) -> Json:
    """`sendMessage`."""
    content = message_text(parameters, checks=world.checks)
    return send(world, parameters, "sendMessage", content | preview(parameters))


def preview(parameters: Parameters) -> Json:
    """The field `link_preview_options` of a message."""
    if parameters.flag("disable_web_page_preview"):
        return {"link_preview_options": {"is_disabled": True}}
    options = parameters.value("link_preview_options", "Can't parse link preview options JSON object")
    if options is None:
        return {}
    if not isinstance(options, dict):
        raise bad_request("Object expected as link preview options")
    return {"link_preview_options": options}


def send_location(world: World, parameters: Parameters) -> Json:
    """`sendLocation`."""
    for name in ("latitude", "longitude"):
        if not parameters.text(name).strip():
            raise bad_request(f"{name} is empty")
    place = {name: parameters.number(name) for name in ("latitude", "longitude")}
    return send(world, parameters, "sendLocation", {"location": place})


def send_chat_action(world: World, parameters: Parameters) -> bool:
    """`sendChatAction`: the chat shows it for five seconds, or until the next message."""
    action = parameters.text("action").lower()
    if action not in _ACTIONS:
        raise bad_request("Wrong parameter action in request")
    chat = world.writable_chat(parameters.text("chat_id"))
    chat.typing_until = None if action == "cancel" else world.clock() + TYPING_LASTS
    world.tell(chat, "typing", action=action)
    return True


METHODS = {
    "sendmessage": send_message,
    "sendlocation": send_location,
    "sendchataction": send_chat_action,
}
