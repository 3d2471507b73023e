"""What every method that edits a message has in common: which message, its buttons, and whether anything changes."""

from collections.abc import Callable

from simulator.bot_api.chat_access import present_message, writable_chat
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import CANNOT_EDIT, NOT_MODIFIED, bad_request
from simulator.bot_api.reply_markup import inline_keyboard
from simulator.json_objects import Json
from simulator.state.chats import Chat, Message
from simulator.state.content import content_of
from simulator.state.world import World

Change = Callable[[Message], Json]
"""Returns the fields of the Message object after the edit. It may refuse the edit."""


def edit(world: World, parameters: Parameters, method: str, change: Change) -> Json | bool:
    """Edit the message that a request names. Return it, or true for an inline message, which no bot may read.

    Args:
        world: Where the message is.
        parameters: The parameters of the request, with the chat, the message and the buttons.
        method: The method's name, for the judge.
        change: What the edit does.
    """
    message = edited_message(world, parameters, method, change, "message to edit")
    return True if message.inline_id else message.body


def edited_message(world: World, parameters: Parameters, method: str, change: Change, purpose: str) -> Message:
    """Edit a message as `edit` does. If it is not there, the refusal starts with `purpose`."""
    markup = inline_keyboard(parameters, checks=world.checks)
    chat, message = _editable_message(world, parameters, purpose)
    body = {name: value for name, value in change(message).items() if name != "reply_markup"}
    if markup:  # an edit without reply_markup removes the buttons: Telegram does not keep the old ones
        body["reply_markup"] = {"inline_keyboard": markup["inline_keyboard"]}
    # Telegram compares content and buttons only. The date of the last edit, for example, does not count.
    if content_of(body) == content_of(message.body) and body.get("reply_markup") == message.body.get("reply_markup"):
        raise bad_request(NOT_MODIFIED)
    world.edit(chat, message, body, method)
    return message


def _editable_message(world: World, parameters: Parameters, purpose: str) -> tuple[Chat, Message]:
    if not parameters.text("chat_id") and not parameters.integer("message_id"):
        inline_id = parameters.text("inline_message_id")
        if not inline_id:
            raise bad_request("Message identifier is not specified")
        if inline_id not in world.inline_messages:
            raise bad_request("MESSAGE_ID_INVALID")
        return world.inline_messages[inline_id]
    chat = writable_chat(world, parameters.text("chat_id"))
    message = present_message(chat, parameters.integer("message_id"), purpose)
    if message.mine or "forward_origin" in message.body:
        raise bad_request(CANNOT_EDIT)
    return chat, message
