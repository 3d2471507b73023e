import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from simulator.clock import SkippableClock, utc_now, wait_until
from tests.support.waiting import run_ready_callbacks

NOON = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)


def test_runs_with_its_base() -> None:
    moments = iter([NOON, NOON + timedelta(seconds=5)])
    clock = SkippableClock(lambda: next(moments))
    assert clock() == NOON
    assert clock() == NOON + timedelta(seconds=5)


def test_skips_add_up() -> None:
    clock = SkippableClock(lambda: NOON)
    assert clock.skip(timedelta(hours=1)) == NOON + timedelta(hours=1)
    clock.skip(timedelta(minutes=30))
    assert clock() == NOON + timedelta(minutes=90)


def test_never_goes_back() -> None:
    clock = SkippableClock(lambda: NOON)
    with pytest.raises(ValueError, match="forward"):
        clock.skip(timedelta(seconds=-1))
    assert clock() == NOON


def test_calls_a_listener_after_every_skip_until_it_unsubscribes() -> None:
    clock, moments = SkippableClock(lambda: NOON), list[datetime]()
    unsubscribe = clock.subscribe(lambda: moments.append(clock()))
    clock.skip(timedelta(seconds=1))
    unsubscribe()
    clock.skip(timedelta(seconds=1))
    assert moments == [NOON + timedelta(seconds=1)]


def test_the_machines_time_is_in_utc() -> None:
    assert utc_now().tzinfo is UTC


async def test_a_past_moment_is_not_waited_for(clock: SkippableClock) -> None:
    await wait_until(clock, clock())


async def test_a_skip_ends_the_wait(clock: SkippableClock) -> None:
    waiting = asyncio.create_task(wait_until(clock, clock() + timedelta(hours=8)))
    await run_ready_callbacks()
    clock.skip(timedelta(hours=7))
    await run_ready_callbacks()
    assert not waiting.done()
    clock.skip(timedelta(hours=1))
    async with asyncio.timeout(5):
        await waiting
