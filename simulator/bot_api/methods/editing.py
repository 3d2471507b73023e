"""editMessageText and its relatives, and deleteMessage: the bot changes or removes messages."""

from collections.abc import Iterable
from datetime import timedelta

from simulator.bot_api.chat_access import present_message, writable_chat
from simulator.bot_api.message_ids import message_ids
from simulator.bot_api.methods.media import media_content
from simulator.bot_api.methods.sending import link_preview_options
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import CANNOT_DELETE, CANNOT_EDIT, NOT_MODIFIED, bad_request
from simulator.bot_api.reply_markup import inline_keyboard
from simulator.bot_api.texts import caption, message_text
from simulator.json_objects import Json, unix_seconds
from simulator.state.chats import Chat, Message
from simulator.state.content import CAPTION, CONTENT, HAVE_CAPTION, content_of
from simulator.state.world import World

DELETABLE_FOR = timedelta(hours=48)
"""From the Bot API's deleteMessage."""


def edit_message_text(world: World, parameters: Parameters) -> Json:
    """Carry out `editMessageText`. Only a message with a text can get another one."""
    content = message_text(world, parameters) | link_preview_options(parameters)
    markup = inline_keyboard(parameters, checks=world.checks)
    chat, message = _editable_message(world, parameters)
    if "text" not in message.body:
        raise bad_request("There is no text in the message to edit")
    body = _without(message, CONTENT) | content
    return _edit(world, (chat, message), "editMessageText", body, markup)


def edit_message_caption(world: World, parameters: Parameters) -> Json:
    """Carry out `editMessageCaption`. Without a caption in the request, the caption is removed."""
    markup = inline_keyboard(parameters, checks=world.checks)
    content = caption(world, parameters)
    chat, message = _editable_message(world, parameters)
    if not any(field in message.body for field in HAVE_CAPTION):
        raise bad_request("There is no caption in the message to edit")
    body = _without(message, CAPTION) | content
    return _edit(world, (chat, message), "editMessageCaption", body, markup)


def edit_message_media(world: World, parameters: Parameters) -> Json:
    """Carry out `editMessageMedia`. The new media replaces text and caption too."""
    markup = inline_keyboard(parameters, checks=world.checks)
    media = parameters.value("media", "Can't parse input media JSON object")
    if not isinstance(media, dict):
        raise bad_request("Can't parse InputMedia: expected an Object")
    chat, message = _editable_message(world, parameters)
    body = _without(message, CONTENT) | media_content(world, parameters, media)
    return _edit(world, (chat, message), "editMessageMedia", body, markup)


def edit_message_reply_markup(world: World, parameters: Parameters) -> Json:
    """Carry out `editMessageReplyMarkup`: replace the buttons and nothing else."""
    markup = inline_keyboard(parameters, checks=world.checks)
    chat, message = _editable_message(world, parameters)
    return _edit(world, (chat, message), "editMessageReplyMarkup", dict(message.body), markup)


def _editable_message(world: World, parameters: Parameters) -> tuple[Chat, Message]:
    if parameters.has("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")  # this bot has no inline messages
    if not parameters.text("chat_id") and not parameters.integer("message_id"):
        raise bad_request("Message identifier is not specified")
    chat = writable_chat(world, parameters.text("chat_id"))
    message = present_message(chat, parameters.integer("message_id"), "message to edit")
    if message.mine or "forward_origin" in message.body:
        raise bad_request(CANNOT_EDIT)
    return chat, message


def _without(message: Message, fields: Iterable[str]) -> Json:
    return {name: value for name, value in message.body.items() if name not in fields}


def _edit(world: World, target: tuple[Chat, Message], method: str, body: Json, markup: Json | None) -> Json:
    chat, message = target
    # An edit without reply_markup removes the buttons: Telegram does not keep the old ones.
    body.pop("reply_markup", None)
    if markup:
        body["reply_markup"] = {"inline_keyboard": markup["inline_keyboard"]}
    # Telegram compares content and buttons only. The date of the last edit, for example, does not count.
    if content_of(body) == content_of(message.body) and body.get("reply_markup") == message.body.get("reply_markup"):
        raise bad_request(NOT_MODIFIED)
    world.edit(chat, message, body, method)
    return message.body


def delete_message(world: World, parameters: Parameters) -> bool:
    """Carry out `deleteMessage`. Refused if the message is not there or may not be deleted."""
    if not parameters.text("chat_id"):
        raise bad_request("Chat identifier is not specified")
    if not parameters.integer("message_id"):
        raise bad_request("Message identifier is not specified")
    chat = writable_chat(world, parameters.text("chat_id"))
    message = present_message(chat, parameters.integer("message_id"), "message to delete")
    _delete(world, chat, message)
    return True


def delete_messages(world: World, parameters: Parameters) -> bool:
    """Carry out `deleteMessages`. Messages that are not there are skipped."""
    ids = message_ids(parameters)
    chat = writable_chat(world, parameters.text("chat_id"))
    for message in filter(None, map(chat.present, ids)):
        _delete(world, chat, message)
    return True


def _delete(world: World, chat: Chat, message: Message) -> None:
    is_old = message.body["date"] < unix_seconds(world.clock() - DELETABLE_FOR)
    may_delete_others = chat.type == "private" or world.place_in(chat).allows("can_delete_messages")
    if world.checks and (is_old or (message.mine and not may_delete_others)):
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
