"""sendMessage, sendMessageDraft and sendChatAction, and what every method that sends has in common."""

from datetime import timedelta

from simulator.bot_api.chat_access import writable_chat
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import bad_request
from simulator.bot_api.replies import reply_fields
from simulator.bot_api.reply_markup import check_allowed_in, reply_markup
from simulator.bot_api.texts import link_preview_options, message_text
from simulator.json_objects import Json
from simulator.state.chats import Chat
from simulator.state.topics import GENERAL
from simulator.state.world import World

TYPING_LASTS = timedelta(seconds=5)
"""From the Bot API's sendChatAction."""

_ACTIONS = frozenset(
    (
        "typing", "upload_photo", "record_video", "upload_video", "record_voice",
        "upload_voice", "upload_document", "choose_sticker", "find_location", "record_video_note",
        "upload_video_note", "cancel",
        "record_audio", "upload_audio", "pick_up_location",  # names of earlier versions, still accepted
    )
)  # fmt: skip


def send(world: World, parameters: Parameters, method: str, content: Json) -> Json:
    """Check what every method that sends has in common, and post the message.

    Args:
        world: Where the message goes.
        parameters: The parameters of the request, with the chat, the markup, the reply and the flags.
        method: The method's name, for the judge.
        content: What the message holds, as fields of a Message object.

    Returns:
        The Message object.
    """
    markup = reply_markup(parameters, checks=world.checks)
    chat = writable_chat(world, parameters.text("chat_id"))
    content |= reply_fields(world, chat, parameters)
    # The topic of a forum: the one that the request names, or that of the message replied to.
    thread = parameters.integer("message_thread_id")
    if thread and (chat.is_forum or chat.type == "private") and (thread not in chat.topics or thread == GENERAL):
        raise bad_request("message thread not found")
    thread = thread or content.get("reply_to_message", {}).get("message_thread_id", 0)
    if thread and chat.is_forum:
        content |= {"message_thread_id": thread, "is_topic_message": True}
    if parameters.flag("protect_content"):
        content["has_protected_content"] = True
    if markup:
        if world.checks:
            check_allowed_in(chat.type, markup)
        if markup.get("inline_keyboard"):  # these belong to the message, all other keys to the chat
            content["reply_markup"] = {"inline_keyboard": markup["inline_keyboard"]}
        elif markup.get("keyboard"):
            chat.reply_keyboard = markup
        elif markup.get("remove_keyboard"):
            chat.reply_keyboard = None
    message = world.post(chat, content, method, silent=parameters.flag("disable_notification"))
    if markup and markup.get("force_reply"):
        chat.forced_reply = {"message_id": message.id, **markup}
    return message.body


def send_message(world: World, parameters: Parameters) -> Json:
    """Carry out `sendMessage`: check and post a text."""
    content = message_text(world, parameters)
    return send(world, parameters, "sendMessage", content | link_preview_options(parameters))


def send_message_draft(world: World, parameters: Parameters) -> bool:
    """Carry out `sendMessageDraft`: check the text. The phone only shows that the bot writes."""
    if parameters.text("text"):
        message_text(world, parameters)
    _show_action(world, writable_chat(world, parameters.text("chat_id")), "typing")
    return True


def send_chat_action(world: World, parameters: Parameters) -> bool:
    """Carry out `sendChatAction`: the chat shows the action for five seconds, or until the next message."""
    action = parameters.text("action").lower()
    if action not in _ACTIONS:
        raise bad_request("Wrong parameter action in request")
    _show_action(world, writable_chat(world, parameters.text("chat_id")), action)
    return True


def _show_action(world: World, chat: Chat, action: str) -> None:
    chat.typing_until = None if action == "cancel" else world.clock() + TYPING_LASTS
    world.publish(chat, "typing", action=action)


METHODS = {
    "sendmessage": send_message,
    "sendmessagedraft": send_message_draft,
    "sendchataction": send_chat_action,
}
