"""The row that all processes share: asked at once by many, by the database's clock."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from functools import partial

import pytest
from sqlalchemy import TextClause, func, select, text, update
from sqlalchemy.exc import DBAPIError

from bot.errors import StoreError
from bot.messages.limits import Asked, Granted, Quota, Rates
from bot.messages.limits.permits import STEP
from bot.messages.limits.quota import LONGEST, UNKNOWN
from bot.parsing import lenient_json
from bot.store import Store, rates
from bot.store.tables import rate
from tests.support.postgresql import Server, beside
from tests.support.waiting import PATIENCE_SECONDS


@pytest.fixture
async def stores(server: Server) -> AsyncIterator[list[Store]]:
    """Several processes' stores on one database."""
    url = server.new_database()
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(Store.open(url)) for _ in range(4)]
        long_up = f"SELECT 1 WHERE clock_timestamp() > pg_postmaster_start_time() + '{UNKNOWN} ms'"
        await until_true(opened[0], text(long_up))
        yield opened


async def ask(store: Store, asked: Asked, most: Rates | None = None) -> Granted:
    return await store.apart(partial(rates.ask, asked=asked, rates=most or Rates()))


async def test_many_who_ask_at_once_get_no_more_than_there_is(stores: list[Store]) -> None:
    """One permit a second, and questions that take far less."""
    asking = [ask(each, Asked(replies=(None,)), Rates(1)) for each in stores for _ in range(3)]
    granted = await asyncio.gather(*asking)
    waits = sorted(wait for each in granted for wait in each.replies)
    assert waits[0] == 0
    assert waits[1] > 0
    assert waits[-1] <= (LONGEST + STEP) / 1000


async def test_a_chat_that_one_has_answered_waits_for_the_other(stores: list[Store]) -> None:
    await ask(stores[0], Asked(replies=(7, 8)))
    first, *others = (await ask(stores[1], Asked(replies=(7, 9, None)))).replies
    assert first > 0.5
    assert others == [0.0, 0.0]


async def test_what_is_kept_is_what_was_granted(stores: list[Store]) -> None:
    await ask(stores[0], Asked(process="a", reminders=3))
    await ask(stores[1], Asked(replies=(None,) * 2))
    (row,) = await stores[2].read(lambda each: each.execute(select(rate)).all())
    assert row.key == rates.MESSAGES
    assert Quota(row.quota).counted == 5


async def test_a_grant_of_long_ago_counts_no_more(stores: list[Store]) -> None:
    await ask(stores[0], Asked(replies=(None,) * 30))
    assert (await ask(stores[1], Asked(replies=(None,)))).replies != (0.0,)
    (row,) = await stores[0].read(lambda each: each.execute(select(rate)).all())
    first = lenient_json.loads(row.quota.encode())["first"]
    old = row.quota.replace(str(first), str(first - 3_600_000 // STEP))
    await stores[0].write(lambda each: each.execute(update(rate).values(quota=old)))
    assert (await ask(stores[1], Asked(replies=(None,)))).replies == (0.0,)


async def test_the_time_of_a_grant_is_that_after_it_has_waited_for_the_others(stores: list[Store]) -> None:
    await ask(stores[0], Asked(replies=(None,)))
    async with beside(stores[0]).begin() as others:
        await others.execute(update(rate).values(quota=""))
        asking = asyncio.create_task(ask(stores[1], Asked(replies=(None,))))
        waiting = text("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        await until_true(stores[2], waiting)
        moment = await stores[2].read(lambda each: each.execute(select(func.clock_timestamp())).scalar_one())
    granted = await asking
    assert granted.queued > 0
    (row,) = await stores[2].read(lambda each: each.execute(select(rate)).all())
    kept = lenient_json.loads(row.quota.encode())
    until = STEP * (kept["first"] + len(kept["counts"]) - 1)
    assert until - LONGEST >= int(moment.timestamp() * 1000)


async def until_true(store: Store, query: TextClause) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await store.read(lambda each: each.execute(query).all()):
            pass


async def test_what_telegram_limits_is_known_after_a_power_cut(stores: list[Store], server: Server) -> None:
    await ask(stores[0], Asked(limited={1: 30.0, 2: 30.0}))
    server.stop()
    server.start()
    async with asyncio.timeout(PATIENCE_SECONDS):
        granted = await ask(stores[1], Asked(reminders=5))
    assert not granted.reminders
    assert 0 < granted.pause <= 30.0


async def test_for_some_seconds_after_a_power_cut_no_reminder_leaves(stores: list[Store], server: Server) -> None:
    server.stop()
    server.start()
    granted = await ask(stores[1], Asked(reminders=5, replies=(None,) * 2))
    assert (granted.reminders, granted.replies) == ((), (0.0, 0.0))
    assert 0 < granted.wait <= UNKNOWN / 1000


async def test_nor_does_one_after_a_fall_of_one_of_its_processes(stores: list[Store], server: Server) -> None:
    assert (await ask(stores[0], Asked(process="a", reminders=5))).reminders
    number = await stores[1].read(lambda each: each.execute(text("SELECT pg_backend_pid()")).scalar_one())
    os.kill(number, signal.SIGKILL)
    granted = Granted((), (0.0,))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while granted.reminders:
            with suppress(StoreError):
                granted = await ask(stores[2], Asked(process="b", reminders=5))
    assert 0 < granted.wait <= UNKNOWN / 1000


async def test_who_stands_still_with_the_row_in_hand_loses_it(stores: list[Store]) -> None:
    with suppress(DBAPIError):
        async with beside(stores[0]).begin() as frozen:
            await frozen.run_sync(lambda each: rates.ask(each, Asked(), Rates()))
            assert (await ask(stores[1], Asked(replies=(None,)))).replies == (0.0,)
