"""An update in hand, and what can be told of it before it is understood: anything may stand in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.parsing import lenient_json
from bot.store.people import Person

Raw = Mapping[str, Any]


@dataclass(eq=False)
class Arrival:
    """An update in hand. ``person`` is what is known of its sender, and follows what the handlers change.

    One that ``is_urgent`` is a call for relief, one that ``is_behind`` has to wait for another process, and one that
    ``is_too_much`` is only to be told so. At ``is_last_try`` the database has been away for too long already.
    The sender of one that ``is_asked`` has been asked something already, by an earlier try.
    """

    number: int
    raw: Raw
    chat_id: int
    sender_id: int
    person: Person | None = None
    is_urgent: bool = False
    is_behind: bool = False
    is_last_try: bool = False
    is_too_much: bool = False
    is_asked: bool = False
    error: Exception | None = None


def arrival(raw: Raw) -> Arrival:
    """An update as it came: anything may stand in it. Its number stands for a chat or sender that it does not name."""
    event = next((value for key, value in raw.items() if key != "update_id" and isinstance(value, dict)), {})
    message = event.get("message")
    sender = _id(event.get("from"))
    chat = _id(event.get("chat")) or _id(message.get("chat") if isinstance(message, dict) else None) or sender
    chat = chat or -raw["update_id"]
    return Arrival(raw["update_id"], raw, chat, sender or chat)


def _id(value: Any) -> int:
    found = value.get("id") if isinstance(value, dict) else None
    return found if type(found) is int and abs(found) < 2**52 else 0


def encoded(raw: Raw) -> bytes:
    """The update as it came, or at least its number: one that cannot be written down will end as dead."""
    try:
        return lenient_json.dumps(raw)
    except ValueError:
        return lenient_json.dumps({"update_id": raw["update_id"]})


def is_update(raw: Any) -> bool:
    """Whether it has a number by which it can be kept."""
    return isinstance(raw, dict) and type(raw.get("update_id")) is int and 0 <= raw["update_id"] < 2**63
