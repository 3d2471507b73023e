"""Where an update comes from, read from its JSON: an answer needs no more, so relief does not wait for the rest."""

from dataclasses import dataclass
from typing import Any

from telegram.constants import ChatType

from bot.messages.sender import Destination, MessageRef
from bot.updates.inbound_update import Raw

GROUP_ANONYMOUS_BOT = 1087968824
"""Telegram's sender id for an administrator who writes in the name of the group."""


@dataclass(frozen=True)
class Origin:
    """Who wrote or pressed, and where.

    Attributes:
        language_code: The language of the sender's Telegram, if it is known.
        is_private: Whether this is the person's own chat with the bot.
        message: The message that was written, or whose button was pressed. None if Telegram no longer shows it.
        destination: Where a new message goes: the chat, its topic, and in a group the message that it replies to.
        written_id: The message_id of what the person wrote.
        press_id: The id of the callback query, if a button was pressed.
        press_data: The data of this button.
    """

    language_code: str | None = None
    is_private: bool = False
    message: MessageRef | None = None
    destination: Destination | None = None
    written_id: int | None = None
    press_id: str | None = None
    press_data: str = ""


def is_for_us(raw: Raw) -> bool:
    """Return whether an update is a person's own message, press or inline query, or changes the bot's membership."""
    # Only new messages: a person who corrects an old "/stop" does not stop anything again.
    event = _event(raw)
    user = event and event.get("from")
    if not event or not user or user.get("is_bot") or user["id"] == GROUP_ANONYMOUS_BOT:
        return False
    return not any(event.get(sign) for sign in ("forward_origin", "sender_chat", "via_bot"))


def read_origin(raw: Raw) -> Origin:
    """Return where an update that is for us comes from.

    Raises ``LookupError``, ``TypeError`` or ``AttributeError`` if a part that an answer needs is malformed.
    """
    event: Raw = _event(raw) or {}
    written, press = raw.get("message"), raw.get("callback_query") or {}
    message: Raw | None = written or press.get("message")
    chat: Any = message["chat"] if message else event.get("chat")
    language_code, press_id, data = event["from"].get("language_code"), press.get("id"), press.get("data") or ""
    if chat is None and message is None:  # an inline query, or a press below a message that was sent inline
        return Origin(language_code, press_id=press_id, press_data=data)
    chat_id, is_private = chat["id"], chat["type"] == ChatType.PRIVATE
    written_id = written["message_id"] if written else None
    # Telegram marks a message that it no longer shows with date 0. It names no topic then.
    shown = message if message and message.get("date") != 0 else None
    place = MessageRef(chat_id, shown["message_id"], bool(shown.get("photo"))) if shown else None
    thread_id = shown.get("message_thread_id") if shown and shown.get("is_topic_message") else None
    destination = Destination(chat_id, thread_id, None if is_private else written_id)
    return Origin(language_code, is_private, place, destination, written_id, press_id, data)


def _event(raw: Raw) -> dict[str, Any] | None:
    kinds = ("message", "callback_query", "inline_query", "my_chat_member")
    return next((raw[kind] for kind in kinds if raw.get(kind)), None)
