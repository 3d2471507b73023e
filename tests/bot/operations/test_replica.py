"""Processes on one database: one polls, the others wait, and what one leaves another takes over."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.operations.replica import BEAT_SECONDS, TRUST_SECONDS, Replica
from bot.store import Store
from bot.store.leases import TTL_SECONDS
from tests.bot.store.test_leases import later
from tests.support.postgresql import Server
from tests.support.tcp_proxy import TcpProxy
from tests.support.waiting import PATIENCE_SECONDS


class One:
    """A process with a clock of its own."""

    def __init__(self, store: Store) -> None:
        self.now = 1000.0
        self.adopted = 0
        self.store = store
        self.replica = Replica(store, self._adopt, lambda: self.now, self._wait)

    async def _wait(self, _seconds: float) -> None:
        await asyncio.Event().wait()

    async def _adopt(self) -> None:
        self.adopted += 1

    async def polls(self) -> bool:
        """Whether it is its turn, now."""
        turn = asyncio.ensure_future(self.replica.turn())
        done, _ = await asyncio.wait([turn], timeout=PATIENCE_SECONDS if self.store.is_alone else 0.5)
        turn.cancel()
        return bool(done)


@pytest.fixture
async def url(server: Server) -> str:
    return server.new_database()


@pytest.fixture
async def one(url: str) -> AsyncIterator[One]:
    async with Store.open(url) as store:
        yield One(store)


@pytest.fixture
async def other(url: str, one: One) -> AsyncIterator[One]:
    async with Store.open(url) as store:
        yield One(store)


async def test_one_polls_and_goes_on_while_it_renews_its_lease(one: One, other: One) -> None:
    assert await one.polls()
    assert not await other.polls()
    for _ in range(5):
        one.now += TRUST_SECONDS - 1
        await later(one.store, TRUST_SECONDS - 1)
        await one.replica.beat()
        await other.replica.beat()
        assert await one.polls()
        assert not await other.polls()


async def test_another_takes_the_place_of_one_that_is_not_heard_of(one: One, other: One) -> None:
    await one.polls()
    await later(one.store, TTL_SECONDS + 1)
    assert await other.polls()
    one.now += TTL_SECONDS + 1
    assert not await one.polls(), "it has been frozen, notices that time has passed, and asks first"


async def test_another_takes_the_place_of_one_that_leaves_at_once(one: One, other: One) -> None:
    async with one.replica:
        assert await one.polls()
        assert not await other.polls()
    assert await other.polls()


async def test_what_others_left_is_looked_for_only_when_they_could_show_that_they_are_alive(one: One) -> None:
    await one.replica.beat()
    assert one.adopted == 0
    one.now += BEAT_SECONDS - 0.1
    await one.replica.beat()
    assert one.adopted == 0
    one.now += 0.1
    await one.replica.beat()
    assert one.adopted == 1


async def test_while_the_database_is_away_the_one_that_polls_goes_on(server: Server, one: One, other: One) -> None:
    await one.polls()
    server.stop()
    try:
        for each in (one, other):
            each.now += 10 * TTL_SECONDS
            await each.replica.beat()
        assert await one.polls()
        assert not await other.polls()
    finally:
        server.start()
    await one.replica.beat()
    assert one.adopted == 0, "the others may not have been able to show that they are alive"


async def test_a_database_that_hangs_is_one_that_is_away(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.engine.store.CLOSE_SECONDS", 0.1)
    async with (
        TcpProxy(server.port) as line,
        Store.open(server.new_database().replace(f":{server.port}/", f":{line.port}/")) as store,
    ):
        one = One(store)
        assert await one.polls()
        monkeypatch.setattr("bot.store.engine.store.LONGEST_SECONDS", 0.1)
        line.hold()
        one.now += TTL_SECONDS
        await one.replica.beat()
        assert await one.polls()


async def test_alone_there_is_nothing_to_agree_on(tmp_path: Path) -> None:
    async with Store.open(f"sqlite:///{tmp_path / 'charley.db'}") as store:
        one = One(store)
        assert await one.polls()
        async with one.replica:
            assert one.adopted == 1
