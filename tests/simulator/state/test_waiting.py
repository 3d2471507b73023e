import asyncio
from datetime import timedelta

from simulator import SkippableClock
from simulator.state.waiting import wait_until
from tests.support.turns import turn


async def test_a_moment_that_is_past_is_not_waited_for(clock: SkippableClock) -> None:
    await wait_until(clock, clock())


async def test_a_skip_ends_the_wait(clock: SkippableClock) -> None:
    waiting = asyncio.create_task(wait_until(clock, clock() + timedelta(hours=8)))
    await turn()
    clock.skip(timedelta(hours=7))
    await turn()
    assert not waiting.done()
    clock.skip(timedelta(hours=1))
    async with asyncio.timeout(5):
        await waiting
