"""What happens by the clock: APScheduler's jobs are ticks, and a tick asks the database what is due.

No job belongs to a person: nothing grows with their number, and nothing is lost at a restart.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.app import Services
from bot.errors import StoreError
from bot.operations.clock_check import LARGEST_CORRECTION
from bot.reminders.deferred import Draw
from scheduler import housekeeping, planning
from scheduler.delivery import Delivery, Push
from scheduler.trigger import Every

TICK = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
"""A tick that comes late still comes, once, and never on top of itself."""

WATCH_SECONDS = 10.0
END_SECONDS = 15.0
"""How long what is under way may take to end; what cannot be stored by then is taken care of at the next start."""


@asynccontextmanager
async def running(
    services: Services, draws: Mapping[str, Draw], push: Push, is_steady: Callable[[], bool] = lambda: True
) -> AsyncIterator[None]:
    """Tick until the end of the block. ``draws`` draw what topics have put off, ``push`` sends.

    Nothing is planned and nothing sent while the clock is not steady.
    """
    delivery = Delivery(services, push, services.sender.room, draws)
    await delivery.recover()
    under_way: set[asyncio.Future[None]] = set()

    async def whole(tick: Callable[..., Awaitable[None]], *arguments: Any) -> None:
        """APScheduler ends by cancelling; a tick in the middle of a transaction is let finish, and nobody alarmed.

        That the database is away is told already, and the next tick asks again.
        """
        ticked = asyncio.ensure_future(tick(*arguments))
        under_way.add(ticked)
        ticked.add_done_callback(under_way.discard)
        with suppress(asyncio.CancelledError, StoreError):
            await asyncio.shield(ticked)

    async def in_time(tick: Callable[..., Awaitable[None]], *arguments: Any) -> None:
        if is_steady():
            await whole(tick, *arguments)

    ticking = AsyncIOScheduler(timezone="UTC", job_defaults=TICK)
    ticking.add_job(in_time, Every(1), (planning.tick, services), name="planning")
    ticking.add_job(in_time, Every(1), (delivery.tick,), name="delivery")
    ticking.add_job(whole, Every(3600), (housekeeping.tick, services), name="housekeeping")
    ticking.add_job(whole, args=(housekeeping.learn_zones, services), name="zones")  # once, now
    ticking.start()
    watching = asyncio.create_task(_watch(ticking, services.clock))
    try:
        yield
    finally:
        watching.cancel()
        ticking.shutdown(wait=False)
        delivery.end()
        under_way.add(asyncio.ensure_future(delivery.settled()))
        if under_way:
            _, left = await asyncio.wait(under_way, timeout=END_SECONDS)
            for each in left:
                each.cancel()


async def _watch(ticking: AsyncIOScheduler, clock: Callable[[], datetime]) -> None:
    """APScheduler waits by the wall clock: when that is set back by an hour, it would not tick for an hour."""
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        for job in ticking.get_jobs():
            due = job.trigger.get_next_fire_time(None, clock())
            if job.next_run_time - due > LARGEST_CORRECTION:
                job.modify(next_run_time=due)
