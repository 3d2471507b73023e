"""All that is stored about a person, deleted in two taps."""

import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.store import people, planning
from bot.store.people import Person
from handlers import cramp, settings, start
from handlers.erasure import Words
from scheduler import housekeeping
from simulator import Simulator
from tests.support.assembled_bot import assembled_bot, receiving_updates
from tests.support.conversation import Conversation, Json, buttons, words
from tests.support.diaries import agree_by_tapping
from tests.support.postgresql import Server
from tests.support.reminders import STOCKHOLM, pending_due_times, read_snapshot, send_next_reminder, turn_on

ALL, NONE = "erasure:all", "erasure:none"


async def known(services: Services, who: Conversation) -> Person | None:
    number = who.person.id
    return (await services.store.read(lambda connection: people.get_known(connection, [number]))).get(number)


async def erased(who: Conversation) -> Json:
    return await who.press(await who.ask("/deletedata"), ALL)


def traces(folder: Path, *what: str) -> list[str]:
    """Return those of the texts that are anywhere in the database's files."""
    data = b"".join(file.read_bytes() for file in folder.glob("charley.db*"))
    return [text for text in what if text.encode() in data]


def test_the_question_says_what_goes_and_what_stays(edition: Edition) -> None:
    said = visible(edition.words(Words).ask)
    assert "Telegram" in said
    assert f"{housekeeping.KEEP_UPDATE_IDS.days} " in said


@pytest.mark.parametrize("command", ["/deletedata", "/radera", "/erase"])
async def test_asking_deletes_nothing(anna: Conversation, edition: Edition, services: Services, command: str) -> None:
    await anna.press(await turn_on(anna, "stretch"), "remind")
    before, said = await read_snapshot(services, anna), edition.words(Words)
    question = await anna.ask(command)
    assert words(question) == visible(said.ask)
    assert buttons(question) == {said.erase_button: ALL, said.keep_button: NONE}
    kept = await anna.press(question, NONE)
    assert (words(kept), buttons(kept)) == (visible(said.kept), {})
    assert await read_snapshot(services, anna) == before


async def test_two_taps_delete_everything(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "stretch", "water")
    await anna.ask("/cramp")
    gone = await erased(anna)
    assert (words(gone), buttons(gone)) == (visible(edition.words(Words).gone), {})
    assert await known(services, anna) is None
    assert (await read_snapshot(services, anna)).schedules == {}
    assert await pending_due_times(services) == []
    shown = words(await anna.ask("/settings"))
    assert edition.words(settings.Words).no_clock_line in shown
    assert edition.words(settings.Words).no_reminders_line in shown


NAME, NOTE, ZONE = "Wilhelmina", "it came after the concert in Kiruna", "Europe/Andorra"
"""Of nobody else, because all tests of a process share a server."""


def stranger(simulator: Simulator) -> Conversation:
    """Return a person whose name and id are unmistakable, the id also as bytes."""
    simulator.world._person_ids = count(0x5A5B5C5D5E)
    return Conversation(simulator, simulator.add_person(NAME))


def personal(who: Conversation) -> list[bytes]:
    """Return all that tells of this person, as text and as the databases write numbers."""
    number = who.person.id
    numbers = [str(number).encode(), number.to_bytes(5, "big"), number.to_bytes(5, "little")]
    return [NAME.encode(), NOTE.encode(), ZONE.encode(), *numbers]


async def keep_a_diary(who: Conversation) -> None:
    """Turn on a reminder, agree to a diary by tapping, log a cramp by a sentence, and add a note to it."""
    await turn_on(who, "stretch", zone=ZONE)
    await agree_by_tapping(who)
    logged = await who.ask("cramp last night about 3, left calf")
    undo = next(data for data in buttons(logged).values() if data.startswith("log:undo:"))
    question = await who.press(logged, undo.replace("undo", "note"))
    assert "encrypted" in words(question)
    assert NOTE in words(await who.ask(NOTE))


async def test_f72_no_byte_stays(simulator: Simulator, services: Services, tmp_path: Path) -> None:
    def stored() -> bytes:
        return b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())

    who = stranger(simulator)
    await keep_a_diary(who)
    assert all(text in stored() for text in (NAME.encode(), ZONE.encode(), who.person.id.to_bytes(5, "big")))
    await erased(who)
    await housekeeping.tick(services)
    assert [text for text in personal(who) if text in stored()] == []
    assert services.store


async def test_f72_no_byte_stays_in_postgresql(
    simulator: Simulator, server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither in its tables, nor in its write-ahead log, nor in its log or ours."""
    for name in ("bot", "handlers", "scheduler"):
        caplog.set_level("DEBUG", name)
    url = server.new_database()
    async with (
        assembled_bot(simulator, tmp_path, database=url) as (services, application),
        receiving_updates(simulator, services, application),
    ):
        who = stranger(simulator)
        await keep_a_diary(who)
        assert all(server.contains(text) for text in (ZONE.encode(), who.person.id.to_bytes(5, "little")))
        await erased(who)
        await housekeeping.tick(services)
        assert [text for text in personal(who) if server.contains(text) or text.decode("latin-1") in caplog.text] == []
        assert not list(tmp_path.iterdir())


async def test_a_reader_of_the_files_only_delays_the_wiping(bo: Conversation, services: Services) -> None:
    await turn_on(bo, "stretch")
    folder = Path(services.settings.database_url.get_secret_value().removeprefix("sqlite:///")).parent
    with closing(sqlite3.connect(folder / "charley.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM person").fetchall()
        await erased(bo)
        assert await known(services, bo) is None
        assert traces(folder, STOCKHOLM)
    await housekeeping.tick(services)
    assert traces(folder, STOCKHOLM) == []


async def test_other_people_stay(anna: Conversation, bo: Conversation, services: Services) -> None:
    await turn_on(bo, "stretch")
    before = await read_snapshot(services, bo)
    await erased(anna)
    assert await read_snapshot(services, bo) == before


async def test_the_confirmation_is_in_the_language_that_was_chosen(bo: Conversation, services: Services) -> None:
    await bo.press(await bo.ask("/language"), "language:sv")
    assert words(await erased(bo)) == visible(services.content["sv"].words(Words).gone)
    assert services.content["en"].words(settings.Words).title in words(await bo.ask("/settings"))


async def test_no_text_is_awaited_after_the_erasure(anna: Conversation, services: Services) -> None:
    message = await turn_on(anna, "stretch")
    await anna.press(message, "pause:dates:0")
    await anna.ask("/deletedata")
    assert (await read_snapshot(services, anna)).person.awaiting is None


async def test_a_second_tap_does_no_harm(anna: Conversation, edition: Edition, services: Services) -> None:
    question = await anna.ask("/deletedata")
    await anna.press(question, ALL)
    await anna.touch(question, ALL)
    assert await known(services, anna) is None
    assert "photo" in await anna.ask("/cramp"), "relief still answers"


async def test_start_and_stop_store_nothing(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "stretch")
    await erased(anna)
    greeting, _ = await anna.say("/start", 2)
    assert words(greeting) == visible(edition.words(start.Words).welcome)
    await anna.ask("/stop")
    await anna.ask("/cramp")
    assert await known(services, anna) is None


OLD_BUTTONS = [
    "answer:done:{}", "answer:later:{}:15", "answer:stop:{}", "stop:undo:1", "kind:sound:stretch", "kind:off:stretch",
    "times:hours:water", "times:set:stretch:h30", "times:change:stretch:v30", "kind:stretch", "days:flip:stretch:1", "pause:for:1", "resume", "quiet:hours", "membership:leave",
]  # fmt: skip


async def test_no_button_from_before_the_erasure_does_harm(anna: Conversation, services: Services) -> None:
    message = await turn_on(anna, "stretch")
    number = await send_next_reminder(services, anna, "stretch")
    await erased(anna)
    for pressed in OLD_BUTTONS:
        await anna.touch(message, pressed.format(number))
        assert await known(services, anna) is None, pressed
        assert await services.store.write(lambda connection: planning.plan(connection, services.clock(), 9)) == 0
    assert "photo" in await anna.ask("/cramp")


async def test_the_ten_minute_check_is_deleted_too(anna: Conversation, edition: Edition, services: Services) -> None:
    steps = await anna.ask("/cramp")
    await anna.press(steps, "cramp:hold:relief")
    assert await pending_due_times(services)
    await erased(anna)
    assert await pending_due_times(services) == []
    eased = await anna.press(steps, "cramp:eased")
    assert words(eased) == visible(cramp.eased(edition).text)


async def test_a_person_who_blocks_the_bot_afterwards_is_not_stored(anna: Conversation, services: Services) -> None:
    await turn_on(anna, "stretch")
    await erased(anna)
    before = anna.simulator.judge.total
    anna.simulator.phone.block(anna.person)
    anna.simulator.phone.unblock(anna.person)
    await anna.nothing_came(before)
    assert await known(services, anna) is None
