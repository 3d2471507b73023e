"""What happens by the clock: once a second, a job of APScheduler asks the database what is due, and begins its ticks.

No job belongs to a person, so nothing grows with the number of people, and a restart loses nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.app import Clock, Services
from bot.operations.clock_check import LARGEST_CORRECTION
from scheduler import housekeeping
from scheduler.delivery import Delivery
from scheduler.guidance import Guidance
from scheduler.ticks import Ticks
from scheduler.trigger import Every

__all__ = ["Delivery", "Guidance", "running"]

JOB_DEFAULTS = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
"""A late tick still runs, but only once, and never while the tick before it is running."""

WATCH_SECONDS = 10.0


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
    ticks = Ticks(services, delivery, guidance, is_clock_trusted)
    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=JOB_DEFAULTS)
    scheduler.add_job(ticks.run, Every(1), (ticks.begin_due,), name="what is due")
    scheduler.add_job(ticks.run, Every(1), (guidance.tick_pain,), name="guidance in pain")
    scheduler.add_job(ticks.run, Every(3600), (housekeeping.tick, services), name="housekeeping")
    scheduler.add_job(ticks.run, Every(60), (housekeeping.wipe_answered_texts, services), name="answered texts")
    scheduler.add_job(ticks.run, args=(housekeeping.apply_new_zone_rules, services), name="zones")  # once, now
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
        await ticks.finish()


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
