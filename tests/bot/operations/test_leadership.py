"""Becoming active, staying active, and noticing that another process is active, with time that the test advances."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, update

from bot.errors import LeaseLostError, UnavailableError
from bot.operations.leadership import RENEW_SECONDS, Leadership
from bot.store import Store
from bot.store.lease import VALID_SECONDS
from bot.store.tables import lease
from tests.support.postgresql import Server
from tests.support.waiting import PATIENCE_SECONDS, run_ready_callbacks, until

PAST = VALID_SECONDS + 1.0


class Time:
    """Monotonic seconds that pass when a process sleeps, or when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.naps = 0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        await self._pass(seconds)

    async def _pass(self, seconds: float) -> None:
        self.now += seconds
        self.naps += 1
        await run_ready_callbacks()


class PacedTime(Time):
    """Time in which only as many sleeps end as the test allows."""

    def __init__(self) -> None:
        super().__init__()
        self._allowed = asyncio.Semaphore(0)

    async def sleep(self, seconds: float) -> None:
        await self._allowed.acquire()
        await self._pass(seconds)

    async def allow(self, naps: int) -> None:
        expected = self.naps + naps
        for _ in range(naps):
            self._allowed.release()
        await until(lambda: self.naps == expected)


class Unavailable:
    """A database that can be made to fail."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_away = False
        write_alone = store.write_alone

        async def failing(work: Callable[[Connection], object]) -> object:
            if self.is_away:
                raise UnavailableError("away")
            return await write_alone(work)

        monkeypatch.setattr(store, "write_alone", failing)


@pytest.fixture
async def store(server: Server) -> AsyncIterator[Store]:
    async with Store.open(server.new_database()) as opened:
        yield opened


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def database(store: Store, monkeypatch: pytest.MonkeyPatch) -> Unavailable:
    return Unavailable(store, monkeypatch)


@pytest.fixture
async def active(store: Store, time: Time) -> Leadership:
    leadership = Leadership(store, time, time.sleep)
    await leadership.acquire()
    return leadership


async def run_out(store: Store) -> None:
    def age(connection: Connection) -> None:
        before = connection.execute(select(lease.c.until)).scalar_one()
        connection.execute(update(lease).values(until=before - timedelta(seconds=PAST)))

    await store.write(age)


async def taken_over(store: Store) -> Leadership:
    """Return another process, which has become active after the lease ran out."""
    await run_out(store)
    other = Leadership(store)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await other.acquire()
    return other


async def test_the_first_process_is_active_at_once(active: Leadership, time: Time) -> None:
    assert (active.term, active.is_active, active.is_proven) == (1, True, True)
    assert time.naps == 0
    assert await active.may_reply()


async def test_the_next_process_stands_by_until_the_lease_is_given_up(
    active: Leadership, store: Store, time: Time
) -> None:
    other = Leadership(store, time, time.sleep)
    acquiring = asyncio.create_task(other.acquire())
    await until(lambda: time.naps > 3)
    assert not acquiring.done()
    assert not other.is_active
    async with active.held():
        pass
    async with asyncio.timeout(PATIENCE_SECONDS):
        await acquiring
    assert (other.term, other.is_active) == (2, True)


async def test_it_is_renewed_every_second(active: Leadership, store: Store, time: Time) -> None:
    async with active.held() as holding:
        await until(lambda: time.naps > 3 * VALID_SECONDS / RENEW_SECONDS)
        assert not holding.done()
        assert active.is_proven


async def test_a_frozen_process_knows_when_it_thaws_that_another_may_be_active(
    active: Leadership, store: Store, time: Time
) -> None:
    time.now += PAST
    assert active.is_active
    assert not active.is_proven, "no reminder leaves"
    other = await taken_over(store)
    assert not await active.may_reply(), "no reply either, as the database says who is active"
    assert not active.is_active
    assert (other.is_active, other.term) == (True, 2)


async def test_a_process_that_has_lost_the_lease_ends_and_leaves_it_to_the_other(
    active: Leadership, store: Store, time: Time
) -> None:
    other = await taken_over(store)
    async with active.held() as holding, asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.wait([holding])
    with pytest.raises(LeaseLostError, match="another process"):
        holding.result()
    assert await other._renew()


async def test_while_the_database_is_unavailable_replies_leave_and_reminders_do_not(
    active: Leadership, database: Unavailable, time: Time
) -> None:
    database.is_away = True
    async with active.held() as holding:
        await until(lambda: time.naps > 3 * VALID_SECONDS)
        assert not active.is_proven
        assert await active.may_reply()
        assert not holding.done()
        database.is_away = False
        await until(lambda: active.is_proven)
    assert active.term == 1, "nobody had taken over, so it goes on"


async def test_after_a_fall_of_the_database_the_active_process_goes_first(
    active: Leadership, store: Store, database: Unavailable
) -> None:
    database.is_away = True
    time = PacedTime()
    standby = Leadership(store, time, time.sleep)
    acquiring = asyncio.create_task(standby.acquire())
    await time.allow(10)
    await run_out(store)
    database.is_away = False
    await time.allow(1)
    assert await active._renew()
    await time.allow(5)
    assert not acquiring.done()
    acquiring.cancel()
    await asyncio.gather(acquiring, return_exceptions=True)


async def test_a_start_waits_for_a_database_that_is_unavailable(
    store: Store, time: Time, database: Unavailable, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    database.is_away = True
    leadership = Leadership(store, time, time.sleep)
    acquiring = asyncio.create_task(leadership.acquire())
    await until(lambda: time.naps > 3)
    database.is_away = False
    async with asyncio.timeout(PATIENCE_SECONDS):
        await acquiring
    assert leadership.is_active
    assert [record.getMessage() for record in caplog.records if record.name == "bot.operations.leadership"] == [
        "Cannot become active: away; retrying",  # and not that another process is active
        "This process is active (term 1)",
    ]


async def test_with_sqlite_the_process_that_has_the_file_is_active(tmp_path: object) -> None:
    for term in (1, 2):
        async with Store.open(f"sqlite:///{tmp_path}/charley.db") as store:
            leadership = Leadership(store)
            await leadership.acquire()
            assert leadership.term == term
            async with leadership.held() as holding:
                assert not holding.done()
                assert leadership.is_proven
