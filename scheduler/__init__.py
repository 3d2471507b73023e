"""What happens by the clock: APScheduler's jobs are ticks, and a tick asks the database what is due.

No job belongs to a person, so nothing grows with the number of people, and a restart loses nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.app import Clock, Services
from bot.errors import StoreError
from bot.operations.clock_check import LARGEST_CORRECTION
from scheduler import housekeeping, planning
from scheduler.delivery import Delivery
from scheduler.guidance import Guidance
from scheduler.trigger import Every

__all__ = ["Delivery", "Guidance", "running"]

JOB_DEFAULTS = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
"""A late tick still runs, but only once, and never while the tick before it is running."""

WATCH_SECONDS = 10.0
SHUTDOWN_SECONDS = 15.0
"""How long work under way may take to end. The next start takes care of the rest."""


@asynccontextmanager
async def running(
    services: Services,
    delivery: Delivery,
    guidance: Guidance,
    is_clock_trusted: Callable[[], bool] = lambda: True,
    machine_clock: Clock | None = None,
) -> AsyncIterator[None]:
    """Tick during the block: plan, send with ``delivery``, guide people through runs with ``guidance``, and clean up.

    Nothing is planned or delivered while the clock cannot be trusted. ``machine_clock`` is the clock by which
    APScheduler waits; by default it is that of the services.
    """
    await delivery.recover()
    under_way: set[asyncio.Future[None]] = set()

    async def shielded(tick: Callable[..., Awaitable[None]], *arguments: Any) -> None:
        """Run a tick so that APScheduler, when it stops, cannot cancel it in the middle of a transaction."""
        ticked = asyncio.ensure_future(_tick_once(tick(*arguments)))
        under_way.add(ticked)
        ticked.add_done_callback(under_way.discard)
        with suppress(asyncio.CancelledError):
            await asyncio.shield(ticked)

    async def if_clock_trusted(tick: Callable[..., Awaitable[None]], *arguments: Any) -> None:
        if is_clock_trusted():
            await shielded(tick, *arguments)

    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=JOB_DEFAULTS)
    scheduler.add_job(if_clock_trusted, Every(1), (planning.tick, services), name="planning")
    scheduler.add_job(if_clock_trusted, Every(1), (delivery.tick,), name="delivery")
    scheduler.add_job(shielded, Every(1), (guidance.tick_pain,), name="guidance in pain")
    scheduler.add_job(shielded, Every(1), (guidance.tick,), name="guidance")
    scheduler.add_job(shielded, Every(3600), (housekeeping.tick, services), name="housekeeping")
    scheduler.add_job(shielded, Every(60), (housekeeping.wipe_answered_texts, services), name="answered texts")
    scheduler.add_job(shielded, args=(housekeeping.apply_new_zone_rules, services), name="zones")  # once, now
    scheduler.start()
    following = asyncio.create_task(_follow_clock_changes(scheduler, machine_clock or services.clock))
    try:
        yield
    finally:
        following.cancel()
        # Jobs that are due begin first: APScheduler would cancel them before their first line, and log a traceback.
        scheduler.pause()
        await asyncio.sleep(0)
        scheduler.shutdown(wait=False)
        await _finish(under_way, delivery, guidance)


async def _tick_once(ticking: Awaitable[None]) -> None:
    """Await a tick. An unavailable database is ignored: the store logs it, and the next tick tries again."""
    # Caught here and not around the shield: during a stop nobody waits there, and asyncio would log the traceback.
    with suppress(StoreError):
        await ticking


async def _finish(under_way: set[asyncio.Future[None]], delivery: Delivery, guidance: Guidance) -> None:
    """Begin nothing more. Wait for the ticks ``under_way``, and for the messages that they have begun to send."""
    delivery.stop_claiming()
    guidance.stop_editing()
    ending = {*under_way, asyncio.ensure_future(delivery.drain()), asyncio.ensure_future(guidance.drain())}
    _, unfinished = await asyncio.wait(ending, timeout=SHUTDOWN_SECONDS)
    for task in unfinished:
        task.cancel()


async def _follow_clock_changes(scheduler: AsyncIOScheduler, clock: Clock) -> None:
    """Move the next run of each job back after the wall clock was set back.

    APScheduler waits by the wall clock: set back by an hour, it would not tick for an hour.
    """
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        for job in scheduler.get_jobs():
            due = job.trigger.get_next_fire_time(None, clock())
            if job.next_run_time - due > LARGEST_CORRECTION:
                job.modify(next_run_time=due)
