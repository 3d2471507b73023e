"""Updates that are not a person's own words: no harm, no noise, no word to anybody else, and the bot goes on."""

import logging
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
"""Updates by what is odd about them. In each, ANNA and her private chat stand for somebody who is in no other."""
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
    """What Anna writes to the bot; a field that is None is missing."""
    whole = {"message_id": 5, "from": USER, "chat": PRIVATE, "date": NOW, **fields}
    return {name: value for name, value in whole.items() if value is not None}


def command(**fields: Any) -> Json:
    return message(**{**CRAMP, **fields})


def said(**fields: Any) -> Json:
    """An update with a command in a message that is odd in these fields."""
    return {"message": command(**fields)}


def origin(kind: str, **fields: Any) -> Json:
    return {"type": kind, "date": NOW, **fields}


def pressed(**fields: Any) -> Json:
    query = {"id": "1", "from": USER, "chat_instance": "1", "message": message(text="steps"), "data": "tip", **fields}
    return {"callback_query": {name: value for name, value in query.items() if value is not None}}


def membership(**fields: Any) -> Json:
    return {"chat": PRIVATE, "from": USER, "date": NOW, "old_chat_member": MEMBER, "new_chat_member": MEMBER, **fields}


def deep(levels: int) -> Any:
    """Lists in lists."""
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


NOT_FOR_US: Named = {
    "edited": {"edited_message": command(edit_date=NOW)},
    "forwarded from a person": said(forward_origin=origin("user", sender_user=USER)),
    "forwarded from somebody hidden": said(forward_origin=origin("hidden_user", sender_user_name="x")),
    "forwarded from a chat": said(forward_origin=origin("chat", sender_chat=IN_GROUP)),
    "forwarded from a channel": said(forward_origin=origin("channel", chat=IN_CHANNEL, message_id=1)),
    "channel post": {"channel_post": command(chat=IN_CHANNEL, sender_chat=IN_CHANNEL, **{"from": None})},
    "edited channel post": {"edited_channel_post": command(chat=IN_CHANNEL, **{"from": None}, edit_date=NOW)},
    "message in a channel": said(chat=IN_CHANNEL, **{"from": None}),
    "other bot": said(**{"from": OTHER_BOT}),
    "other bot in a group": said(chat=IN_GROUP, **{"from": OTHER_BOT}),
    "no sender": said(**{"from": None}),
    "no sender in a group": said(chat=IN_GROUP, **{"from": None}),
    "anonymous administrator": said(chat=IN_GROUP, sender_chat=IN_GROUP, **{"from": ANONYMOUS}),
    "anonymous, not said to be a bot": said(chat=IN_GROUP, **{"from": {**ANONYMOUS, "is_bot": False}}),
    "in the name of a channel": said(chat=IN_GROUP, sender_chat=IN_CHANNEL),
    "automatic forward": said(chat=IN_GROUP, sender_chat=IN_CHANNEL, is_automatic_forward=True),
    "by way of a bot": said(via_bot=OTHER_BOT),
    "to another bot": said(
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
"""Of these a bot may hear, but nobody has spoken to it."""

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
"""What Telegram says has happened."""

ELSEWHERE: Mapping[str, Any] = {
    "boost_added": {"boost_count": 1}, "dream_came_true": {},
    "successful_payment": {"currency": "SEK", "total_amount": 1, "invoice_payload": "", "telegram_payment_charge_id": "", "provider_payment_charge_id": ""},
    "refunded_payment": {"currency": "XTR", "total_amount": 1, "invoice_payload": "", "telegram_payment_charge_id": ""},
    "passport_data": {"data": [], "credentials": {"data": "", "hash": "", "secret": ""}},
}  # fmt: skip
"""The same, but never in a private chat with this bot."""

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
"""What a person can send instead of words."""

LETTERS: Mapping[str, str] = {
    "a million letters": "a" * 2**20, "a million signs": "🦵" * 2**18, "a million commands": "/cramp " * 150_000,
    "one long command": "/" + "x" * 2**20, "lone surrogate": "cra\ud800mp", "NUL": "\x00", "empty": "",
    "right to left": "\u202e/cramp", "stacked": "Z" + "\u0351" * 9000, "markup": "<b>&amp;</i><script>", "space": " " * 99,
    "format": "{command} {0} %s", "unassigned": "\U000e0fff\ufdd0\uffff",
}  # fmt: skip

UNREADABLE: Named = {
    "no date": said(date=None),
    "date beyond all calendars": said(date=10**15),
    "date of a thousand digits": said(date=10**1000),
    "date as a word": said(date="now"),
    "no chat": said(chat=None),
    "no kind of chat": said(chat={"id": ANNA}),
    "no chat id": said(chat={"type": "private"}),
    "not said to be a bot or not": said(**{"from": {"id": ANNA, "first_name": "Anna"}}),
    "no message id": said(message_id=None),
    "list for a message": {"message": [command()]},
    "word for a message": {"message": "/cramp"},
    "number for a chat": said(chat=ANNA),
    "entities without kinds": said(entities=[{"offset": 0}]),
    "membership without a date": {"my_chat_member": membership(date="x")},
}
"""These cannot even be read: each is one dead row."""

NEW: Named = {
    "unknown field": said(dream={"a": [1]}),
    "unknown field of the sender": said(**{"from": {**USER, "dream": deep(3)}}),
    "unknown field of the chat": said(chat={**PRIVATE, "dream": None}),
    "unknown field of the update": {**said(), "dream": {"chat": IN_GROUP, "from": OTHER_BOT}},
    "unknown kind of entity besides": said(entities=[*CRAMP["entities"], {"type": "dream", "offset": 0, "length": 1}]),
    "deep nesting": said(dream=deep(DEEP)),
    "huge numbers": said(dream=10**400, message_thread_id=10**40),
    "lone surrogates": said(dream="\udfff\ud800", author_signature="\ud83d"),
    "NUL": said(**{"from": {**USER, "first_name": "\x00", "last_name": "\x00"}}),
}
"""A call for relief, with what the Bot API may have one day."""

BENT: Named = {
    "fields named as in Python": said(**{"class": 2, "self": 1, "api_kwargs": {"text": "x"}}),
    "unknown kind of chat": said(chat={**PRIVATE, "type": "dream"}),
    "unknown kind of entity": said(entities=[{"type": "dream", "offset": 0, "length": 6}]),
    "entity outside the text": said(entities=[{"type": "bot_command", "offset": 0, "length": 10**9}]),
    "entity before the text": said(entities=[{"type": "bot_command", "offset": -9, "length": -9}]),
    "words for ids": said(message_id="x", chat={**PRIVATE, "id": "x"}, **{"from": {**USER, "id": "x"}}),
    "word for the sender's id": said(**{"from": {**USER, "id": "1; DROP TABLE inbox"}}),
    "huge ids": said(message_id=10**40, chat={**PRIVATE, "id": 10**40}, **{"from": {**USER, "id": 10**40}}),
    "sender beyond the database": said(**{"from": {**USER, "id": 2**63}}),
    "truths for ids": said(chat={**PRIVATE, "id": True}, **{"from": {**USER, "id": True}}),
    "language that is none": said(**{"from": {**USER, "language_code": "\x00"}}),
    "language as a number": said(**{"from": {**USER, "language_code": 7}}),
    "number for a text": said(text=7),
    "list for a text": said(text=["/cramp"]),
    "deep nesting of the sender": said(**{"from": {**USER, "first_name": deep(DEEP)}}),
    "date of long ago": said(date=1),
    "date before the beginning": said(date=-(10**9)),
    "press without a sender": pressed(**{"from": None}),
    "press of nothing": pressed(data=None),
    "press of emptiness": pressed(data=""),
    "press of a game": pressed(data=None, game_short_name="g"),
    "press on nothing": pressed(message=None),
    "press in an inline message": pressed(message=None, inline_message_id="i", data="cramp:hold:relief"),
    "press with a number": pressed(data=7),
    "press on another's message": pressed(message=message(**{"from": OTHER_BOT}, text="x"), data="cramp:pin"),
}  # fmt: skip
"""These can be read, more or less; whatever comes of them ends there."""


class Fed:
    """What became of each of some odd updates, each of which stood for itself in chats of its own."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        self._simulator = simulator
        self._folder = folder
        self.states: dict[str, str] = {}
        self.asked: dict[str, list[str]] = {}

    async def __call__(self, updates: Named) -> "Fed":
        chats = [self._chats() for _ in updates]
        cast = [_with(numbers, update) for numbers, update in zip(chats, updates.values(), strict=True)]
        aftermath = await feed(self._simulator, self._folder, cast)
        asked = defaultdict(list)
        for method, chat in aftermath.asked:
            asked[chat].append(method)
        self.states = dict(zip(updates, aftermath.states, strict=True))
        for name, own in zip(updates, map(own_chats, cast), strict=True):
            self.asked[name] = [method for chat in own for method in asked.pop(chat, [])]
        assert not asked, "somebody else was written to"
        return self

    def _chats(self) -> dict[int, int]:
        anna = self._simulator.add_person("Anna", started=True)
        group = self._simulator.phone.new_group(anna, "Night shift", kind="supergroup")
        channel = self._simulator.phone.new_group(anna, "News", kind="channel")
        return {ANNA: anna.id, GROUP: group.id, CHANNEL: channel.id}


def _with(chats: Mapping[int, int], value: Any) -> Any:
    """The same with the numbers of chats that there are."""
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
def fed(simulator: Simulator, tmp_path: Path) -> Fed:
    """Feeds a bot."""
    return Fed(simulator, tmp_path)


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def all_are(state: str, updates: Iterable[str]) -> dict[str, str]:
    return dict.fromkeys(updates, state)


async def test_f35_f36_what_is_not_for_the_bot_is_left_alone(fed: Fed, caplog: pytest.LogCaptureFixture) -> None:
    await fed(NOT_FOR_US)
    assert fed.states == all_are("done", NOT_FOR_US)
    assert fed.asked == {name: [] for name in NOT_FOR_US}
    assert not complaints(caplog)


@pytest.mark.parametrize("chat", [PRIVATE, IN_GROUP], ids=["private", "group"])
async def test_what_telegram_says_has_happened_is_not_answered(
    fed: Fed, caplog: pytest.LogCaptureFixture, chat: Json
) -> None:
    events = EVENTS if chat is PRIVATE else {**EVENTS, **ELSEWHERE}
    updates = {name: {"message": message(chat=chat, **{name: value})} for name, value in events.items()}
    await fed(updates)
    assert fed.states == all_are("done", updates)
    assert fed.asked == {name: [] for name in updates}
    assert not complaints(caplog)


async def test_whatever_a_person_sends_is_answered_once(fed: Fed, caplog: pytest.LogCaptureFixture) -> None:
    kinds = {name: {"message": message(**{name: value})} for name, value in KINDS.items()}
    captions = {f"{name}, caption": {"message": message(**{name: KINDS[name], "caption": "/cramp"})} for name in KINDS}
    letters = {name: {"message": message(text=text)} for name, text in LETTERS.items()}
    updates = kinds | captions | letters
    await fed(updates)
    assert fed.states == all_are("done", updates)
    calls = {"right to left", "a million commands"}
    expected = {name: ["sendphoto" if name in calls else "sendmessage"] for name in updates}
    for shared in ("location", "location, caption"):  # the key for a place goes, and what was made of it comes
        expected[shared] *= 2
    assert fed.asked == expected
    assert not complaints(caplog)


async def test_what_cannot_be_read_is_one_dead_row_and_one_line(fed: Fed, caplog: pytest.LogCaptureFixture) -> None:
    await fed(UNREADABLE)
    assert fed.states == all_are("dead", UNREADABLE)
    assert fed.asked == {name: [] for name in UNREADABLE}
    assert complaints(caplog) == ["an update could not be handled; it is kept as dead"] * len(UNREADABLE)


async def test_f42_what_is_new_to_us_is_no_hindrance(fed: Fed, caplog: pytest.LogCaptureFixture) -> None:
    await fed(NEW)
    assert fed.states == all_are("done", NEW)
    assert fed.asked == {name: ["sendphoto"] for name in NEW}
    assert not complaints(caplog)


async def test_what_is_bent_ends(fed: Fed, caplog: pytest.LogCaptureFixture) -> None:
    await fed(BENT)
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
"""Made up, of somebody else's bot, of an earlier version, cut, and as long as can be."""
REAL = (
    "cramp:steps:foot", "cramp:hold:thigh", "cramp:still", "cramp:danger", "cramp:eased", "cramp:pin", "tip", "language",
    "language:sv", "page:learn",
)  # fmt: skip


@pytest.mark.usefixtures("bot")
async def test_f38_forged_presses_change_nothing(
    anna: Conversation, simulator: Simulator, tmp_path: Path, edition: Edition, caplog: pytest.LogCaptureFixture
) -> None:
    steps = await anna.ask("/help")
    before = simulator.judge.total
    for data in FORGED:
        await anna.touch(steps, data)
        assert anna.toast == edition.words(unknown.Words).old_button, data
    assert simulator.judge.total == before
    with closing(sqlite3.connect(tmp_path / "charley.db")) as connection:
        kept = [connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ("person", "outbox")]
    assert kept == [(0,), (0,)]
    assert not complaints(caplog)


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("data", REAL)
async def test_f39_a_press_on_what_telegram_no_longer_shows(
    simulator: Simulator, data: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is answered, and what it asks for comes as a new message."""
    bo = Conversation(simulator, simulator.add_person("Bo"))
    await bo.ask("/help")
    before = simulator.judge.total
    await bo.touch({"message_id": 999_999}, data)
    if data != "cramp:pin":
        await bo.arrived(1, before)
    assert {delivery.chat for delivery in simulator.judge.received(after=before, edits=True)} <= {bo.person.id}
    assert not complaints(caplog)
