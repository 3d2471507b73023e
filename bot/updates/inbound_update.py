"""An update as it arrived, before anything of it is understood: any part of it may be malformed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.parsing import lenient_json
from bot.store.people import Person

Raw: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class InboundUpdate:
    """An update: its update_id, its JSON, the chat and the sender. ``is_urgent`` marks a call for relief."""

    id: int
    raw: Raw
    chat_id: int
    sender_id: int
    is_urgent: bool = False


@dataclass(eq=False)
class Attempt:
    """The handling of one update, which may take several tries.

    Attributes:
        update: The update.
        person: What is known of the sender. It follows what the handlers change.
        is_too_much: The sender has sent too much, and is only told so.
        is_last_try: The database has been unavailable for long; this try is the last.
        has_asked_sender: An earlier try has already sent the question that the handler asks.
        error: What a handler raised.
    """

    update: InboundUpdate
    person: Person | None = None
    is_too_much: bool = False
    is_last_try: bool = False
    has_asked_sender: bool = False
    error: Exception | None = None


def read_update(raw: Raw, *, is_urgent: bool = False) -> InboundUpdate:
    """Find the chat and the sender; where the update names neither, a number made from its id stands for them."""
    event = next((value for key, value in raw.items() if key != "update_id" and isinstance(value, dict)), {})
    message = event.get("message")
    sender_id = _id(event.get("from"))
    message_chat = message.get("chat") if isinstance(message, dict) else None
    chat_id = _id(event.get("chat")) or _id(message_chat) or sender_id or -raw["update_id"]
    return InboundUpdate(raw["update_id"], raw, chat_id, sender_id or chat_id, is_urgent)


def _id(value: Any) -> int:
    number = value.get("id") if isinstance(value, dict) else None
    # bool is an int in Python; Telegram's ids have at most 52 significant bits (core.telegram.org/bots/api#chat)
    return number if type(number) is int and abs(number) < 2**52 else 0


def encode(raw: Raw) -> bytes:
    """Return the update as JSON; one that cannot be encoded becomes its id alone, and will end as dead."""
    try:
        return lenient_json.dumps(raw)
    except ValueError:
        return lenient_json.dumps({"update_id": raw["update_id"]})


def is_update(raw: Any) -> bool:
    """Return whether it has an update_id under which it can be stored."""
    return isinstance(raw, dict) and type(raw.get("update_id")) is int and 0 <= raw["update_id"] < 2**63
