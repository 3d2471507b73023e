"""What happens by the clock: APScheduler's jobs are ticks, and a tick asks the database what is due.

No job belongs to a person: nothing grows with their number, and nothing is lost at a restart.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.app import Services
from scheduler import holding, housekeeping

TICK = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
"""A tick that comes late still comes, once, and never on top of itself."""


@contextmanager
def running(services: Services, count: holding.Count) -> Iterator[None]:
    """Tick until the end of the block. ``count`` draws the steps with the seconds held so far."""
    ticking = AsyncIOScheduler(timezone="UTC", job_defaults=TICK)
    ticking.add_job(holding.tick, "interval", (services, count), seconds=1)
    ticking.add_job(housekeeping.tick, "interval", (services,), hours=1)
    ticking.start()
    try:
        yield
    finally:
        ticking.shutdown(wait=False)
