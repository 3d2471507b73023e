"""The evenings on which people stretched."""

from datetime import date, timedelta

import pytest

from bot.store import Store, evenings
from bot.store.evenings import Evenings

SUNDAY = date(2026, 11, 1)
DAY = timedelta(days=1)
ANNA, BO = 7, 8


async def logged(store: Store, *days_ago: int, chat: int = ANNA) -> None:
    for days in days_ago:
        await store.write(lambda connection, day=SUNDAY - days * DAY: evenings.log(connection, chat, day))  # type: ignore[misc]


async def read(store: Store, chat: int = ANNA) -> Evenings:
    return await store.read(lambda connection: evenings.read(connection, chat, SUNDAY))


@pytest.mark.parametrize(
    ("days_ago", "done", "days"),
    [((0,), 1, 1), ((0, 0), 1, 1), ((0, 1), 2, 2), ((0, 3), 2, 4), ((0, 1, 2, 4, 6, 7, 30), 5, 7), ((9,), 0, 7)],
)
async def test_a_week_is_counted_from_the_first_evening(
    store: Store, days_ago: tuple[int, ...], done: int, days: int
) -> None:
    await logged(store, *days_ago)
    await logged(store, 5, chat=BO)
    assert await read(store) == Evenings(done, days, SUNDAY - max(days_ago) * DAY)


async def test_without_an_evening_there_is_no_week(store: Store) -> None:
    assert await read(store) == Evenings(0, 0, None)
    await logged(store, -1)
    assert await read(store) == Evenings(0, 0, SUNDAY + DAY), "as after a journey to the west"


async def test_old_evenings_are_deleted_a_batch_at_a_time(store: Store) -> None:
    await logged(store, 0, 60, 61, 62)
    before = SUNDAY - 60 * DAY
    assert await store.write(lambda connection: evenings.delete_old(connection, before, 1)) == 1
    assert await store.write(lambda connection: evenings.delete_old(connection, before, 5)) == 1
    assert await store.write(lambda connection: evenings.delete_old(connection, before, 5)) == 0
    assert (await read(store)).first == before
