"""Forgetting what is no longer needed, as /privacy promises it."""

from datetime import timedelta

from bot.app import Services
from bot.html import visible
from bot.store import inbox, people
from bot.store.people import Person
from scheduler import housekeeping
from scheduler.housekeeping import KEEP_NUMBERS
from simulator import Simulator
from tests.fakes import content


async def ended(services: Services, number: int, state: str = "done") -> None:
    now = services.clock()
    await services.store.write(lambda each: inbox.add(each, [(number, b"{}")], now))
    await services.store.write(lambda each: inbox.finish(each, [(number, state)], now))


async def known(services: Services, *numbers: int) -> set[int]:
    """Which of these updates would be passed over if they came again."""
    now = services.clock()
    new = await services.store.write(lambda each: inbox.add(each, [(number, b"{}") for number in numbers], now))
    return set(numbers) - new


async def test_numbers_are_kept_for_a_week_and_not_longer(services: Services, simulator: Simulator) -> None:
    await ended(services, 1)
    simulator.clock.skip(KEEP_NUMBERS)
    await ended(services, 2)
    await housekeeping.tick(services)
    assert await known(services, 1, 2) == {1, 2}
    simulator.clock.skip(timedelta(seconds=1))
    await housekeeping.tick(services)
    assert await known(services, 1, 2) == {2}


async def test_the_dead_are_forgotten_too(services: Services, simulator: Simulator) -> None:
    await ended(services, 1, "dead")
    simulator.clock.skip(KEEP_NUMBERS + timedelta(seconds=1))
    await housekeeping.tick(services)
    assert await known(services, 1) == set()


async def test_what_is_not_done_is_never_forgotten(services: Services, simulator: Simulator) -> None:
    now = services.clock()
    await services.store.write(lambda each: inbox.add(each, [(1, b"new"), (2, b"applied")], now))
    assert await services.store.write(lambda each: inbox.apply(each, 2))
    simulator.clock.skip(10 * KEEP_NUMBERS)
    await housekeeping.tick(services)
    assert await services.store.read(inbox.unfinished) == [(1, b"new"), (2, b"applied")]


async def test_people_are_not_forgotten(services: Services, simulator: Simulator) -> None:
    await services.store.write(lambda each: people.choose_language(each, 7, "sv"))
    simulator.clock.skip(100 * KEEP_NUMBERS)
    await housekeeping.tick(services)
    assert await services.store.read(lambda each: people.load(each, [7])) == {7: Person(7, "sv")}


def test_privacy_names_the_same_time() -> None:
    for edition in content().values():
        assert f"{KEEP_NUMBERS.days} " in visible(edition.html(edition.pages["privacy"]))
