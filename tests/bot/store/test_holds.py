"""Stretches that are held: which message counts on, and when it ends."""

from datetime import datetime, timedelta, timezone
from functools import partial

import pytest
from sqlalchemy import func, select

from bot.store import Store, holds, schema
from bot.store.holds import LONGEST, STEP, Hold

NOW = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)
ANNA = Hold(1, 10, True, "relief", "en", NOW)
BO = Hold(2, 20, False, "thigh", "sv", NOW + timedelta(seconds=2))


async def due(store: Store, after: timedelta, most: int = 100) -> list[Hold]:
    return await store.read(lambda each: holds.due(each, NOW + after, most))


@pytest.fixture
async def held(store: Store) -> Store:
    for one in (BO, ANNA):
        await store.write(partial(holds.start, one=one))
    return store


async def count(store: Store) -> int:
    query = select(func.count()).select_from(schema.hold)
    return await store.read(lambda each: each.execute(query).scalar_one())


async def test_nothing_is_due_before_the_first_step(held: Store) -> None:
    assert await due(held, STEP - timedelta(microseconds=1)) == []


async def test_each_is_due_at_its_own_time_the_longest_waiting_first(held: Store) -> None:
    assert await due(held, STEP) == [ANNA]
    assert await due(held, STEP + timedelta(seconds=2)) == [ANNA, BO]
    assert await due(held, STEP + timedelta(seconds=2), most=1) == [ANNA]


async def test_one_that_moved_on_is_due_a_step_later(held: Store) -> None:
    now = NOW + STEP
    await held.write(lambda each: holds.move_on(each, [ANNA], now))
    assert await due(held, STEP) == []
    assert ANNA in await due(held, 2 * STEP)


async def test_one_that_lasted_long_enough_ends(held: Store) -> None:
    await held.write(lambda each: holds.move_on(each, [ANNA], NOW + LONGEST))
    assert await due(held, 2 * LONGEST) == [BO]
    assert await count(held) == 1


async def test_a_hold_that_was_let_go_stays_gone(held: Store) -> None:
    await held.write(lambda each: holds.end(each, ANNA.chat_id, ANNA.message_id))
    await held.write(lambda each: holds.move_on(each, [ANNA], NOW + STEP))
    assert await due(held, LONGEST) == [BO]


async def test_letting_go_takes_the_one_message_only(held: Store) -> None:
    await held.write(lambda each: holds.end(each, ANNA.chat_id, BO.message_id))
    assert await count(held) == 2


async def test_a_message_that_is_held_again_counts_from_the_beginning(held: Store) -> None:
    again = Hold(1, 10, True, "foot", "sv", NOW + timedelta(minutes=1))
    await held.write(lambda each: holds.start(each, again))
    assert await due(held, timedelta(minutes=1)) == [BO]
    assert await due(held, timedelta(minutes=1) + STEP) == [BO, again]


async def test_a_count_survives_a_restart(url: str) -> None:
    async with Store.open(url) as store:
        await store.write(lambda each: holds.start(each, ANNA))
    async with Store.open(url) as store:
        assert await due(store, STEP) == [ANNA]


@pytest.mark.parametrize(
    ("lasted", "seconds"),
    [
        (timedelta(0), 0),
        (timedelta(seconds=5, milliseconds=999), 5),
        (LONGEST - timedelta(microseconds=1), 119),
        (LONGEST, None),
        (timedelta(days=1), None),
    ],
)
def test_how_long_it_has_been_held(lasted: timedelta, seconds: int | None) -> None:
    assert ANNA.seconds(NOW + lasted) == seconds
