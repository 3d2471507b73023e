"""An update as it arrived, before it is parsed: any part of it may be malformed."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from bot.parsing import lenient_json
from bot.store.people import Person

Raw: TypeAlias = Mapping[str, Any]
Answer: TypeAlias = Callable[[Any], Awaitable[None]]
"""Answers a call for relief, given the ``bot.app.BotContext`` of the update."""


@dataclass(frozen=True)
class InboundUpdate:
    """An update: its update_id, its JSON, the chat and the sender. A call for relief has an ``answer``."""

    id: int
    raw: Raw
    chat_id: int
    sender_id: int
    answer: Answer | None = None

    @property
    def is_urgent(self) -> bool:
        """Whether this is a call for relief."""
        return self.answer is not None


@dataclass(eq=False)
class Attempt:
    """The handling of one update, which may take several tries.

    Attributes:
        update: The update.
        person: The sender as stored, including the changes that handlers have made.
        answer_ahead: Gives the message_id of the steps, if the head start has sent them. They must not be sent again.
        is_too_much: Whether the sender has sent too much. The only answer is then a warning.
        is_last_try: Whether the database has been unavailable for so long that this try is the last.
        has_asked_sender: Whether an earlier try has already sent the question that the handler asks.
        error: The error that a handler raised.
        overtaken: Set when a call for relief in the same chat goes before this update.
        is_answered: Whether the update was noted as done although its handler is still running.
        note_answered: Notes the update as done. A topic calls it when its answer has left and nothing important
            remains. If the process dies after that, the next start does not answer again.
    """

    update: InboundUpdate
    person: Person | None = None
    answer_ahead: Awaitable[int | None] | None = None
    is_too_much: bool = False
    is_last_try: bool = False
    has_asked_sender: bool = False
    error: Exception | None = None
    overtaken: asyncio.Event = field(default_factory=asyncio.Event)
    is_answered: bool = False
    note_answered: Callable[[], None] = field(default=lambda: None)


def read_update(raw: Raw, answer: Answer | None = None) -> InboundUpdate:
    """Find the chat and the sender. If the update names neither, a number made from its id stands for both."""
    event = next((value for key, value in raw.items() if key != "update_id" and isinstance(value, dict)), {})
    message = event.get("message")
    sender_id = _valid_id(event.get("from"))
    message_chat = message.get("chat") if isinstance(message, dict) else None
    chat_id = _valid_id(event.get("chat")) or _valid_id(message_chat) or sender_id or -raw["update_id"]
    return InboundUpdate(raw["update_id"], raw, chat_id, sender_id or chat_id, answer)


def _valid_id(value: Any) -> int:
    number = value.get("id") if isinstance(value, dict) else None
    # bool is an int in Python; Telegram's ids have at most 52 significant bits (core.telegram.org/bots/api#chat)
    return number if type(number) is int and abs(number) < 2**52 else 0


def encode(raw: Raw) -> bytes:
    """Return the update as JSON. If it cannot be encoded, return only its id; it will then end as dead."""
    try:
        return lenient_json.dumps(raw)
    except ValueError:
        return lenient_json.dumps({"update_id": raw["update_id"]})


def is_update(raw: Any) -> bool:
    """Return whether ``raw`` has an update_id under which it can be stored."""
    return isinstance(raw, dict) and type(raw.get("update_id")) is int and 0 <= raw["update_id"] < 2**63
