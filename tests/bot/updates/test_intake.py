"""What is known of an update: found without a trace, or kept, and who wrote it."""

from functools import partial

import pytest

from bot.store import Store, leases, people
from bot.store.people import Person
from bot.updates import intake
from bot.updates.inbound import Arrival, arrival
from bot.updates.intake import Found
from tests.bot.updates.test_receiver import ANNA, BO, NOW, file, message, states, store
from tests.support.postgresql import Server

__all__ = ["file", "store"]
OURS, THEIRS = "a" * 32, "b" * 32


def made(*numbers: int, chat: int = ANNA) -> list[Arrival]:
    return [arrival(message(number, chat)) for number in numbers]


async def keep(store: Store, *arrivals: Arrival, owner: str = OURS) -> Found:
    return await store.write(lambda each: intake.keep(each, arrivals, NOW, owner, is_alone=store.is_alone))


async def test_a_look_leaves_no_trace(store: Store) -> None:
    await store.write(lambda each: people.choose_language(each, ANNA, "sv"))
    for _ in range(2):
        found = await store.read(partial(intake.look_at, urgent=[*made(1), *made(2, chat=BO)]))
        assert found == Found({1, 2}, {ANNA: Person(ANNA, "sv")})
    assert await states(store) == {}


async def test_what_somebody_has_kept_is_not_new_to_a_look(store: Store) -> None:
    await keep(store, *made(1))
    assert (await store.read(partial(intake.look_at, urgent=made(1, 2)))).new == {2}


async def test_what_is_kept_is_new_until_it_has_ended(store: Store) -> None:
    assert (await keep(store, *made(1, 2))).new == {1, 2}
    assert (await keep(store, *made(2, 3))).new == {2, 3}
    assert await states(store) == {1: "new", 2: "new", 3: "new"}


@pytest.mark.parametrize("is_urgent", [False, True])
async def test_only_relief_does_not_come_behind_another_process(server: Server, is_urgent: bool) -> None:
    async with Store.open(server.new_database()) as store:
        await store.write(partial(leases.live, owner=THEIRS))
        await keep(store, *made(1), owner=THEIRS)
        (later,) = made(2)
        later.is_urgent = is_urgent
        assert (await keep(store, later)).behind == (set() if is_urgent else {2})
        known = partial(intake.recognize, arrivals=[later], owner=OURS, is_alone=False)
        assert (await store.read(known)).behind == (set() if is_urgent else {2})
