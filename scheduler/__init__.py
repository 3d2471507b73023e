"""What happens by the clock: APScheduler's jobs are ticks, and a tick asks the database what is due.

No job belongs to a person: nothing grows with their number, and nothing is lost at a restart.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.app import Services
from bot.errors import StoreError
from bot.later import Draw
from bot.pace import Pace
from scheduler import housekeeping, planning
from scheduler.delivery import Delivery, Push

TICK = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
"""A tick that comes late still comes, once, and never on top of itself."""

END_SECONDS = 5.0
"""How long what is under way may take to end; what cannot be stored by then is taken care of at the next start."""


@asynccontextmanager
async def running(services: Services, draws: Mapping[str, Draw], push: Push) -> AsyncIterator[None]:
    """Tick until the end of the block. ``draws`` draw what topics have put off, ``push`` sends."""
    delivery = Delivery(services, push, Pace(services.settings.reminders_per_second), draws)
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

    ticking = AsyncIOScheduler(timezone="UTC", job_defaults=TICK)
    ticking.add_job(whole, "interval", (planning.tick, services), seconds=1, name="planning")
    ticking.add_job(whole, "interval", (delivery.tick,), seconds=1, name="delivery")
    ticking.add_job(whole, "interval", (housekeeping.tick, services), hours=1, name="housekeeping")
    ticking.start()
    try:
        yield
    finally:
        ticking.shutdown(wait=False)
        delivery.end()
        if under_way:
            _, left = await asyncio.wait(under_way, timeout=END_SECONDS)
            for each in left:
                each.cancel()
