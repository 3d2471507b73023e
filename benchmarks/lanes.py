"""How long a call for relief waits while the bot has much else to do: ``python -m benchmarks.lanes``.

Each bot is a process of its own, and is compared with itself: /cramp is asked at a steady pace, first while nothing
else happens and then while it does, so that only this differs. What happens is that 100,000 reminders are due at once
(python-telegram-bot: that 900 wait in its limiter), or that one person sends 200 updates a second. The pace is low
enough that Telegram's limit, which all of them keep here, is not what is measured.
"""

import argparse
import asyncio
import gc
import itertools
import math
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import uvloop
from sqlalchemy import update

import handlers
from benchmarks import replies
from benchmarks.reminders import people
from benchmarks.reminders.processes import CHARLEY, PEERS, running
from bot.config import ROOT
from bot.store import Store, memory
from bot.store.tables import schedule
from scheduler.housekeeping import ZONES, rules
from simulator import Person, Simulator

REMINDERS, QUEUED, FLOOD_PACE = 100_000, 900, 200
FLOOD = ("/cramp", "/help", "/remind", "What now?")
START_SECONDS, REST_SECONDS, SETTLE_SECONDS = 15.0, 3.0, 2.0
"""At most for a start; for what a start still does when it is over; for what is to be busy to be so."""
PATIENCE_SECONDS = 60.0
Busy = Callable[[Simulator, Person], AbstractAsyncContextManager[None]]
"""Keeps the bot busy with something else during the block."""


@dataclass(frozen=True)
class Situation:
    """A bot, what it is to be busy with, and how many people a second ask for relief meanwhile."""

    command: Sequence[str]
    busy: Busy
    pace: float
    environment: Mapping[str, str] = field(default_factory=dict)
    reminders: int = 0


@dataclass
class Waits:
    """The seconds that people waited while nothing else happened and while it did, round by round.

    ``others`` is how many other messages a second were sent meanwhile.
    """

    idle: list[list[float]] = field(default_factory=list)
    busy: list[list[float]] = field(default_factory=list)
    others: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """How many times as long it was at the 99th percentile: the middle one of the rounds."""
        pairs = zip(self.idle, self.busy, strict=True)
        return statistics.median(quantile(busy, 0.99) / quantile(idle, 0.99) for idle, busy in pairs)


def quantile(values: Sequence[float], share: float) -> float:
    """What so large a share of them does not exceed."""
    return sorted(values)[math.ceil(len(values) * share) - 1]


@asynccontextmanager
async def reminded(simulator: Simulator, _: Person) -> AsyncIterator[None]:
    """Until the reminders in the tables have begun to come; they go on."""
    before = simulator.judge.total
    await simulator.judge.until(lambda judge: judge.total > before, within=PATIENCE_SECONDS)
    await asyncio.sleep(SETTLE_SECONDS)
    yield


@asynccontextmanager
async def queued(simulator: Simulator, person: Person) -> AsyncIterator[None]:
    """With reminders that wait in the limiter of python-telegram-bot."""
    simulator.phone.say(person, "/remind")
    await asyncio.sleep(SETTLE_SECONDS)
    yield


@asynccontextmanager
async def flooded(simulator: Simulator, person: Person) -> AsyncIterator[None]:
    """While one person asks for more than anybody can read."""

    async def flood() -> None:
        began = time.perf_counter()
        for number in itertools.count():
            await asyncio.sleep(max(0.0, began + number / FLOOD_PACE - time.perf_counter()))
            simulator.phone.say(person, FLOOD[number % len(FLOOD)])

    flooding = asyncio.create_task(flood())
    await asyncio.sleep(SETTLE_SECONDS)
    try:
        yield
    finally:
        flooding.cancel()
        with suppress(asyncio.CancelledError):
            await flooding


OURS = (CHARLEY, "-m", "bot")
PAID = {"PAID_BROADCASTS": "yes", "MESSAGES_PER_SECOND": "1000"}
PEER = (PEERS, "-m", "benchmarks.peers.ptb_limited", str(people.FIRST), str(QUEUED))
SITUATIONS = {
    f"Charley, {REMINDERS:,} reminders due, 30/s": Situation(OURS, reminded, 3, reminders=REMINDERS),
    f"Charley, {REMINDERS:,} reminders due, 1,000/s": Situation(OURS, reminded, 10, PAID, REMINDERS),
    f"python-telegram-bot, AIORateLimiter, {QUEUED} reminders queued, 30/s": Situation(PEER, queued, 3),
    f"Charley, one person sends {FLOOD_PACE} updates/s": Situation(OURS, flooded, 10),
}


async def measure(situation: Situation, waits: Waits, seconds: float, round_trip: float) -> None:
    """One round: a new bot, idle and then busy, for so many seconds each."""
    simulator = Simulator(checks=False, keep=None, round_trip=round_trip, brake=0.0)
    for _ in range(situation.reminders or QUEUED):
        simulator.add_person(started=True)
    number = int(situation.pace * seconds)
    first, *askers = (simulator.add_person() for _ in range(1 + 2 * number))
    gc.freeze()
    with tempfile.TemporaryDirectory() as folder:
        place = {"DATABASE_URL": f"sqlite:///{folder}/charley.db", "TELEGRAM_API_URL": simulator.url}
        if situation.reminders:
            due_in = START_SECONDS + REST_SECONDS + seconds + SETTLE_SECONDS
            await _fill(f"sqlite:///{folder}/charley.db", situation.reminders, due_in)
        async with simulator.serve():
            place = {**place, **situation.environment, "TELEGRAM_API_URL": simulator.url, "ANSWER": replies.answer()}
            async with running(*situation.command, **place) as side:
                try:
                    await _start(simulator, first)
                    waits.idle.append(await _ask(simulator, askers[:number], situation.pace))
                    async with situation.busy(simulator, first):
                        await _busy(simulator, askers[number:], situation.pace, waits)
                finally:
                    side.process.kill()


async def _fill(database: str, number: int, due_in: float) -> None:
    """Reminders that are due so many seconds after they are stored, of people without quiet hours."""
    kind = next(iter(handlers.load_content(ROOT).edition().reminders))
    far = datetime.now(timezone.utc) + timedelta(days=1)
    async with Store.open(database) as store:
        await store.write(lambda connection: memory.remember(connection, ZONES, rules()))
        await people.at_once(store, number, kind, far)
        due = datetime.now(timezone.utc) + timedelta(seconds=due_in)
        await store.write(lambda connection: connection.execute(update(schedule).values(next_at=due)) and None)


async def _start(simulator: Simulator, person: Person) -> None:
    """Up to the first answer, in which the picture is uploaded."""
    simulator.phone.say(person, "/cramp")
    await simulator.judge.until(lambda judge: judge.total >= 1, within=START_SECONDS)
    await asyncio.sleep(REST_SECONDS)


async def _busy(simulator: Simulator, askers: Sequence[Person], pace: float, waits: Waits) -> None:
    began, before = time.perf_counter(), simulator.judge.total
    had = await _ask(simulator, askers, pace)
    took = time.perf_counter() - began
    waits.busy.append(had)
    waits.others.append((simulator.judge.total - before - len(had)) / took)


async def _ask(simulator: Simulator, askers: Sequence[Person], pace: float) -> list[float]:
    """The seconds each waited from the update at the server to the message in the chat; for ever if none came."""
    asked, began = {}, time.perf_counter()
    for number, person in enumerate(askers):
        await asyncio.sleep(max(0.0, began + number / pace - time.perf_counter()))
        asked[person.id] = simulator.clock()
        simulator.phone.say(person, "/cramp")
    counts = simulator.judge.counts
    with suppress(TimeoutError):
        await simulator.judge.until(lambda _: all(counts[number] for number in asked), within=PATIENCE_SECONDS)
    had = {delivery.chat: delivery.at for delivery in reversed(simulator.judge.received())}
    return [(had[number] - at).total_seconds() if number in had else math.inf for number, at in asked.items()]


async def main(rounds: int, seconds: float, round_trip: float) -> None:
    """Measure round by round, and print the table."""
    gc.disable()  # a look through 100,000 people would be in what is measured
    seen = {name: Waits() for name in SITUATIONS}
    for number, (name, situation) in itertools.product(range(rounds), SITUATIONS.items()):
        print(f"round {number + 1} of {rounds}: {name} ...", file=sys.stderr, flush=True)
        await measure(situation, seen[name], seconds, round_trip)
        gc.collect()
    print(f"\n{table(seen)}")


def table(seen: Mapping[str, Waits]) -> str:
    """In Markdown: all rounds together, but for the last column."""
    lines = [
        "| wait for /cramp | asked/s | idle p50 | idle p99 | busy p50 | busy p99 | others sent/s | p99, times idle |",
        "|---|" + "---:|" * 7,
    ]
    for name, waits in seen.items():
        times = [
            f"{quantile([*itertools.chain(*values)], share) * 1000:,.1f} ms"
            for values in (waits.idle, waits.busy)
            for share in (0.5, 0.99)
        ]
        cells = [f"{SITUATIONS[name].pace:g}", *times, f"{statistics.median(waits.others):,.0f}", f"{waits.ratio:,.2f}"]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round: about four minutes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60.0, help="idle, and so many busy")
    parser.add_argument("--round-trip", type=float, default=0.0, help="seconds to Telegram and back")
    options = parser.parse_args()
    rounds, seconds = (1, 20.0) if options.quick else (options.rounds, options.seconds)
    uvloop.run(main(rounds, seconds, options.round_trip))
