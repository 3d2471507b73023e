"""What is stored of each person."""

import asyncio
from functools import partial

from bot.store import Store, people
from bot.store.people import Person

ANNA, BO = 1_000_001, 2**51


async def known(store: Store, *chats: int) -> dict[int, Person]:
    return await store.read(lambda connection: people.get_known(connection, chats))


async def test_nothing_is_known_of_somebody_new(store: Store) -> None:
    assert await known(store, ANNA) == {}
    assert await known(store) == {}


async def test_a_chosen_language_is_kept(store: Store) -> None:
    chosen = await store.write(lambda connection: people.set_language(connection, ANNA, "sv"))
    assert chosen == Person(ANNA, "sv")
    assert await known(store, ANNA) == {ANNA: chosen}


async def test_a_chosen_language_can_be_cleared(store: Store) -> None:
    await store.write(lambda connection: people.set_language(connection, ANNA, "sv"))
    assert await store.write(lambda connection: people.set_language(connection, ANNA, None)) == Person(ANNA)


async def test_a_change_leaves_the_other_columns_alone(store: Store) -> None:
    await store.write(lambda connection: people.set_language(connection, ANNA, "sv"))
    await store.write(lambda connection: people.count_tip(connection, ANNA))
    assert await store.write(lambda connection: people.count_tip(connection, ANNA)) == Person(ANNA, "sv", 2)


async def test_only_the_people_asked_for_are_returned(store: Store) -> None:
    for chat in (ANNA, BO):
        await store.write(partial(people.count_tip, chat_id=chat))
    assert await known(store, BO, BO, 5) == {BO: Person(BO, None, 1)}


async def test_tips_counted_at_the_same_time_all_count(store: Store) -> None:
    second = Store(store.database)
    await asyncio.gather(
        *(
            opened.write(lambda connection: people.count_tip(connection, ANNA))
            for _ in range(20)
            for opened in (store, second)
        )
    )
    assert await known(store, ANNA) == {ANNA: Person(ANNA, None, 40)}


async def test_clearing_a_value_creates_no_row(store: Store) -> None:
    for blocked in (True, False):
        await store.write(lambda connection, blocked=blocked: people.set_blocked(connection, ANNA, blocked=blocked))  # type: ignore[misc]
    for taken_back in (people.set_awaiting, people.pause, people.set_language):
        assert await store.write(lambda connection, change=taken_back: change(connection, ANNA, None)) == Person(ANNA)  # type: ignore[misc]
    assert await known(store, ANNA) == {}
