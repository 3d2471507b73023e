"""Charley's side: what it is to have so many people, and to remind many of them at once.

``python -m benchmarks.reminders.charley fill <people>``, ``rest``, or ``send <people> <rate> [--watch]``, with the
settings in the environment. Tells its figures as lines of JSON, and goes on until its input ends.
"""

import argparse
import asyncio
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
from bot.__main__ import settle, utc_now
from bot.app import Services
from bot.config import Settings
from bot.messages.gateway import Gateway
from bot.messages.pictures import Pictures
from bot.messages.rates import Rates
from bot.messages.sender import Sender
from bot.messages.transport import Transport
from bot.run import limiter_of
from bot.store import Store
from scheduler import housekeeping, planning
from scheduler.delivery import Delivery

TICKS = 400
LEAD = timedelta(seconds=3)
"""Between the last person put into the tables and the moment they are all due."""


@asynccontextmanager
async def built(rate: int) -> AsyncIterator[Services]:
    """What the bot is made of, but for its handlers; ``rate`` is what an operator allows, of all messages."""
    settings, transport = config.read(Settings), Transport()
    words = handlers.load_content(settings.content_dir)
    async with Store.open(settings.database_url.get_secret_value()) as store:
        outgoing = Gateway(transport, settings.bot_url, limiter_of(store, Rates(rate)))
        sender = Sender(outgoing, Pictures({}, {}, lambda *_: None))
        await transport.initialize()
        try:
            yield Services(settings, words, store, sender, utc_now)
        finally:
            await transport.shutdown()


def kind(services: Services) -> str:
    """The first kind of reminder in the content."""
    return next(iter(services.content.edition().reminders))


async def fill(number: int) -> None:
    """People whose reminders are due in the course of tomorrow."""
    async with built(1) as services:
        tomorrow = utc_now() + timedelta(days=1)
        await people.over_a_day(services.store, number, kind(services), tomorrow)


async def rest() -> None:
    """Tick while nothing is due."""
    async with built(1) as services:
        delivery = Delivery(services, services.sender.push, services.sender.room, handlers.later())
        await _tick(services, delivery)
        report(at=time.perf_counter())
        ticks = [await _tick(services, delivery) for _ in range(TICKS)]
        report(tick_ms=statistics.median(ticks))
        await told_to_end()


async def _tick(services: Services, delivery: Delivery) -> float:
    began = time.process_time()
    await planning.tick(services)
    await delivery.tick()
    return (time.process_time() - began) * 1e3


async def send(number: int, rate: int, *, watched: bool) -> None:
    """Remind so many people at one moment, as the running bot does; to be ``watched`` takes a twentieth of it all."""
    async with built(rate) as services:
        due = (utc_now() + timedelta(seconds=number / 10_000) + LEAD).replace(microsecond=0)
        await housekeeping.learn_zones(services)  # or it would work out anew when they are all due
        await people.at_once(services.store, number, kind(services), due)
        stalls = Stalls()
        async with scheduler.running(services, handlers.later(), services.sender.push):
            await asyncio.sleep((due - utc_now()).total_seconds() - 0.5)
            settle()
            watching = asyncio.create_task(watch(stalls)) if watched else None
            report(due=due.timestamp())
            await told_to_end()
            if watching:
                watching.cancel()
        report(stalls=asdict(stalls) if watched else {})


async def told_to_end() -> None:
    """Return at the end of the input."""
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=["fill", "rest", "send"])
    parser.add_argument("numbers", nargs="*", type=int)
    parser.add_argument("--watch", action="store_true", help="how long the event loop is held up")
    options = parser.parse_args()
    settle()  # as ``python -m bot`` does, and once more when it has started
    tasks: dict[str, Callable[..., Coroutine[None, None, None]]] = {
        "fill": fill,
        "rest": rest,
        "send": partial(send, watched=options.watch),
    }
    uvloop.run(tasks[options.task](*options.numbers))
