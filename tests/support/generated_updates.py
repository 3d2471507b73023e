"""Random updates, generated from a description of Telegram's types, and a bot that receives them."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, closing
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import orjson
from hypothesis import strategies as st

from bot.parsing import lenient_json as as_bot
from simulator import Fault, Request, Simulator, SkippableClock
from tests.support import running_bot
from tests.support.conversation import Conversation, Json

LEVELS = 3
"""How deeply generated objects are nested. Objects below that are empty."""
MOMENT = datetime(2026, 10, 26, 8, 0, tzinfo=timezone.utc)
NOW = int(MOMENT.timestamp())
"""The date of all messages, in Telegram's seconds."""
MOST_OPTIONAL_FIELDS = 2
"""Most messages have few of the optional fields."""


# A bot that receives updates


def telegram() -> AbstractAsyncContextManager[Simulator]:
    """Serve a Telegram whose clock stands at ``NOW``."""
    return running_bot.telegram(clock=SkippableClock(lambda: MOMENT))


@dataclass(frozen=True)
class Aftermath:
    """The states of the updates, in their order, and the method and chat_id of each request that the bot made."""

    states: list[str]
    requests: list[tuple[str, str]]


async def feed(simulator: Simulator, folder: Path, updates: Sequence[Mapping[str, Any]]) -> Aftermath:
    """Run a bot, let it receive these updates in batches, as from Telegram, and check that it still gives relief."""
    recorded: list[tuple[str, str]] = []

    def note(request: Request) -> bool:
        recorded.append((request.method, request.parameters.text("chat_id")))
        return False

    number = simulator.faults.add(Fault(when=note, times=None))
    async with running_bot.running(simulator, folder):
        numbers = [simulator.updates.add_raw(_raw(update)) for update in updates]
        other = Conversation(simulator, simulator.add_person("Other"))
        assert "photo" in await other.ask("/cramp")
    simulator.faults.remove(number)
    states = _states(folder)
    requests = [(method, chat) for method, chat in recorded if chat not in ("", str(other.person.id))]
    return Aftermath([states.get(number, "missing") for number in numbers], requests)


def _raw(update: Mapping[str, Any]) -> Json:
    """Encode an update, also one that no proper encoder would take: with lone surrogates or huge numbers."""
    return {kind: orjson.Fragment(json.dumps(content)) for kind, content in update.items()}


def _states(folder: Path) -> dict[int, str]:
    with closing(sqlite3.connect(folder / "charley.db")) as connection:
        return dict(connection.execute("SELECT update_id, state FROM inbox").fetchall())


def own_chats(update: Mapping[str, Any]) -> set[str]:
    """Return the chats where something happened, as the bot would name them in a request. There it may answer."""
    events = [event for event in update.values() if isinstance(event, dict)]
    events += [event["message"] for event in events if isinstance(event.get("message"), dict)]
    chats = [event["chat"]["id"] for event in events if isinstance(event.get("chat"), dict) and "id" in event["chat"]]
    return {_as_parameter(chat) for chat in chats}


def _as_parameter(value: Any) -> str:
    sent = as_bot.loads(as_bot.dumps(value))
    return sent if isinstance(sent, str) else as_bot.dumps(sent).decode()


# Generating


@dataclass(frozen=True)
class Field:
    """A field of a type. ``kinds`` are named as in Telegram's documentation: Integer, Array of PhotoSize ..."""

    name: str
    kinds: tuple[str, ...]
    required: bool


Types = Mapping[str, Sequence[Field]]
Draw = st.DrawFn
TEXTS = (
    "/cramp", "/kramp@charley_bot", "/cramp@otherbot", "/start cramp", "/tip", "/language", "/help", "/xyzzy", "cramp",
    "thanks", "", "a" * 5000, "\x00", "\ud83d", "\u202e/cramp", "<b>&", "Z\u0351\u036b" * 300, "🦵" * 4096,
)  # fmt: skip
BUTTON_DATA = (
    "cramp:steps:foot",
    "cramp:hold:relief",
    "cramp:pin",
    "cramp:eased",
    "tip",
    "language:sv",
    "page:learn",
    "x" * 64,
)
WORDS = ("private", "group", "supergroup", "channel", "bot_command", "mention", "user", "member", "kicked", "emoji")
ODDITIES: tuple[Any, ...] = (
    None, True, -1, 0, 2**31, 2**53, 2**63, -(2**63), 10**30, 1e308, float("inf"), "", "0", "\ud800", "\x00", [], {},
    [None], {"id": "1"}, [[]], [{}],
)  # fmt: skip


@dataclass(frozen=True)
class Generator:
    """Generates objects of ``types``. The ids in them are those of ``people``."""

    types: Types
    people: Sequence[int]

    def update(self, draw: Draw) -> Json:
        """Return an update of any kind."""
        kinds = [field for field in self.types["Update"] if not field.required]
        kind = draw(st.sampled_from(kinds))
        return {kind.name: self.value(draw, kind, LEVELS)}

    def message(self, draw: Draw) -> Json:
        """Return a valid message with something random in it. More of these are answered."""
        sound: Json = {"message_id": 5, "from": self.user(draw), "date": NOW, **self.words(draw)}
        sound["chat"] = {"id": sound["from"]["id"], "type": "private", "first_name": "A"}
        return {"message": self.spoilt(draw, {**sound, **self.some(draw, "Message")})}

    def press(self, draw: Draw) -> Json:
        """Return a valid press with something random in it."""
        person = self.user(draw)
        shown = {"message_id": 5, "date": draw(st.sampled_from([0, NOW])), "chat": {**person, "type": "private"}}
        query = {
            "id": "4",
            "chat_instance": "1",
            "from": person,
            "message": shown,
            "data": draw(st.sampled_from(BUTTON_DATA)),
        }
        return {"callback_query": self.spoilt(draw, {**query, **self.some(draw, "CallbackQuery")})}

    def user(self, draw: Draw) -> Json:
        return {"id": draw(st.sampled_from(self.people)), "is_bot": False, "first_name": "A", "language_code": "sv"}

    def words(self, draw: Draw) -> Json:
        text = draw(st.sampled_from(TEXTS))
        return {"text": text, "entities": [{"type": "bot_command", "offset": 0, "length": len(text.split(" ")[0])}]}

    def some(self, draw: Draw, name: str) -> Json:
        """Return at most one optional field."""
        fields = [
            field for field in self.types[name] if not field.required and field.name not in ("from", "text", "data")
        ]
        chosen = draw(st.lists(st.sampled_from(fields), max_size=1))
        return {field.name: self.value(draw, field, LEVELS - 1) for field in chosen}

    def spoilt(self, draw: Draw, content: Json) -> Json:
        """Return the object, sometimes with a field that is missing or odd."""
        name = draw(st.sampled_from([None, None, *content]))
        if name is None:
            return content
        kept = {key: value for key, value in content.items() if key != name}
        return kept if draw(st.booleans()) else {**kept, name: draw(st.sampled_from(ODDITIES))}

    def value(self, draw: Draw, field: Field, levels: int) -> Any:
        """Return a valid value of a field, or, once in a while, an invalid one."""
        if draw(st.integers(0, 24)) == 0:
            return draw(st.sampled_from(ODDITIES))
        return self.kind(draw, field.name, draw(st.sampled_from(field.kinds)), levels)

    def kind(self, draw: Draw, name: str, kind: str, levels: int) -> Any:
        if kind.startswith("Array of "):
            return [
                self.kind(draw, name, kind.removeprefix("Array of "), levels) for _ in range(draw(st.integers(0, 2)))
            ]
        if kind in self.types:
            return self.object(draw, kind, levels - 1)
        return draw(self.plain(name, kind))

    def object(self, draw: Draw, name: str, levels: int) -> Json:
        """Return an object with nearly all of its required fields and few of its optional ones."""
        if levels < 0:
            return {}
        fields = self.types[name]
        optional = [field for field in fields if not field.required]
        some = draw(st.lists(st.sampled_from(optional), max_size=MOST_OPTIONAL_FIELDS)) if optional else []
        needed = [field for field in fields if field.required and draw(st.integers(0, 39))]
        return {field.name: self.value(draw, field, levels) for field in (*needed, *some)}

    def plain(self, name: str, kind: str) -> st.SearchStrategy[Any]:
        """Return the values of a field that is not an object."""
        match kind:
            case "Integer" if name == "id" or name.endswith("_id"):
                return st.sampled_from([*self.people, 1087968824])
            case "Integer" if name.endswith("date"):
                return st.sampled_from([NOW, 0, NOW - 10**6])
            case "Integer":
                return st.integers(-(2**53), 2**53)
            case "Boolean" | "True":
                return st.booleans()
            case "Float":
                return st.floats(-180, 180)
        return st.sampled_from(WORDS if name in ("type", "status", "source") else TEXTS)


def updates(types: Types, people: Sequence[int]) -> st.SearchStrategy[Json]:
    """Return random updates: half of them of any type, half of them messages and presses with something odd."""
    generator = Generator(types, people)

    @st.composite
    def made(draw: Draw) -> Json:
        makers: list[Callable[[Draw], Json]] = [generator.update, generator.update, generator.message, generator.press]
        make: Callable[[Draw], Json] = draw(st.sampled_from(makers))
        return make(draw)

    return made()


def of_documentation(description: Mapping[str, Any]) -> Types:
    """Return the types of a machine-readable description of the Bot API. A union type has the fields of all its members."""
    types: dict[str, list[Field]] = {}
    for name, described in description.items():
        parts: Iterable[Any] = [
            description[subtype] for subtype in described.get("subtypes", []) if subtype in description
        ] or [described]
        fields = (field for part in parts for field in part.get("fields", []))
        types[name] = [Field(field["name"], tuple(field["types"]), field["required"]) for field in fields]
    return types
