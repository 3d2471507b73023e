"""The head start: the plainest calls for relief are answered before the bot is loaded, as the bot would answer them."""

import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from assets import head_start as generating
from bot.config import ROOT
from bot.content.telegram_html import visible
from bot.parsing import lenient_json
from bot.store import Store, bot_state, inbox, people
from bot.updates import head_start
from bot.updates.head_start import MOST, RECENT, HeadStart
from handlers import cramp
from simulator import Fault, Person, Simulator
from tests.support import running_bot
from tests.support.recording import Requests

PICTURE_KEY = f"file:{hashlib.sha256((ROOT / 'assets/toes-to-you.png').read_bytes()).hexdigest()}"
UPDATE_ID = 7


def steps(language: str) -> str:
    """Return the steps as somebody sees them whose country is unknown."""
    return visible(cramp.steps(running_bot.content()[language]).text)


@pytest.fixture
def bo(simulator: Simulator) -> Person:
    """Somebody who has a chat with the bot, and whose Telegram is in English."""
    person = simulator.add_person("Bo", language="en")
    simulator.phone.say(person, "hello")
    return person


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return the empty file with which the first start begins."""
    file = tmp_path / "charley.db"
    file.touch()
    return file


@pytest.fixture
def first(simulator: Simulator, database: Path) -> HeadStart:
    """A head start with the real content."""
    return HeadStart(f"{simulator.url}/bot{simulator.token}", None, ROOT, database, simulator.clock)


async def answered(head_start: HeadStart, updates: list[Any]) -> dict[int, int]:
    """Return the message_id of the steps by update_id, once all are sent."""
    tasks = head_start.answer(updates)
    return {update_id: message_id for update_id, task in tasks.items() if (message_id := await task)}


def call(simulator: Simulator, person: Person, text: str = "/cramp", age: float = 1.0, **more: Any) -> dict[str, Any]:
    """Return the update of a text that a person wrote ``age`` seconds ago."""
    message = {
        "message_id": 1,
        "from": {"id": person.id, "is_bot": False, "first_name": person.name, "language_code": person.language},
        "chat": {"id": person.id, "type": "private", "first_name": person.name},
        "date": int(simulator.clock().timestamp() - age),
        "text": text,
    }
    return {"update_id": UPDATE_ID, "message": message | more}


def shown(simulator: Simulator, person: Person) -> list[str]:
    """Return what the person got."""
    return simulator.judge.texts(person.id)


def test_the_file_has_the_steps_of_the_content() -> None:
    assert head_start.FILE.read_bytes() == generating.file(), "the content has changed: `make head-start`"


@pytest.mark.parametrize("text", ["/cramp", "/kramp", "Cramp now", "Sendrag nu"])
async def test_a_command_and_the_key_are_calls(text: str, simulator: Simulator, bo: Person, first: HeadStart) -> None:
    sent = await answered(first, [call(simulator, bo, text)])
    (delivery,) = simulator.judge.received(bo.id)
    assert sent == {UPDATE_ID: delivery.message["message_id"]}
    assert shown(simulator, bo) == [steps("en")]
    buttons = cramp.steps(running_bot.content()["en"]).markup["reply_markup"]["inline_keyboard"]
    assert [[button["text"] for button in row] for row in delivery.message["reply_markup"]["inline_keyboard"]] == [
        [button["text"] for button in row] for row in buttons
    ]


LEFT = {
    "a sentence": {"text": "I have a cramp"},
    "a danger": {"text": "/cramp and my chest hurts"},
    "a call of last night": {"age": RECENT.total_seconds()},
    "a reply": {"reply_to_message": {"message_id": 2}},
    "a forwarded one": {"forward_origin": {"type": "user"}},
    "one in a group": {"chat": {"id": -5, "type": "group", "title": "Runners"}},
    "one in a chat of somebody else": {"from": {"id": 1, "is_bot": False, "first_name": "X"}},
    "one by a bot": {"from": {"id": 0, "is_bot": True, "first_name": "X"}, "chat": {"id": 0, "type": "private"}},
    "a time that is a text": {"date": "now"},
    "a time of 400 digits": {"date": 10**400},
    "a text that is a number": {"text": 5},
    "a language that is a number": {"from": {"id": 1, "language_code": 5}, "chat": {"id": 1, "type": "private"}},
    "a chat that is a list": {"chat": [], "from": []},
}


@pytest.mark.parametrize("change", LEFT.values(), ids=LEFT)
async def test_any_other_update_is_left_to_the_bot(
    change: dict[str, Any], simulator: Simulator, bo: Person, first: HeadStart
) -> None:
    requests = Requests(simulator)
    assert await answered(first, [call(simulator, bo, **change), None, {}, {"update_id": 8, "message": None}]) == {}
    assert requests.of() == []


@pytest.mark.parametrize("update_id", [[], "7", None, {}, True])
async def test_an_update_with_an_odd_id_is_left_to_the_bot(
    update_id: object, simulator: Simulator, bo: Person, first: HeadStart
) -> None:
    assert await answered(first, [call(simulator, bo) | {"update_id": update_id}]) == {}


async def test_whoever_has_done_something_else_too_is_left_to_the_bot(
    simulator: Simulator, bo: Person, first: HeadStart
) -> None:
    written = call(simulator, bo, "my chest hurts")
    pressed = {"update_id": 8, "callback_query": {"from": {"id": bo.id}, "data": "cramp:danger"}}
    for other in (written, pressed):
        assert await answered(first, [other, call(simulator, bo)]) == {}


async def test_no_more_are_answered_than_telegram_takes(simulator: Simulator, first: HeadStart) -> None:
    many = [simulator.add_person() for _ in range(MOST + 1)]
    for person in many:
        simulator.phone.say(person, "hello")
    sent = await answered(first, [call(simulator, bo) | {"update_id": bo.id} for bo in many])
    assert sent.keys() == {person.id for person in many[:MOST]}


async def test_the_language_that_somebody_chose_goes_before_that_of_their_telegram(
    simulator: Simulator, database: Path, first: HeadStart
) -> None:
    people_by_language = {code: simulator.add_person(language=code) for code in ("sv", "sv-FI", "de", "en")}
    async with Store.open(f"sqlite:///{database}") as store:
        await store.write(lambda connection: people.set_language(connection, people_by_language["en"].id, "sv"))
    for person in people_by_language.values():
        simulator.phone.say(person, "hello")
        await answered(first, [call(simulator, person) | {"update_id": person.id}])
    read = {code: shown(simulator, person) for code, person in people_by_language.items()}
    assert read == {"sv": [steps("sv")], "sv-FI": [steps("sv")], "de": [steps("en")], "en": [steps("sv")]}


@pytest.mark.parametrize(
    ("language", "zone", "is_answered"),
    [
        ("sv", "Europe/Stockholm", True),
        ("sv", "Europe/London", False),
        ("sv", "Europe/Helsinki", False),
        ("en", "Europe/London", True),
    ],
)
async def test_people_in_a_country_with_other_words_are_left_to_the_bot(
    language: str, zone: str, is_answered: bool, simulator: Simulator, database: Path, first: HeadStart
) -> None:
    person = simulator.add_person(language=language)
    simulator.phone.say(person, "hello")
    async with Store.open(f"sqlite:///{database}") as store:
        await store.write(lambda connection: people.set_zone(connection, person.id, zone))
    assert bool(await answered(first, [call(simulator, person)])) is is_answered
    words = cramp.steps(running_bot.content().edition(language, country={"Europe/London": "GB"}.get(zone, "SE"))).text
    assert shown(simulator, person) == [visible(words)] * is_answered


async def test_the_picture_is_uploaded_only_if_telegram_does_not_know_it(
    simulator: Simulator, bo: Person, database: Path, first: HeadStart
) -> None:
    requests = Requests(simulator)
    await answered(first, [call(simulator, bo)])
    (delivery,) = simulator.judge.received(bo.id)
    file_id = delivery.message["photo"][-1]["file_id"]
    async with Store.open(f"sqlite:///{database}") as store:
        await store.write(lambda connection: bot_state.put(connection, PICTURE_KEY, file_id))
    await answered(first, [call(simulator, bo) | {"update_id": UPDATE_ID + 1}])
    uploaded, named = (request.parameters.values.get("photo") for request in requests.of("sendPhoto"))
    assert (uploaded, named) == (None, file_id)


async def test_an_update_that_an_earlier_run_stored_is_left_to_the_bot(
    simulator: Simulator, bo: Person, database: Path, first: HeadStart
) -> None:
    async with Store.open(f"sqlite:///{database}") as store:
        row = (UPDATE_ID, lenient_json.dumps(call(simulator, bo)))
        await store.write(lambda connection: inbox.add(connection, [row], simulator.clock()))
    assert await answered(first, [call(simulator, bo)]) == {}


async def test_a_call_is_answered_once_however_often_a_start_fails(
    simulator: Simulator, bo: Person, first: HeadStart
) -> None:
    for _ in range(3):
        await answered(first, [call(simulator, bo)])
    assert shown(simulator, bo) == [steps("en")]


async def test_an_update_that_is_still_to_be_handled_leaves_all_to_the_bot(
    simulator: Simulator, bo: Person, database: Path, first: HeadStart
) -> None:
    async with Store.open(f"sqlite:///{database}") as store:
        row = (UPDATE_ID - 1, lenient_json.dumps(call(simulator, bo, "tell me about magnesium")))
        await store.write(lambda connection: inbox.add(connection, [row], simulator.clock()))
    assert await answered(first, [call(simulator, bo)]) == {}


async def test_a_database_of_another_version_leaves_all_to_the_bot(
    simulator: Simulator, bo: Person, database: Path, first: HeadStart
) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE inbox (id INTEGER)")
        connection.commit()
    assert await answered(first, [call(simulator, bo)]) == {}


async def test_a_damaged_database_leaves_all_to_the_bot(
    simulator: Simulator, bo: Person, database: Path, first: HeadStart
) -> None:
    database.write_bytes(b"no database" * 1000)
    assert await answered(first, [call(simulator, bo)]) == {}


@pytest.mark.parametrize("change", ["\n# A comment", None], ids=["changed", "missing"])
async def test_content_of_the_operators_own_leaves_all_to_the_bot(
    change: str | None, simulator: Simulator, bo: Person, database: Path, tmp_path: Path
) -> None:
    for file in ROOT.glob("content*.yaml"):
        shutil.copy(file, tmp_path)
    if change:
        with (tmp_path / "content.sv.yaml").open("a") as swedish:
            swedish.write(change)
    else:
        (tmp_path / "content.yaml").unlink()
    own = HeadStart(f"{simulator.url}/bot{simulator.token}", None, tmp_path, database, simulator.clock)
    assert await answered(own, [call(simulator, bo)]) == {}


@pytest.mark.parametrize("fault", [Fault(status=429), Fault(status=502), Fault(cut="accept"), Fault(body="html")])
async def test_a_telegram_that_fails_leaves_all_to_the_bot(
    fault: Fault, simulator: Simulator, bo: Person, first: HeadStart
) -> None:
    simulator.faults.add(fault)
    assert await answered(first, [call(simulator, bo)]) == {}
