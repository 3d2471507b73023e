"""Changing and deleting messages."""

from datetime import timedelta
from typing import Any

from simulator.bot_api.methods.media import media_content
from simulator.bot_api.methods.sending import preview
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import CANNOT_DELETE, CANNOT_EDIT, NOT_MODIFIED, bad_request
from simulator.bot_api.reply_markup import inline_keyboard
from simulator.bot_api.texts import caption, message_text
from simulator.json_objects import Json, seconds
from simulator.state.people import Chat, Message
from simulator.state.world import World

DELETABLE_FOR = timedelta(hours=48)
_MOST_AT_ONCE = 100
_CONTENT = (
    "text", "entities", "link_preview_options", "photo", "document", "animation", "location", "caption",
    "caption_entities", "show_caption_above_media", "has_media_spoiler",
)  # fmt: skip
_FILES = ("photo", "document", "animation")


def edit_message_text(world: World, parameters: Parameters) -> Json:
    """`editMessageText`."""
    content = message_text(parameters, checks=world.checks) | preview(parameters)
    markup = inline_keyboard(parameters, checks=world.checks)
    chat, message = _editable(world, parameters)
    if "text" not in message.body:
        raise bad_request("There is no text in the message to edit")
    return _edit(world, (chat, message), "editMessageText", _bare(message, _CONTENT) | content, markup)


def edit_message_caption(world: World, parameters: Parameters) -> Json:
    """`editMessageCaption`."""
    markup = inline_keyboard(parameters, checks=world.checks)
    words = caption(parameters, checks=world.checks)
    chat, message = _editable(world, parameters)
    if not any(kind in message.body for kind in _FILES):
        raise bad_request("There is no caption in the message to edit")
    body = _bare(message, ("caption", "caption_entities", "show_caption_above_media")) | words
    return _edit(world, (chat, message), "editMessageCaption", body, markup)


def edit_message_media(world: World, parameters: Parameters) -> Json:
    """`editMessageMedia`."""
    markup = inline_keyboard(parameters, checks=world.checks)
    media = parameters.value("media", "Can't parse input media JSON object")
    if not isinstance(media, dict):
        raise bad_request("Can't parse InputMedia: expected an Object")
    chat, message = _editable(world, parameters)
    body = _bare(message, _CONTENT) | media_content(world, parameters, media)
    return _edit(world, (chat, message), "editMessageMedia", body, markup)


def edit_message_reply_markup(world: World, parameters: Parameters) -> Json:
    """`editMessageReplyMarkup`."""
    markup = inline_keyboard(parameters, checks=world.checks)
    chat, message = _editable(world, parameters)
    return _edit(world, (chat, message), "editMessageReplyMarkup", dict(message.body), markup)


def _editable(world: World, parameters: Parameters) -> tuple[Chat, Message]:
    if parameters.has("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")  # this bot has no inline messages
    if not parameters.text("chat_id") and not parameters.integer("message_id"):
        raise bad_request("Message identifier is not specified")
    chat = world.writable_chat(parameters.text("chat_id"))
    message = world.message(chat, parameters.integer("message_id"), "message to edit")
    if message.mine or "forward_origin" in message.body:
        raise bad_request(CANNOT_EDIT)
    return chat, message


def _bare(message: Message, fields: tuple[str, ...]) -> Json:
    return {name: value for name, value in message.body.items() if name not in fields}


def _edit(world: World, place: tuple[Chat, Message], method: str, body: Json, markup: Json | None) -> Json:
    """A keyboard that is not sent along is taken away."""
    chat, message = place
    body.pop("reply_markup", None)
    if markup:
        body["reply_markup"] = {"inline_keyboard": markup["inline_keyboard"]}
    if _same(body, message.body):
        raise bad_request(NOT_MODIFIED)
    world.edit(chat, message, body, method)
    return message.body


def _same(new: Json, old: Json) -> bool:
    fields = (*_CONTENT, "reply_markup")
    return all(new.get(name) == old.get(name) for name in fields)


def delete_message(world: World, parameters: Parameters) -> bool:
    """`deleteMessage`."""
    if not parameters.text("chat_id"):
        raise bad_request("Chat identifier is not specified")
    if not parameters.integer("message_id"):
        raise bad_request("Message identifier is not specified")
    chat = world.writable_chat(parameters.text("chat_id"))
    message = world.message(chat, parameters.integer("message_id"), "message to delete")
    _delete(world, chat, message)
    return True


def delete_messages(world: World, parameters: Parameters) -> bool:
    """`deleteMessages`: those that are not there are passed over."""
    numbers = _message_ids(parameters)
    chat = world.writable_chat(parameters.text("chat_id"))
    for message in filter(None, map(chat.present, numbers)):
        _delete(world, chat, message)
    return True


def _message_ids(parameters: Parameters) -> list[int]:
    numbers: Any = parameters.value("message_ids", "Can't parse message_ids JSON object")
    if not numbers:
        raise bad_request("Message identifiers are not specified")
    if not isinstance(numbers, list):
        raise bad_request("Expected an Array of message identifiers")
    if len(numbers) > _MOST_AT_ONCE:
        raise bad_request("Too many message identifiers specified")
    if not all(isinstance(number, int) for number in numbers):
        raise bad_request("Message identifier must be a Number")
    return numbers


def _delete(world: World, chat: Chat, message: Message) -> None:
    is_old = message.body["date"] < seconds(world.clock() - DELETABLE_FOR)
    is_foreign = message.mine and chat.type != "private" and chat.bot_status != "administrator"
    if world.checks and (is_old or is_foreign):
        raise bad_request(CANNOT_DELETE)
    world.delete(chat, message)


METHODS = {
    "editmessagetext": edit_message_text,
    "editmessagecaption": edit_message_caption,
    "editmessagemedia": edit_message_media,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "deletemessages": delete_messages,
}
