"""Counting along: every five seconds of the clock an edit, two minutes long, on the messages that are held."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import handlers
from bot.app import Services
from bot.edition import Edition
from bot.html import visible
from bot.store import holds
from bot.store.holds import LONGEST, STEP, Hold
from handlers import cramp
from scheduler import holding
from simulator import Delivery, Fault, Person, Simulator
from tests.fakes import content
from tests.handlers.listening import built


async def held(services: Services, person: Person, edition: Edition, muscle: str = "relief") -> Hold:
    """A message with the steps that is being held."""
    outcome = await services.sender.send(person.id, cramp.steps(edition, muscle))
    assert outcome.message_id
    one = Hold(person.id, outcome.message_id, True, muscle, edition.code, services.clock())
    await services.store.write(lambda each: holds.start(each, one))
    return one


async def held_without_picture(services: Services, person: Person, edition: Edition) -> Hold:
    """The same, where the picture could not be sent."""
    outcome = await services.sender.send(person.id, replace(cramp.steps(edition), picture=None))
    assert outcome.message_id
    one = Hold(person.id, outcome.message_id, False, "relief", edition.code, services.clock())
    await services.store.write(lambda each: holds.start(each, one))
    return one


@pytest.fixture
def anna(simulator: Simulator) -> Person:
    return simulator.add_person("Anna", started=True)


async def tick(services: Services) -> None:
    await holding.tick(services, handlers.count)


def edits(simulator: Simulator, person: Person) -> list[Delivery]:
    return [each for each in simulator.judge.received(person.id, edits=True) if each.method.startswith("edit")]


def first_line(delivery: Delivery) -> str:
    return str(delivery.message["caption"]).partition("\n")[0]


def counted(edition: Edition, number: int) -> str:
    return edition.words(cramp.Words).counting.format(seconds=number)


async def test_each_step_is_one_edit_of_the_same_message(
    services: Services, simulator: Simulator, anna: Person, edition: Edition
) -> None:
    one = await held(services, anna, edition)
    for _ in range(3):
        simulator.clock.skip(STEP)
        await tick(services)
        await tick(services)
    shown = edits(simulator, anna)
    assert [first_line(each) for each in shown] == [counted(edition, number) for number in (5, 10, 15)]
    assert {each.message["message_id"] for each in shown} == {one.message_id}
    assert simulator.judge.counts[anna.id] == 1, "nothing new is sent"


async def test_nothing_is_edited_between_the_steps(
    services: Services, simulator: Simulator, anna: Person, edition: Edition
) -> None:
    await held(services, anna, edition)
    simulator.clock.skip(STEP - timedelta(milliseconds=1))
    await tick(services)
    assert edits(simulator, anna) == []


async def test_a_late_step_tells_the_true_seconds_once(
    services: Services, simulator: Simulator, anna: Person, edition: Edition
) -> None:
    await held(services, anna, edition)
    simulator.clock.skip(timedelta(seconds=47))
    await tick(services)
    assert [first_line(each) for each in edits(simulator, anna)] == [counted(edition, 47)]


async def test_after_two_minutes_the_plain_steps_are_back_and_it_ends(
    services: Services, simulator: Simulator, anna: Person, edition: Edition
) -> None:
    await held(services, anna, edition, "foot")
    simulator.clock.skip(STEP)
    await tick(services)
    simulator.clock.skip(LONGEST)
    await tick(services)
    last = edits(simulator, anna)[-1].message
    assert last["caption"] == visible(edition.html(edition.words(cramp.Words).foot))
    assert "cramp:hold:foot" in str(last["reply_markup"])
    simulator.clock.skip(LONGEST)
    await tick(services)
    assert len(edits(simulator, anna)) == 2


async def test_the_count_is_in_the_language_it_began_in(services: Services, simulator: Simulator, anna: Person) -> None:
    swedish = content()["sv"]
    await held(services, anna, swedish)
    simulator.clock.skip(STEP)
    await tick(services)
    assert [first_line(each) for each in edits(simulator, anna)] == [counted(swedish, 5)]


async def test_one_that_was_let_go_is_left_alone(
    services: Services, simulator: Simulator, anna: Person, edition: Edition
) -> None:
    one = await held(services, anna, edition)
    await services.store.write(lambda each: holds.end(each, one.chat_id, one.message_id))
    simulator.clock.skip(STEP)
    await tick(services)
    assert edits(simulator, anna) == []


async def test_everybody_who_holds_is_served(services: Services, simulator: Simulator, edition: Edition) -> None:
    people = [simulator.add_person(started=True) for _ in range(5)]
    for person in people:
        await held(services, person, edition)
    simulator.clock.skip(STEP)
    await tick(services)
    assert [len(edits(simulator, person)) for person in people] == [1] * 5


async def test_one_that_fails_does_not_stop_the_others(
    services: Services, simulator: Simulator, anna: Person, edition: Edition
) -> None:
    bo = simulator.add_person("Bo", started=True)
    for person in (anna, bo):
        await held(services, person, edition)
    simulator.phone.block(anna)
    simulator.clock.skip(STEP)
    await tick(services)
    assert (len(edits(simulator, anna)), len(edits(simulator, bo))) == (0, 1)


async def test_a_message_that_was_deleted_is_no_trouble_for_anybody(
    services: Services, simulator: Simulator, anna: Person, edition: Edition
) -> None:
    one = await held(services, anna, edition)
    chat = simulator.world.chats[anna.id]
    simulator.world.delete(chat, chat.messages[one.message_id])
    simulator.clock.skip(STEP)
    await tick(services)
    assert edits(simulator, anna) == []
    assert simulator.judge.counts[anna.id] == 1, "nothing is sent in its place"


async def test_a_message_without_a_picture_counts_in_its_text(
    services: Services, simulator: Simulator, anna: Person, edition: Edition
) -> None:
    await held_without_picture(services, anna, edition)
    simulator.clock.skip(STEP)
    await tick(services)
    (shown,) = edits(simulator, anna)
    assert shown.message["text"].startswith(counted(edition, 5))


async def test_a_count_that_telegram_puts_off_is_not_made_up_for(
    simulator: Simulator, anna: Person, edition: Edition, tmp_path: Path
) -> None:
    """It would come late, and over the words that came meanwhile."""
    async with built(simulator, tmp_path) as (services, _):
        await held_without_picture(services, anna, edition)
        before = len(edits(simulator, anna))
        refused = simulator.faults.add(Fault(methods={"editMessageText"}, status=429, retry_after=1))
        simulator.clock.skip(STEP)
        await tick(services)
        assert simulator.faults.struck(refused) == 1
        assert len(edits(simulator, anna)) == before


async def test_with_nobody_holding_nothing_is_asked_of_telegram(services: Services, simulator: Simulator) -> None:
    fault = simulator.faults.add(Fault(status=500, times=None))
    await tick(services)
    assert simulator.faults.struck(fault) == 0
