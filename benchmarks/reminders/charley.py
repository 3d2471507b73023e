"""Charley's side: many people with reminders, at rest, and reminded at one moment.

``python -m benchmarks.reminders.charley fill <people>``, ``rest``, or ``send <people> <rate> [--watch]``, with the
settings in the environment. It prints its figures as lines of JSON, and runs until its input ends.
"""

import argparse
import asyncio
import gc
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import timedelta
from functools import partial

import uvloop

import handlers
import scheduler
from benchmarks.meter import Stalls, report, watch
from benchmarks.reminders import people
from bot import config
from bot.__main__ import GC_THRESHOLDS, SWITCH_INTERVAL_SECONDS, utc_now
from bot.app import Services
from bot.config import Settings
from bot.messages.gateway import Gateway
from bot.messages.limiter import Limiter
from bot.messages.rates import Rates
from bot.messages.sender import Sender
from bot.messages.transport import Transport
from bot.messages.uploads import Uploads
from bot.operations.leadership import Leadership
from bot.store import Store
from scheduler import housekeeping
from scheduler.delivery import Delivery
from scheduler.guidance import Guidance
from scheduler.ticks import Ticks

TICKS = 400
LEAD = timedelta(seconds=3)
"""From the last insert to the moment when all reminders are due."""


@asynccontextmanager
async def active_bot(rate: int) -> AsyncIterator[tuple[Services, Delivery, Guidance]]:
    """Yield the parts of an active bot without its handlers. ``rate`` is the operator's limit, in messages a second."""
    settings, transport = config.read(Settings), Transport()
    words = handlers.load_content(settings.content_dir)
    async with Store.open(settings.database_url.get_secret_value()) as store:
        leadership = Leadership(store)
        await leadership.acquire()
        gateway = Gateway(transport, settings.bot_url, Limiter(Rates(rate)), leadership)
        services = Services(settings, words, store, Sender(gateway, Uploads({}, {}, lambda *_: None)), utc_now)
        delivery = Delivery(services, services.sender.push, gateway.reserve, handlers.deferred(), leadership.term)
        guidance = Guidance(services, gateway.reserve, handlers.guides())
        await transport.initialize()
        try:
            async with leadership.held():
                yield services, delivery, guidance
        finally:
            await transport.shutdown()


def settle() -> None:
    """Do what ``python -m bot`` does when it has started, so that nothing blocks the event loop."""
    sys.setswitchinterval(SWITCH_INTERVAL_SECONDS)
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


def kind(services: Services) -> str:
    """Return the first kind of reminder in the content."""
    return next(iter(services.content.edition().reminders))


async def fill(number: int) -> None:
    """Store people whose reminders are spread over tomorrow."""
    async with active_bot(1) as (services, _, _):
        tomorrow = utc_now() + timedelta(days=1)
        await people.over_a_day(services.store, number, kind(services), tomorrow)


async def rest() -> None:
    """Tick while nothing is due, and report the time of a tick."""
    async with active_bot(1) as (services, delivery, guidance):
        await delivery.recover()
        ticks = Ticks(services, delivery, guidance)
        await _tick(ticks, guidance)
        report(at=time.perf_counter())
        report(tick_ms=statistics.median([await _tick(ticks, guidance) for _ in range(TICKS)]))
        await until_input_ends()


async def _tick(ticks: Ticks, guidance: Guidance) -> float:
    began = time.process_time()
    await ticks.begin_due()
    await guidance.tick_pain()
    await ticks.drain()
    return (time.process_time() - began) * 1e3


async def send(number: int, rate: int, *, watched: bool) -> None:
    """Remind people at one moment, as the running bot does. To be ``watched`` costs about 5 %."""
    async with active_bot(rate) as (services, delivery, guidance):
        due = (utc_now() + timedelta(seconds=number / 10_000) + LEAD).replace(microsecond=0)
        await housekeeping.apply_new_zone_rules(
            services
        )  # otherwise it would compute all occurrences again when they are due
        await people.at_once(services.store, number, kind(services), due)
        stalls = Stalls()
        async with scheduler.running(services, delivery, guidance):
            await asyncio.sleep((due - utc_now()).total_seconds() - 0.5)
            settle()
            watching = asyncio.create_task(watch(stalls)) if watched else None
            report(due=due.timestamp())
            await until_input_ends()
            if watching:
                watching.cancel()
        report(stalls=asdict(stalls) if watched else {})


async def until_input_ends() -> None:
    """Return when the input ends."""
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=["fill", "rest", "send"])
    parser.add_argument("numbers", nargs="*", type=int)
    parser.add_argument("--watch", action="store_true", help="measure how long the event loop is blocked")
    options = parser.parse_args()
    settle()
    tasks: dict[str, Callable[..., Coroutine[None, None, None]]] = {
        "fill": fill,
        "rest": rest,
        "send": partial(send, watched=options.watch),
    }
    uvloop.run(tasks[options.task](*options.numbers))
