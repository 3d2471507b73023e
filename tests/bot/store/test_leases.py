"""Leases: one at a time, by the clock of the database alone, and gone by themselves."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, literal, select, text

from bot.store import Store, leases
from bot.store.engine.dialect import moment
from bot.store.leases import KEPT_SECONDS, PROCESS, TTL_SECONDS
from bot.store.tables import lease

NAME = "poller"


async def renew(store: Store, owner: str) -> bool:
    return await store.write(lambda each: leases.renew(each, NAME, owner))


async def rows(store: Store) -> list[Any]:
    return list(await store.read(lambda each: each.execute(select(lease).order_by(lease.c.name)).all()))


async def later(store: Store, seconds: float) -> None:
    """So much later, for all leases."""
    for row in await rows(store):
        passed = {name: getattr(row, name) - timedelta(seconds=seconds) for name in ("until", "elected_at")}
        change = lease.update().where(lease.c.name == row.name).values(passed)
        await store.write(partial(_execute, change=change))


def _execute(connection: Connection, change: Any) -> None:
    connection.execute(change)


async def is_alive(store: Store, owner: str) -> bool:
    return bool(await store.read(lambda each: each.scalar(select(leases.alive(each, literal(owner))))))


async def test_one_has_it_and_keeps_it(store: Store) -> None:
    assert await renew(store, "a")
    assert not await renew(store, "b")
    (first,) = await rows(store)
    await later(store, TTL_SECONDS - 1)
    assert await renew(store, "a")
    assert not await renew(store, "b")
    (again,) = await rows(store)
    assert again.until > first.until - timedelta(seconds=1)
    assert again.elected_at < first.elected_at, "it is still the same term"


async def test_another_gets_it_when_it_has_ended(store: Store) -> None:
    await renew(store, "a")
    (first,) = await rows(store)
    await later(store, TTL_SECONDS + 1)
    assert await renew(store, "b")
    assert not await renew(store, "a")
    (again,) = await rows(store)
    assert again.owner == "b"
    assert again.elected_at >= first.elected_at


async def test_what_is_given_back_can_be_had_at_once(store: Store) -> None:
    await renew(store, "a")
    await store.write(lambda each: leases.release(each, "b"))
    assert not await renew(store, "b")
    await store.write(lambda each: leases.release(each, "a"))
    assert await renew(store, "b")


async def test_of_many_who_want_it_at_once_one_gets_it(store: Store) -> None:
    several = [Store(store.database) for _ in range(8)]
    granted = await asyncio.gather(*(renew(one, str(number)) for number, one in enumerate(several)))
    assert granted.count(True) == 1


async def test_who_is_heard_of_is_alive_for_a_while(store: Store) -> None:
    await store.write(lambda each: leases.live(each, "a"))
    expected = not store.is_alone
    assert await is_alive(store, "a") is expected
    assert not await is_alive(store, "b")
    await later(store, TTL_SECONDS + 1)
    assert not await is_alive(store, "a")
    await store.write(lambda each: leases.live(each, "a"))
    assert await is_alive(store, "a") is expected


async def test_who_has_been_gone_for_long_is_forgotten(store: Store) -> None:
    await store.write(lambda each: leases.live(each, "a"))
    await later(store, TTL_SECONDS + KEPT_SECONDS + 1)
    await store.write(lambda each: leases.live(each, "b"))
    assert [each.name for each in await rows(store)] == [f"{PROCESS}b"]


@pytest.mark.parametrize("seconds", [0, 30, -3600])
async def test_the_clock_is_the_database_s(seconds: int, store: Store) -> None:
    def difference(connection: Any) -> timedelta:
        now, then = connection.execute(select(moment(connection), moment(connection, seconds))).one()
        assert isinstance(now, datetime)
        assert now.tzinfo
        return then - now  # type: ignore[no-any-return]

    found = await store.read(difference)
    assert abs(found - timedelta(seconds=seconds)) < timedelta(seconds=5)


async def test_a_name_has_room_for_every_owner(store: Store) -> None:
    await store.write(lambda each: leases.live(each, store.owner))
    assert len(store.owner) <= 32
    await store.write(lambda each: each.execute(text("DELETE FROM lease")))
