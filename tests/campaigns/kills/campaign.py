"""One run of a process after another, on the same database. Each serves people of its own, and what the last one left.

Who received what is read from the simulator, not from the bot.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import insert, select, text

from bot import config
from bot.store import Connection, Store, tables
from simulator import Fault, Person, Request, Simulator
from tests.support import running_bot
from tests.support.waiting import PATIENCE_SECONDS, let_requests_arrive, until

START = datetime(2026, 11, 1, 0, 0, tzinfo=timezone.utc)
BETWEEN_RUNS = timedelta(minutes=3)
"""From one run to the next: longer than a claim is valid, so that the next run may take what a killed one had claimed."""
POINTS = ("claim", "push", "left", "noted", "hand_over", "answer", "record", "commit", "any")
"""Where a run is killed. In this order: before rows are claimed, before a message is sent, when its last byte has left,
when that is noted in the file, before that is stored, when the answer is there, before that is stored, at a commit.
"any" is any moment after the first message."""
ENDS = {"sent", "presumed", "missed", "dead"}
SPARED = 0.5
"""The share of kills after which the next run is not killed."""
RECENT = 8
"""Runs after which a reminder that was due has been sent or is too late."""
LAST = 3
"""Runs at the end that are not killed."""


@dataclass
class Terms:
    """The terms of a round.

    ``people`` are due in each run. ``round_trip`` is the time to Telegram and back in seconds. ``refused`` is the share
    of messages that Telegram answers with 502.
    """

    kills: int
    in_flight: int = 4
    people: int = 8
    round_trip: float = 0.0
    kinds: tuple[str, ...] = ("water", "stretch")
    refused: float = 0.01

    @property
    def most_microseconds(self) -> int:
        """About how long one run delivers, in microseconds."""
        return int(1e6 * -(-self.people // self.in_flight) * (self.round_trip + 0.01))


@dataclass
class Tally:
    """What happened, by the point of the kill: kills, reminders that arrived twice, and the final states."""

    kills: Counter[str] = field(default_factory=Counter)
    twice: Counter[str] = field(default_factory=Counter)
    ends: Counter[tuple[str, str]] = field(default_factory=Counter)
    most_in_a_kill: int = 0
    reminders: int = 0
    faults: tuple[str, ...] = ()

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.kills + other.kills,
            self.twice + other.twice,
            self.ends + other.ends,
            max(self.most_in_a_kill, other.most_in_a_kill),
            self.reminders + other.reminders,
            self.faults + other.faults,
        )

    def mean(self, *points: str) -> float:
        """Return how many reminders arrive twice in a kill at one of these points, on average."""
        return sum(self.twice[point] for point in points) / max(sum(self.kills[point] for point in points), 1)

    def table(self) -> str:
        """Return a table with a line for each point."""
        states = sorted({state for _, state in self.ends})
        lines = [f"{'killed at':<12}{'kills':>8}{'twice':>8}{'mean':>9}" + "".join(f"{state:>11}" for state in states)]
        for point in POINTS:
            row = f"{point:<12}{self.kills[point]:>8,}{self.twice[point]:>8,}{self.mean(point):>9.4f}"
            lines.append(row + "".join(f"{self.ends[point, state]:>11,}" for state in states))
        lines.append(f"{'all':<12}{self.kills.total():>8,}{self.twice.total():>8,}{self.mean(*POINTS):>9.4f}")
        return "\n".join(lines)


@dataclass
class Runs:
    """One run after another, the people of all runs, and where each run ended."""

    terms: Terms
    simulator: Simulator
    process: asyncio.subprocess.Process
    url: str
    people: list[Person]
    refused: Counter[int]
    ended: list[str] = field(default_factory=list)
    counts: Counter[int] = field(default_factory=Counter)
    first: dict[int, int] = field(default_factory=dict)
    twice: Counter[int] = field(default_factory=Counter)
    tally: Tally = field(default_factory=Tally)

    async def one(self, point: str = "none", number: int = 0) -> bool:
        """Do one run, when the people of the next minute are due. Return whether it was killed."""
        moment = START + len(self.ended) * BETWEEN_RUNS + timedelta(minutes=2)
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{point} {number} {moment.isoformat()}\n".encode())
        async with asyncio.timeout(PATIENCE_SECONDS):
            status = int(await self.process.stdout.readline())
        assert status in {0, -9, -14}, status
        await let_requests_arrive()
        await until(lambda: not self.simulator._bot_api._open)
        self._count(point if status else "none")
        return status != 0

    def _count(self, point: str) -> None:
        """Count what arrived in this run. A second copy is put down to the end of the run that sent the first."""
        counts, number, size = self.simulator.judge.counts, len(self.ended), self.terms.people
        for person in self.people[max(0, number - RECENT) * size : (number + 1) * size]:
            for copy in range(self.counts[person.id], counts[person.id]):
                self.first.setdefault(person.id, number)
                self.twice[self.first[person.id]] += copy == 1
            self.counts[person.id] = counts[person.id]
        self.tally.kills[point] += point != "none"
        self.ended.append(point)

    def _fault(self, what: str) -> None:
        self.tally.faults += (what,)

    async def judge(self) -> Tally:
        """Compare each row of the outbox with what arrived."""
        rows = await _rows(self.url)
        served = self.people[: len(self.ended) * self.terms.people]
        self.tally.reminders = len(served)
        if rows.keys() != {person.id for person in served}:
            self._fault("a reminder without a row, or with two")
        for number, person in enumerate(served):
            state, reason, attempts = rows.get(person.id, ("none", None, 0))
            self.tally.ends[self.ended[number // self.terms.people], state] += 1
            if wrong := self._wrong(
                self.simulator.judge.counts[person.id], state, reason, attempts, self.refused[person.id]
            ):
                self._fault(f"{person.id}: {wrong}: {state} ({reason}) after {attempts} attempts")
        for number, point in enumerate(self.ended):
            self.tally.twice[point] += self.twice[number]
            if self.twice[number] > (self.terms.in_flight if point != "none" else 0):
                self._fault(f"{self.twice[number]} of run {number}, killed at {point}, arrived twice")
        self.tally.most_in_a_kill = max(self.twice.values(), default=0)
        return self.tally

    def _wrong(self, copies: int, state: str, reason: str | None, attempts: int, refused: int) -> str:
        wrong = {
            "arrived three times": copies > 2,
            "has no final state": state not in ENDS,
            "was sent without an attempt": copies + refused > attempts,
            "was lost": state == "sent" and not copies,
            "is presumed sent, but nothing refused it": state == "presumed" and not copies and not refused,
            "has no reason": state in {"dead", "missed"} and not reason,
            "was given up too early": state == "dead" and attempts < 2,
        }
        return ", ".join(name for name, is_so in wrong.items() if is_so)


async def _rows(url: str) -> dict[int, tuple[str, str | None, int]]:
    def read(connection: Connection) -> list[Any]:
        if connection.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        return list(connection.execute(select(tables.outbox)).all())

    async with Store.open(url) as store:
        rows = await store.read(read)
    by_chat = {row.chat_id: (row.state, row.reason, row.attempts) for row in rows}
    return by_chat if len(by_chat) == len(rows) else {}


def _store_schedules(connection: Connection, people: list[Person], terms: Terms) -> None:
    """Give everybody one reminder a week, in Iceland, where clocks never change. The people of a run share one minute."""
    chats = [{"chat_id": one.id, "zone": "Atlantic/Reykjavik", "quiet_from": 0, "quiet_until": 0} for one in people]
    schedules = []
    for number, one in enumerate(people):
        due = START + number // terms.people * BETWEEN_RUNS
        slot, kind = due.hour * 60 + due.minute, terms.kinds[number % len(terms.kinds)]
        settings = {"times": str(slot), "days": str(due.isoweekday()), "silent": False, "active": True, "version": 1}
        following = {"next_at": due, "next_date": due.date(), "next_slot": slot, "consented_at": START}
        schedules.append({"chat_id": one.id, "kind": kind, **settings, **following})
    connection.execute(insert(tables.person), chats)
    connection.execute(insert(tables.schedule), schedules)


@asynccontextmanager
async def running(url: str, runs: int, terms: Terms) -> AsyncIterator[Runs]:
    """Prepare up to ``runs`` runs on the empty database at ``url``."""
    refused: Counter[int] = Counter()
    random = Random(7)

    def refuses(request: Request) -> bool:
        if request.method != "sendmessage" or random.random() >= terms.refused:
            return False
        refused[request.chat] += 1
        return True

    async with running_bot.telegram(keep=None, round_trip=terms.round_trip) as simulator:
        simulator.faults.add(Fault(status=502, when=refuses, times=None))
        people = [simulator.add_person(started=True) for _ in range(runs * terms.people)]
        async with Store.open(url) as store:
            await store.write(partial(_store_schedules, people=people, terms=terms))
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.campaigns.kills.process", simulator.token, simulator.url, _plain(url), str(terms.in_flight)),
            cwd=config.ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            yield Runs(terms, simulator, process, url, people, refused)
        finally:
            process.kill()
            await process.communicate()


def _plain(url: str) -> str:
    """Return the address as an operator writes it, without the driver."""
    driver, _, address = url.partition("://")
    return f"{driver.partition('+')[0]}://{address}"


def random_kill(random: Random, terms: Terms) -> tuple[str, int]:
    """Return a point, and at which call of it to kill, or after how many microseconds."""
    point = random.choice(POINTS) if random.random() < 0.5 else "any"
    if point == "any":
        return point, random.randint(1, terms.most_microseconds)
    return point, random.randint(1, terms.people if point in {"push", "left", "noted", "answer"} else 4)


async def killed(url: str, terms: Terms, seed: str) -> Tally:
    """Kill one run after another, then let the last ones finish. Return what happened."""
    random = Random(seed)
    async with running(url, 3 * terms.kills + LAST + 1, terms) as runs:
        while runs.tally.kills.total() < terms.kills and len(runs.ended) < 3 * terms.kills:
            if await runs.one(*random_kill(random, terms)) and random.random() < SPARED:
                await runs.one()
        runs.simulator.faults.clear()
        for _ in range(LAST):
            await runs.one()
        return await runs.judge()
