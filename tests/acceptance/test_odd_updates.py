"""Odd updates do no harm, are not answered in other chats, and do not stop the bot."""

import logging
import re
import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.content import Edition
from handlers import unknown
from simulator import Simulator
from tests.support.conversation import Conversation, Json
from tests.support.generated_updates import NOW, feed, own_chats, telegram

Named = Mapping[str, Json]
"""Updates by what is odd about them. In each, ANNA, GROUP and CHANNEL are replaced by chats of its own."""
ANNA, GROUP, CHANNEL = 77_000_000_001, -77_000_000_002, -77_000_000_003
DEEP = 300

USER: Json = {"id": ANNA, "is_bot": False, "first_name": "Anna", "language_code": "en"}
PRIVATE: Json = {"id": ANNA, "type": "private", "first_name": "Anna"}
IN_GROUP: Json = {"id": GROUP, "type": "supergroup", "title": "Night shift"}
IN_CHANNEL: Json = {"id": CHANNEL, "type": "channel", "title": "News"}
OTHER_BOT: Json = {"id": 55, "is_bot": True, "first_name": "Other", "username": "other_bot"}
ANONYMOUS: Json = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CRAMP: Json = {"text": "/cramp", "entities": [{"type": "bot_command", "offset": 0, "length": 6}]}
FILE: Json = {"file_id": "a", "file_unique_id": "b", "file_size": 7}
PICTURE: Json = {**FILE, "width": 9, "height": 9}
POLL: Json = {
    "id": "1", "question": "?", "options": [{"text": "a", "voter_count": 0, "persistent_id": "p"}], "total_voter_count": 0,
    "is_closed": False, "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
    "allows_revoting": False, "members_only": False,
}  # fmt: skip
GAME: Json = {"title": "g", "description": "g", "photo": [PICTURE]}
INVOICE: Json = {"title": "i", "description": "i", "start_parameter": "", "currency": "SEK", "total_amount": 1}
MEMBER: Json = {"status": "member", "user": USER}


def message(**fields: Any) -> Json:
    """Return a message of Anna. A field that is None is left out."""
    whole = {"message_id": 5, "from": USER, "chat": PRIVATE, "date": NOW, **fields}
    return {name: value for name, value in whole.items() if value is not None}


def command(**fields: Any) -> Json:
    return message(**{**CRAMP, **fields})


def written(**fields: Any) -> Json:
    """Return an update with a command, in a message with these odd fields."""
    return {"message": command(**fields)}


def origin(kind: str, **fields: Any) -> Json:
    return {"type": kind, "date": NOW, **fields}


def pressed(**fields: Any) -> Json:
    query = {"id": "1", "from": USER, "chat_instance": "1", "message": message(text="steps"), "data": "tip", **fields}
    return {"callback_query": {name: value for name, value in query.items() if value is not None}}


def membership(**fields: Any) -> Json:
    return {"chat": PRIVATE, "from": USER, "date": NOW, "old_chat_member": MEMBER, "new_chat_member": MEMBER, **fields}


def deep(levels: int) -> Any:
    """Return lists nested to this depth."""
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


NOT_FOR_US: Named = {
    "edited": {"edited_message": command(edit_date=NOW)},
    "forwarded from a person": written(forward_origin=origin("user", sender_user=USER)),
    "forwarded from somebody hidden": written(forward_origin=origin("hidden_user", sender_user_name="x")),
    "forwarded from a chat": written(forward_origin=origin("chat", sender_chat=IN_GROUP)),
    "forwarded from a channel": written(forward_origin=origin("channel", chat=IN_CHANNEL, message_id=1)),
    "channel post": {"channel_post": command(chat=IN_CHANNEL, sender_chat=IN_CHANNEL, **{"from": None})},
    "edited channel post": {"edited_channel_post": command(chat=IN_CHANNEL, **{"from": None}, edit_date=NOW)},
    "message in a channel": written(chat=IN_CHANNEL, **{"from": None}),
    "other bot": written(**{"from": OTHER_BOT}),
    "other bot in a group": written(chat=IN_GROUP, **{"from": OTHER_BOT}),
    "no sender": written(**{"from": None}),
    "no sender in a group": written(chat=IN_GROUP, **{"from": None}),
    "anonymous administrator": written(chat=IN_GROUP, sender_chat=IN_GROUP, **{"from": ANONYMOUS}),
    "anonymous, not marked as a bot": written(chat=IN_GROUP, **{"from": {**ANONYMOUS, "is_bot": False}}),
    "in the name of a channel": written(chat=IN_GROUP, sender_chat=IN_CHANNEL),
    "automatic forward": written(chat=IN_GROUP, sender_chat=IN_CHANNEL, is_automatic_forward=True),
    "by way of a bot": written(via_bot=OTHER_BOT),
    "to another bot": written(
        chat=IN_GROUP, text="/cramp@otherbot", entities=[{"type": "bot_command", "offset": 0, "length": 15}]
    ),
    "business message": {"business_message": command(business_connection_id="b")},
    "edited business message": {"edited_business_message": command(business_connection_id="b", edit_date=NOW)},
    "deleted business messages": {
        "deleted_business_messages": {"business_connection_id": "b", "chat": PRIVATE, "message_ids": [1]}
    },
    "business connection": {
        "business_connection": {"id": "b", "user": USER, "user_chat_id": ANNA, "date": NOW, "is_enabled": True}
    },
    "guest message": {"guest_message": command(guest_query_id="g")},
    "reaction": {
        "message_reaction": {
            "chat": PRIVATE, "message_id": 5, "user": USER, "date": NOW, "old_reaction": [],
            "new_reaction": [{"type": "emoji", "emoji": "🔥"}],
        }
    },
    "reactions": {"message_reaction_count": {"chat": IN_CHANNEL, "message_id": 5, "date": NOW, "reactions": []}},
    "inline query": {"inline_query": {"id": "1", "from": USER, "query": "/cramp", "offset": ""}},
    "chosen result": {"chosen_inline_result": {"result_id": "1", "from": USER, "query": "/cramp"}},
    "poll": {"poll": POLL},
    "poll answer": {"poll_answer": {"poll_id": "1", "user": USER, "option_ids": [0], "option_persistent_ids": ["p"]}},
    "request to join": {"chat_join_request": {"chat": IN_GROUP, "from": USER, "user_chat_id": ANNA, "date": NOW}},
    "somebody else's membership": {"chat_member": membership(chat=IN_GROUP)},
    "own membership": {"my_chat_member": membership(chat=IN_GROUP)},
    "unknown kind": {"dream": command()},
    "unknown kind that is a text": {"dream": "/cramp"},
    "no kind at all": {},
    "null": {"message": None},
}  # fmt: skip
"""Updates that a bot may receive although nobody wrote to it."""

EVENTS: Mapping[str, Any] = {
    "new_chat_members": [USER], "left_chat_member": USER, "new_chat_title": "/cramp", "new_chat_photo": [PICTURE],
    "delete_chat_photo": True, "group_chat_created": True, "supergroup_chat_created": True, "channel_chat_created": True,
    "message_auto_delete_timer_changed": {"message_auto_delete_time": 60}, "migrate_to_chat_id": GROUP,
    "migrate_from_chat_id": GROUP, "pinned_message": message(text="/cramp"), "connected_website": "example.org",
    "proximity_alert_triggered": {"traveler": USER, "watcher": USER, "distance": 1},
    "paid_message_price_changed": {"paid_message_star_count": 1}, "direct_message_price_changed": {"are_direct_messages_enabled": True},
    "giveaway_completed": {"winner_count": 1},
    "checklist_tasks_done": {"marked_as_done_task_ids": [1]}, "suggested_post_paid": {"currency": "XTR"},
    "chat_background_set": {"type": {"type": "chat_theme", "theme_name": "x"}},
    "forum_topic_created": {"name": "t", "icon_color": 1}, "forum_topic_edited": {"name": "t"}, "forum_topic_closed": {},
    "forum_topic_reopened": {}, "general_forum_topic_hidden": {}, "general_forum_topic_unhidden": {},
    "video_chat_scheduled": {"start_date": NOW}, "video_chat_started": {}, "video_chat_ended": {"duration": 1},
    "video_chat_participants_invited": {"users": [USER]}, "web_app_data": {"data": "/cramp", "button_text": "x"},
    "write_access_allowed": {"from_request": True}, "users_shared": {"request_id": 1, "users": [{"user_id": 1}]},
    "chat_shared": {"request_id": 1, "chat_id": GROUP}, "giveaway_created": {},
}  # fmt: skip
"""Service messages, by the field that says what has happened."""

ELSEWHERE: Mapping[str, Any] = {
    "boost_added": {"boost_count": 1}, "dream_came_true": {},
    "successful_payment": {"currency": "SEK", "total_amount": 1, "invoice_payload": "", "telegram_payment_charge_id": "", "provider_payment_charge_id": ""},
    "refunded_payment": {"currency": "XTR", "total_amount": 1, "invoice_payload": "", "telegram_payment_charge_id": ""},
    "passport_data": {"data": [], "credentials": {"data": "", "hash": "", "secret": ""}},
}  # fmt: skip
"""Service messages that never arrive in a private chat with this bot."""

KINDS: Mapping[str, Any] = {
    "photo": [PICTURE], "voice": {**FILE, "duration": 1}, "audio": {**FILE, "duration": 1}, "document": FILE,
    "video": {**PICTURE, "duration": 1}, "video_note": {**FILE, "length": 1, "duration": 1},
    "animation": {**PICTURE, "duration": 1},
    "sticker": {**PICTURE, "type": "regular", "is_animated": False, "is_video": False},
    "contact": {"phone_number": "1", "first_name": "A"}, "dice": {"emoji": "🎲", "value": 6}, "poll": POLL,
    "location": {"latitude": 59.3, "longitude": 18.1},
    "venue": {"location": {"latitude": 59.3, "longitude": 18.1}, "title": "v", "address": "a"},
    "game": GAME, "invoice": INVOICE, "story": {"chat": IN_CHANNEL, "id": 1}, "dream": {"of": [{"electric": "sheep"}]},
    "paid_media": {"star_count": 1, "paid_media": [{"type": "photo", "photo": [PICTURE]}]},
}  # fmt: skip
"""What a person can send instead of a text."""

LETTERS: Mapping[str, str] = {
    "a million letters": "a" * 2**20, "a million signs": "🦵" * 2**18, "a million commands": "/cramp " * 150_000,
    "one long command": "/" + "x" * 2**20, "lone surrogate": "cra\ud800mp", "NUL": "\x00", "empty": "",
    "right to left": "\u202e/cramp", "stacked": "Z" + "\u0351" * 9000, "markup": "<b>&amp;</i><script>", "space": " " * 99,
    "format": "{command} {0} %s", "unassigned": "\U000e0fff\ufdd0\uffff",
}  # fmt: skip

HALF_MENTION: Json = {
    "entities": [*CRAMP["entities"], {"type": "text_mention", "offset": 0, "length": 6, "user": {"id": 7}}]
}
READABLE_IN_PART: Named = {
    "no date": written(date=None),
    "date beyond all calendars": written(date=10**15),
    "date of a thousand digits": written(date=10**1000),
    "date as a word": written(date="now"),
    "half a mention": written(**HALF_MENTION),
    "half a picture": {"message": message(text="my calf is cramping", photo=[{"file_id": "a"}])},
    "neither marked as a bot nor as a person": written(**{"from": {"id": ANNA, "first_name": "Anna"}}),
    "sender without a name": written(**{"from": {"id": ANNA, "is_bot": False}}),
    "entities without kinds": written(entities=[*CRAMP["entities"], {"offset": 0}]),
    "press in half a message": pressed(
        message=message(text="x", reply_markup={"inline_keyboard": 7}), data="cramp:still"
    ),
}
"""Calls for relief of which python-telegram-bot cannot read everything. They are answered."""

UNREADABLE: Named = {
    "no chat": written(chat=None),
    "no kind of chat": written(chat={"id": ANNA}),
    "no chat id": written(chat={"type": "private"}),
    "no message id": written(message_id=None),
    "list for a message": {"message": [command()]},
    "word for a message": {"message": "/cramp"},
    "number for a chat": written(chat=ANNA),
    "membership without a date": {"my_chat_member": membership(date="x")},
}
"""Updates that cannot be parsed. Each becomes one dead row."""

NEW: Named = {
    "unknown field": written(dream={"a": [1]}),
    "unknown field of the sender": written(**{"from": {**USER, "dream": deep(3)}}),
    "unknown field of the chat": written(chat={**PRIVATE, "dream": None}),
    "unknown field of the update": {**written(), "dream": {"chat": IN_GROUP, "from": OTHER_BOT}},
    "unknown kind of entity besides": written(
        entities=[*CRAMP["entities"], {"type": "dream", "offset": 0, "length": 1}]
    ),
    "deep nesting": written(dream=deep(DEEP)),
    "huge numbers": written(dream=10**400, message_thread_id=10**40),
    "lone surrogates": written(dream="\udfff\ud800", author_signature="\ud83d"),
    "NUL": written(**{"from": {**USER, "first_name": "\x00", "last_name": "\x00"}}),
}
"""Calls for relief, with fields that the Bot API may have one day."""

INVALID: Named = {
    "fields named as in Python": written(**{"class": 2, "self": 1, "api_kwargs": {"text": "x"}}),
    "unknown kind of chat": written(chat={**PRIVATE, "type": "dream"}),
    "unknown kind of entity": written(entities=[{"type": "dream", "offset": 0, "length": 6}]),
    "entity outside the text": written(entities=[{"type": "bot_command", "offset": 0, "length": 10**9}]),
    "entity before the text": written(entities=[{"type": "bot_command", "offset": -9, "length": -9}]),
    "words for ids": written(message_id="x", chat={**PRIVATE, "id": "x"}, **{"from": {**USER, "id": "x"}}),
    "word for the sender's id": written(**{"from": {**USER, "id": "1; DROP TABLE inbox"}}),
    "huge ids": written(message_id=10**40, chat={**PRIVATE, "id": 10**40}, **{"from": {**USER, "id": 10**40}}),
    "sender beyond the database": written(**{"from": {**USER, "id": 2**63}}),
    "truths for ids": written(chat={**PRIVATE, "id": True}, **{"from": {**USER, "id": True}}),
    "language that is none": written(**{"from": {**USER, "language_code": "\x00"}}),
    "language as a number": written(**{"from": {**USER, "language_code": 7}}),
    "number for a text": written(text=7),
    "list for a text": written(text=["/cramp"]),
    "deep nesting of the sender": written(**{"from": {**USER, "first_name": deep(DEEP)}}),
    "date of long ago": written(date=1),
    "date before the beginning": written(date=-(10**9)),
    "press without a sender": pressed(**{"from": None}),
    "press of nothing": pressed(data=None),
    "press of emptiness": pressed(data=""),
    "press of a game": pressed(data=None, game_short_name="g"),
    "press on nothing": pressed(message=None),
    "press in an inline message": pressed(message=None, inline_message_id="i", data="cramp:hold:relief"),
    "press with a number": pressed(data=7),
    "press on another's message": pressed(message=message(**{"from": OTHER_BOT}, text="x"), data="cramp:pin"),
}  # fmt: skip
"""Invalid updates that can be parsed more or less. Each ends as done or dead."""


class FedBot:
    """A bot that receives odd updates, each from chats of its own: their final states, and the requests for each."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        self._simulator = simulator
        self._folder = folder
        self.states: dict[str, str] = {}
        self.methods: dict[str, list[str]] = {}

    async def __call__(self, updates: Named) -> "FedBot":
        chats = [self._chats() for _ in updates]
        cast = [_with(numbers, update) for numbers, update in zip(chats, updates.values(), strict=True)]
        aftermath = await feed(self._simulator, self._folder, cast)
        by_chat = defaultdict(list)
        for method, chat in aftermath.requests:
            by_chat[chat].append(method)
        self.states = dict(zip(updates, aftermath.states, strict=True))
        for name, own in zip(updates, map(own_chats, cast), strict=True):
            self.methods[name] = [method for chat in own for method in by_chat.pop(chat, [])]
        assert not by_chat, "requests for other chats"
        return self

    def _chats(self) -> dict[int, int]:
        anna = self._simulator.add_person("Anna", started=True)
        group = self._simulator.phone.new_group(anna, "Night shift", kind="supergroup")
        channel = self._simulator.phone.new_group(anna, "News", kind="channel")
        return {ANNA: anna.id, GROUP: group.id, CHANNEL: channel.id}


def _with(chats: Mapping[int, int], value: Any) -> Any:
    """Return the value with the ids of existing chats in it."""
    if isinstance(value, dict):
        return {name: _with(chats, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with(chats, inner) for inner in value]
    return chats.get(value, value) if type(value) is int else value


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with telegram() as standing:
        yield standing


@pytest.fixture
def fed(simulator: Simulator, tmp_path: Path) -> FedBot:
    return FedBot(simulator, tmp_path)


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def all_are(state: str, updates: Iterable[str]) -> dict[str, str]:
    return dict.fromkeys(updates, state)


async def test_f35_f36_updates_that_are_not_for_the_bot_are_ignored(
    fed: FedBot, caplog: pytest.LogCaptureFixture
) -> None:
    await fed(NOT_FOR_US)
    assert fed.states == all_are("done", NOT_FOR_US)
    assert fed.methods == {name: [] for name in NOT_FOR_US}
    assert not complaints(caplog)


@pytest.mark.parametrize("chat", [PRIVATE, IN_GROUP], ids=["private", "group"])
async def test_service_messages_are_not_answered(fed: FedBot, caplog: pytest.LogCaptureFixture, chat: Json) -> None:
    events = EVENTS if chat is PRIVATE else {**EVENTS, **ELSEWHERE}
    updates = {name: {"message": message(chat=chat, **{name: value})} for name, value in events.items()}
    await fed(updates)
    assert fed.states == all_are("done", updates)
    assert fed.methods == {name: [] for name in updates}
    assert not complaints(caplog)


async def test_everything_that_a_person_sends_is_answered_once(fed: FedBot, caplog: pytest.LogCaptureFixture) -> None:
    kinds = {name: {"message": message(**{name: value})} for name, value in KINDS.items()}
    captions = {f"{name}, caption": {"message": message(**{name: KINDS[name], "caption": "/cramp"})} for name in KINDS}
    letters = {name: {"message": message(text=text)} for name, text in LETTERS.items()}
    updates = kinds | captions | letters
    await fed(updates)
    assert fed.states == all_are("done", updates)
    calls = {"right to left", "a million commands", *captions}
    expected = {name: ["sendphoto" if name in calls else "sendmessage"] for name in updates}
    assert fed.methods == expected
    assert not complaints(caplog)


async def test_a_call_for_relief_is_answered_although_the_rest_of_it_cannot_be_read(fed: FedBot) -> None:
    await fed(READABLE_IN_PART)
    assert fed.states == all_are("done", READABLE_IN_PART)
    assert {name for name, methods in fed.methods.items() if not methods} == set()


async def test_an_unreadable_update_is_one_dead_row_and_one_log_line(
    fed: FedBot, caplog: pytest.LogCaptureFixture
) -> None:
    await fed(UNREADABLE)
    assert fed.states == all_are("dead", UNREADABLE)
    assert fed.methods == {name: [] for name in UNREADABLE}
    assert len(complaints(caplog)) == len(UNREADABLE)
    assert all(re.fullmatch(r"Cannot handle an update \(.+\); it is kept as dead", line) for line in complaints(caplog))


async def test_f42_new_fields_do_not_prevent_relief(fed: FedBot, caplog: pytest.LogCaptureFixture) -> None:
    await fed(NEW)
    assert fed.states == all_are("done", NEW)
    assert fed.methods == {name: ["sendphoto"] for name in NEW}
    assert not complaints(caplog)


async def test_every_invalid_update_ends(fed: FedBot, caplog: pytest.LogCaptureFixture) -> None:
    await fed(INVALID)
    assert set(fed.states.values()) <= {"done", "dead"}
    dead = [name for name, state in fed.states.items() if state == "dead"]
    assert len(complaints(caplog)) == len(dead), dead


# Presses

FORGED = (
    " ", "x", "x" * 64, "🦵" * 16, "\x00", "cramp", "cramp:", "cramp:steps", "cramp:steps:", "cramp:steps:calves",
    "CRAMP:PIN", " cramp:pin", "cramp:pin ", "cramp:hold:relief:9", "cramp:hold:../../charley", "cramp:steps:__class__",
    "language:", "language:de", "language:en;sv", "language:svsv", "page:", "page:__init__", "page:../learn", "tip:999",
    "tip'; DROP TABLE person; --", "diary:delete:1", "[]", "{}", "null", "%s%n", "cramp:*", ".*",
)  # fmt: skip
"""Button data that is invented, another bot's, an earlier version's, cut off, or as long as possible."""
REAL = (
    "cramp:steps:foot", "cramp:hold:thigh", "cramp:still", "cramp:danger", "cramp:eased", "cramp:pin", "tip", "language",
    "language:sv", "page:learn",
)  # fmt: skip


@pytest.mark.usefixtures("bot")
async def test_f38_forged_button_data_changes_nothing(
    anna: Conversation, simulator: Simulator, tmp_path: Path, edition: Edition, caplog: pytest.LogCaptureFixture
) -> None:
    steps = await anna.ask("/help")
    before = simulator.judge.total
    for data in FORGED:
        await anna.touch(steps, data)
        assert anna.alert == edition.words(unknown.Words).old_button, data
    assert simulator.judge.total == before
    with closing(sqlite3.connect(tmp_path / "charley.db")) as connection:
        kept = [connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ("person", "outbox")]
    assert kept == [(0,), (0,)]
    assert not complaints(caplog)


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("data", REAL)
async def test_f39_a_press_on_a_message_that_no_longer_exists_is_answered_with_a_new_one(
    simulator: Simulator, data: str, caplog: pytest.LogCaptureFixture
) -> None:
    bo = Conversation(simulator, simulator.add_person("Bo"))
    await bo.ask("/help")
    before = simulator.judge.total
    await bo.touch({"message_id": 999_999}, data)
    if data != "cramp:pin":
        await bo.arrived(1, before)
    assert {delivery.chat for delivery in simulator.judge.received(after=before, edits=True)} <= {bo.person.id}
    assert not complaints(caplog)
