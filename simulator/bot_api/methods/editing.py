"""editMessageText and its relatives: the bot changes what it has sent."""

from collections.abc import Iterable

from simulator.bot_api.edits import edit
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.bot_api.texts import caption, link_preview_options, message_text
from simulator.json_objects import Json
from simulator.state.chats import Message
from simulator.state.content import CAPTION, CONTENT, HAVE_CAPTION
from simulator.state.world import World


def edit_message_text(world: World, parameters: Parameters) -> Json | bool:
    """Carry out `editMessageText`. Only a message with a text can get another one."""
    content = message_text(world, parameters) | link_preview_options(parameters)

    def change(message: Message) -> Json:
        if "text" not in message.body:
            raise bad_request("There is no text in the message to edit")
        return _without(message, CONTENT) | content

    return edit(world, parameters, "editMessageText", change)


def edit_message_caption(world: World, parameters: Parameters) -> Json | bool:
    """Carry out `editMessageCaption`. Without a caption in the request, the caption is removed."""
    content = caption(world, parameters)

    def change(message: Message) -> Json:
        if not any(field in message.body for field in HAVE_CAPTION):
            raise bad_request("There is no caption in the message to edit")
        return _without(message, CAPTION) | content

    return edit(world, parameters, "editMessageCaption", change)


def edit_message_reply_markup(world: World, parameters: Parameters) -> Json | bool:
    """Carry out `editMessageReplyMarkup`: replace the buttons and nothing else."""
    return edit(world, parameters, "editMessageReplyMarkup", lambda message: message.body)


def _without(message: Message, fields: Iterable[str]) -> Json:
    return {name: value for name, value in message.body.items() if name not in fields}


METHODS = {
    "editmessagetext": edit_message_text,
    "editmessagecaption": edit_message_caption,
    "editmessagereplymarkup": edit_message_reply_markup,
}
