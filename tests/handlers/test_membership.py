"""A person who blocks the bot gets nothing. A person who comes back is asked first."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.store import Connection, people
from bot.store.people import Person
from bot.updates import handling
from handlers import membership
from handlers.membership import Words
from simulator import Fault, Request, Simulator
from tests.support.conversation import Conversation, buttons, words
from tests.support.reminders import read_snapshot, turn_on


async def blocked(who: Conversation, services: Services) -> None:
    """Block the bot, and wait until that is stored."""
    who.simulator.phone.block(who.person)
    other = Conversation(who.simulator, who.simulator.add_person("Bystander"))
    while not (await read_snapshot(services, who)).person.blocked:
        await other.ask("/help")


async def test_f05_a_person_who_has_blocked_the_bot_is_due_nothing(anna: Conversation, services: Services) -> None:
    await turn_on(anna, "stretch")
    await blocked(anna, services)
    assert (await read_snapshot(services, anna)).first() is None


async def came_back(who: Conversation) -> dict[str, object]:
    before = who.simulator.judge.total
    who.simulator.phone.unblock(who.person)
    (question,) = await who.arrived(1, before)
    await who.ask("/help")  # the change is stored only after the question
    return question


async def test_f05_a_person_who_comes_back_is_asked_and_sent_nothing_before(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await turn_on(anna, "stretch", "water")
    await blocked(anna, services)
    question = await came_back(anna)
    said = edition.words(Words)
    assert words(question) == visible(said.back)
    assert list(buttons(question)) == [said.resume_button, said.leave_button]
    snapshot = await read_snapshot(services, anna)
    assert (snapshot.active, snapshot.person.blocked) == ([], False)


async def test_the_question_comes_before_the_change_is_stored(
    anna: Conversation, services: Services, tmp_path: Path
) -> None:
    """Otherwise a process that dies in between would never ask, because nobody knows any more what was on."""
    noted: list[bool] = []

    def look(_: Request) -> bool:
        with closing(sqlite3.connect(tmp_path / "charley.db")) as connection:
            noted.extend(not blocked for (blocked,) in connection.execute("SELECT blocked FROM person"))
        return False

    await turn_on(anna, "stretch")
    await blocked(anna, services)
    anna.simulator.faults.add(Fault("sendmessage", when=look))
    await came_back(anna)
    assert noted == [False, True], "at the question, and at what came next"


async def test_the_question_comes_once_even_if_storing_fails(
    anna: Conversation, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_back, fails = membership.come_back, iter([True, True])

    def failing_twice(connection: Connection, chat_id: int, now: datetime) -> Person:
        if next(fails, False):
            raise OSError("no space left on device")
        return come_back(connection, chat_id, now)

    monkeypatch.setattr(membership, "come_back", failing_twice)
    monkeypatch.setattr(handling, "RETRY_SECONDS", (0.0, 0.0))
    await turn_on(anna, "stretch")
    await blocked(anna, services)
    before = anna.simulator.judge.total
    await came_back(anna)
    assert anna.simulator.judge.total - before == 2, "the question, and what was asked next"
    assert next(fails, None) is None
    assert not (await read_snapshot(services, anna)).person.blocked


async def test_resuming_turns_all_on_again(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "stretch", "water")
    await blocked(anna, services)
    question = await came_back(anna)
    await anna.press(question, buttons(question)[edition.words(Words).resume_button])
    snapshot = await read_snapshot(services, anna)
    assert snapshot.active == ["stretch", "water"]
    assert snapshot.first()


async def test_leaving_keeps_all_off(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "stretch")
    await blocked(anna, services)
    left = await anna.press(await came_back(anna), "membership:leave")
    assert words(left) == visible(edition.words(Words).left)
    assert (await read_snapshot(services, anna)).active == []


async def test_a_person_without_reminders_is_not_asked(anna: Conversation, services: Services) -> None:
    await anna.press(await anna.ask("/language"), "language:sv")
    await blocked(anna, services)
    before = anna.simulator.judge.total
    anna.simulator.phone.unblock(anna.person)
    await anna.nothing_came(before)
    assert not (await read_snapshot(services, anna)).person.blocked


async def test_an_unknown_person_is_not_stored(anna: Conversation, services: Services) -> None:
    await anna.ask("/help")
    before, number = anna.simulator.judge.total, anna.person.id
    anna.simulator.phone.block(anna.person)
    anna.simulator.phone.unblock(anna.person)
    await anna.nothing_came(before)
    assert await services.store.read(lambda connection: people.get_known(connection, [number])) == {}


async def test_a_person_marked_as_blocked_is_asked_by_remind_too(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    """This is so even if the update about the return never came."""
    await turn_on(anna, "stretch")
    await blocked(anna, services)
    anna.person.blocked = False
    assert words(await anna.ask("/remind")) == visible(edition.words(Words).back)


@pytest.mark.usefixtures("services")
async def test_a_group_that_removes_the_bot_is_not_stored(there: Conversation, simulator: Simulator) -> None:
    before = simulator.judge.total
    simulator.phone.set_bot_status(there.person, there.chat, "kicked")
    simulator.phone.set_bot_status(there.person, there.chat, "administrator")
    await there.nothing_came(before)
