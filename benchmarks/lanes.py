"""How long a call for relief waits while the bot is busy: ``python -m benchmarks.lanes``.

Every bot is a process of its own, and is compared with itself. People send /cramp at a steady pace, first while the bot
is idle, and then while it is busy. It is busy because 100,000 reminders are due at once (python-telegram-bot: 900 wait
in its limiter), because 500 people are guided through the evening's stretching at the same time, or because one person
sends 200 updates a second. The pace is low enough that Telegram's limit, which all of them keep here, is not what is
measured. While people stretch, the simulator keeps that limit too, and the table says how many messages and edits it
has refused.
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
from bot.store import Store, bot_state
from bot.store.tables import schedule
from scheduler.housekeeping import ZONE_RULES_KEY, rules_version
from simulator import Limits, Person, Simulator

REMINDERS, QUEUED, STRETCHING, FLOOD_PACE = 100_000, 900, 500, 200
FLOOD = ("/cramp", "/help", "/remind", "What now?")
START_SECONDS, REST_SECONDS, SETTLE_SECONDS = 15.0, 3.0, 2.0
"""The longest start, the time until a started bot is at rest, and the time until a busy bot is busy."""
PATIENCE_SECONDS = 60.0
Busy = Callable[[Simulator, Person], AbstractAsyncContextManager[None]]
"""Keeps the bot busy during the block."""


@dataclass(frozen=True)
class Situation:
    """A bot, what keeps it busy, and how many people a second ask for relief."""

    command: Sequence[str]
    busy: Busy
    pace: float
    environment: Mapping[str, str] = field(default_factory=dict)
    reminders: int = 0
    limits: Limits | None = None


@dataclass
class Waits:
    """The seconds that people waited while the bot was idle and while it was busy, round by round.

    ``others`` is the number of other messages and edits a second that were sent meanwhile. ``refused`` is how many
    messages and edits were refused in all rounds, or None if the simulator keeps no limits.
    """

    idle: list[list[float]] = field(default_factory=list)
    busy: list[list[float]] = field(default_factory=list)
    others: list[float] = field(default_factory=list)
    refused: int | None = None

    @property
    def ratio(self) -> float:
        """The 99th percentile when busy, divided by that when idle: the median of the rounds."""
        pairs = zip(self.idle, self.busy, strict=True)
        return statistics.median(quantile(busy, 0.99) / quantile(idle, 0.99) for idle, busy in pairs)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value that this share of the values does not exceed."""
    return sorted(values)[math.ceil(len(values) * share) - 1]


@asynccontextmanager
async def reminded(simulator: Simulator, _: Person) -> AsyncIterator[None]:
    """Wait until the reminders in the tables are being sent. They go on during the block."""
    before = simulator.judge.total
    await simulator.judge.until(lambda judge: judge.total > before, within=PATIENCE_SECONDS)
    await asyncio.sleep(SETTLE_SECONDS)
    yield


@asynccontextmanager
async def queued(simulator: Simulator, person: Person) -> AsyncIterator[None]:
    """Let reminders wait in the limiter of python-telegram-bot."""
    simulator.phone.say(person, "/remind")
    await asyncio.sleep(SETTLE_SECONDS)
    yield


@asynccontextmanager
async def stretching(simulator: Simulator, _: Person) -> AsyncIterator[None]:
    """Let people begin the evening's stretching, as many a second as the limit takes. They go on during the block."""
    group = [simulator.add_person() for _ in range(STRETCHING)]
    for person in group:
        simulator.phone.say(person, "/stretch")
    counts = simulator.judge.counts
    await simulator.judge.until(lambda _: all(counts[person.id] for person in group), within=PATIENCE_SECONDS)
    offers = {delivery.chat: delivery.message["message_id"] for delivery in simulator.judge.received()}
    presses = [simulator.phone.press(person, offers[person.id], "stretch:start:evening") for person in group]
    await asyncio.gather(*presses)
    yield


@asynccontextmanager
async def flooded(simulator: Simulator, person: Person) -> AsyncIterator[None]:
    """Let one person send more updates than anybody can read."""

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
    f"Charley, {STRETCHING} people stretch, 30/s": Situation(OURS, stretching, 3, limits=Limits()),
    f"Charley, one person sends {FLOOD_PACE} updates/s": Situation(OURS, flooded, 10),
}


async def measure(situation: Situation, waits: Waits, seconds: float, round_trip: float) -> None:
    """Measure one round: a new bot, idle and then busy, for ``seconds`` each."""
    simulator = Simulator(checks=False, keep=None, round_trip=round_trip, brake=0.0, limits=situation.limits)
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
                    waits.idle.append(await ask(simulator, askers[:number], situation.pace))
                    async with situation.busy(simulator, first):
                        await _busy(simulator, askers[number:], situation.pace, waits)
                finally:
                    side.process.kill()
    if flood := simulator.conditions.flood:
        waits.refused = (waits.refused or 0) + flood.refused


async def _fill(database: str, number: int, due_in: float) -> None:
    """Store people without quiet hours whose reminders are due ``due_in`` seconds later."""
    kind = next(iter(handlers.load_content(ROOT).edition().reminders))
    far = datetime.now(timezone.utc) + timedelta(days=1)
    async with Store.open(database) as store:
        await store.write(lambda connection: bot_state.put(connection, ZONE_RULES_KEY, rules_version()))
        await people.at_once(store, number, kind, far)
        due = datetime.now(timezone.utc) + timedelta(seconds=due_in)
        await store.write(lambda connection: connection.execute(update(schedule).values(next_at=due)) and None)


async def _start(simulator: Simulator, person: Person) -> None:
    """Wait for the first answer, with which the picture is uploaded, and until the bot is at rest."""
    simulator.phone.say(person, "/cramp")
    await simulator.judge.until(lambda judge: judge.total >= 1, within=START_SECONDS)
    await asyncio.sleep(REST_SECONDS)


async def _busy(simulator: Simulator, askers: Sequence[Person], pace: float, waits: Waits) -> None:
    began, before = time.perf_counter(), simulator.judge.total
    seconds = await ask(simulator, askers, pace)
    took = time.perf_counter() - began
    waits.busy.append(seconds)
    waits.others.append((simulator.judge.total - before - len(seconds)) / took)


async def ask(simulator: Simulator, askers: Sequence[Person], pace: float) -> list[float]:
    """Return the seconds from each update at the server to its answer in the chat, or infinity if none arrived."""
    sent_at, began = {}, time.perf_counter()
    for number, person in enumerate(askers):
        await asyncio.sleep(max(0.0, began + number / pace - time.perf_counter()))
        sent_at[person.id] = simulator.clock()
        simulator.phone.say(person, "/cramp")
    counts = simulator.judge.counts
    with suppress(TimeoutError):
        await simulator.judge.until(lambda _: all(counts[number] for number in sent_at), within=PATIENCE_SECONDS)
    arrived_at = {delivery.chat: delivery.at for delivery in reversed(simulator.judge.received())}
    return [
        (arrived_at[number] - at).total_seconds() if number in arrived_at else math.inf
        for number, at in sent_at.items()
    ]


async def main(rounds: int, seconds: float, round_trip: float, only: str) -> None:
    """Measure the situations whose name contains ``only``, round by round, and print the table."""
    gc.disable()  # a collection that goes through 100,000 people would be measured too
    situations = {name: situation for name, situation in SITUATIONS.items() if only in name}
    waits_by_name = {name: Waits() for name in situations}
    for number, (name, situation) in itertools.product(range(rounds), situations.items()):
        print(f"round {number + 1} of {rounds}: {name} ...", file=sys.stderr, flush=True)
        await measure(situation, waits_by_name[name], seconds, round_trip)
        gc.collect()
    print(f"\n{table(waits_by_name)}")


def table(waits_by_name: Mapping[str, Waits]) -> str:
    """Return the table in Markdown. All columns but the last one are of all rounds together."""
    lines = [
        "| wait for /cramp | calls/s | idle p50 | idle p99 | busy p50 | busy p99 | others/s | 429s | p99 busy / idle |",
        "|---|" + "---:|" * 8,
    ]
    for name, waits in waits_by_name.items():
        times = [
            f"{quantile([*itertools.chain(*values)], share) * 1000:,.1f} ms"
            for values in (waits.idle, waits.busy)
            for share in (0.5, 0.99)
        ]
        others, refused = (
            f"{statistics.median(waits.others):,.0f}",
            "-" if waits.refused is None else f"{waits.refused:,}",
        )
        cells = [f"{SITUATIONS[name].pace:g}", *times, others, refused, f"{waits.ratio:,.2f}"]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round: about four minutes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60.0, help="idle, and as many busy")
    parser.add_argument("--round-trip", type=float, default=0.0, help="seconds to Telegram and back")
    parser.add_argument("--only", default="", metavar="WORD", help="rows with this word, like stretch")
    options = parser.parse_args()
    rounds, seconds = (1, 20.0) if options.quick else (options.rounds, options.seconds)
    uvloop.run(main(rounds, seconds, options.round_trip, options.only))
