"""The lease of the active process: one holder at a time, by the database's clock alone."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, select, update

from bot.store import Store, lease
from bot.store.lease import VALID_SECONDS
from bot.store.tables import lease as lease_table
from tests.support.postgresql import Server

ANNA, BO = "a" * 32, "b" * 32


async def acquire(store: Store, owner: str) -> int | None:
    return await store.write(partial(lease.acquire, owner=owner))


async def renew(store: Store, owner: str, term: int) -> bool:
    return await store.write(partial(lease.renew, owner=owner, term=term))


async def until(store: Store) -> datetime:
    return await store.read(lambda connection: connection.execute(select(lease_table.c.until)).scalar_one())


async def pass_time(store: Store, seconds: float) -> None:
    """Make the lease older by that time."""

    def age(connection: Connection) -> None:
        before = connection.execute(select(lease_table.c.until)).scalar_one()
        connection.execute(update(lease_table).values(until=before - timedelta(seconds=seconds)))

    await store.write(age)


async def test_the_first_process_becomes_active_and_no_other(store: Store) -> None:
    assert await acquire(store, ANNA) == 1
    assert await acquire(store, BO) is None
    assert await acquire(store, ANNA) is None, "not even the same one again: it must renew"


async def test_a_renewal_extends_the_lease(store: Store) -> None:
    await acquire(store, ANNA)
    await pass_time(store, VALID_SECONDS - 1)
    before = await until(store)
    assert await renew(store, ANNA, 1)
    assert await until(store) > before
    assert await acquire(store, BO) is None


async def test_a_lease_that_has_run_out_is_free_with_the_next_term(store: Store) -> None:
    await acquire(store, ANNA)
    await pass_time(store, VALID_SECONDS + 1)
    assert await acquire(store, BO) == 2
    assert not await renew(store, ANNA, 1), "the earlier holder learns that it is not active any more"
    assert await acquire(store, ANNA) is None


async def test_a_lease_that_has_run_out_and_that_nobody_took_can_be_renewed(store: Store) -> None:
    """The database was unavailable for a while, for everybody."""
    await acquire(store, ANNA)
    await pass_time(store, 3600)
    assert await renew(store, ANNA, 1)
    assert await acquire(store, BO) is None


async def test_a_process_that_became_active_twice_does_not_renew_its_earlier_term(store: Store) -> None:
    await acquire(store, ANNA)
    await pass_time(store, VALID_SECONDS + 1)
    assert await acquire(store, ANNA) == 2
    assert not await renew(store, ANNA, 1)


async def test_a_released_lease_is_free_at_once_and_the_term_still_rises(store: Store) -> None:
    await acquire(store, ANNA)
    await store.write(partial(lease.release, owner=BO, term=1))
    assert await acquire(store, BO) is None, "nobody releases the lease of another process"
    await store.write(partial(lease.release, owner=ANNA, term=1))
    assert await acquire(store, BO) == 2


async def test_the_process_that_holds_the_file_takes_the_lease_by_force(store: Store) -> None:
    await acquire(store, ANNA)
    take = partial(lease.acquire, owner=BO, by_force=True)
    assert await store.write(take) == 2
    assert await store.write(take) == 3


async def test_of_many_that_try_at_once_one_becomes_active(server: Server) -> None:
    async with Store.open(server.new_database()) as store:
        several = [Store(store.database) for _ in range(8)]
        terms = await asyncio.gather(*(acquire(one, f"{number}") for number, one in enumerate(several)))
    assert sorted(term or 0 for term in terms) == [0] * 7 + [1]
