"""Lives of a process, one after another on the same database: each serves people of its own and what the last one left.

Telegram's list of who received what is the simulator's: the bot is not asked.
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
from bot.store import Connection, Store
from bot.store.tables import outbox, person, schedule
from simulator import Fault, Person, Request, Simulator
from tests.support import running_bot
from tests.support.waiting import PATIENCE_SECONDS, let_requests_arrive, until

START = datetime(2026, 11, 1, 0, 0, tzinfo=timezone.utc)
APART = timedelta(minutes=3)
"""From one life to the next: more than a lease, so that what the dead had claimed is free."""
POINTS = ("claim", "push", "left", "noted", "hand_over", "answer", "record", "commit", "any")
"""Where a life ends: before rows are claimed, before a message, when its last byte has left, when that is noted, when that
is stored, when the answer is there, before that is stored, at a commit, or at any moment after the first message."""
ENDS = {"sent", "presumed", "missed", "dead"}
LET_LIVE = 0.5
"""So many of those that follow a kill may go on; the others are killed in their turn."""
RECENT = 8
"""So many lives after it was due, a reminder has long been sent or is too late."""
LAST = 3
"""So many lives at the end are not killed."""


@dataclass
class Terms:
    """How it is: so many kills, messages in flight, people due in each life, seconds to Telegram and back, the kinds,
    and so many messages that are refused by a server that fails."""

    kills: int
    in_flight: int = 4
    people: int = 8
    round_trip: float = 0.0
    kinds: tuple[str, ...] = ("water", "stretch")
    refused: float = 0.01

    @property
    def most_microseconds(self) -> int:
        """About how long one life delivers."""
        return int(1e6 * -(-self.people // self.in_flight) * (self.round_trip + 0.01))


@dataclass
class Tally:
    """What came of it: kills, reminders that came twice and how many of the people due then ended how, by point."""

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
        """How many come twice in a kill at one of these points, on average."""
        return sum(self.twice[each] for each in points) / max(sum(self.kills[each] for each in points), 1)

    def table(self) -> str:
        """A line for each point."""
        states = sorted({state for _, state in self.ends})
        lines = [f"{'killed at':<12}{'kills':>8}{'twice':>8}{'mean':>9}" + "".join(f"{each:>11}" for each in states)]
        for point in POINTS:
            row = f"{point:<12}{self.kills[point]:>8,}{self.twice[point]:>8,}{self.mean(point):>9.4f}"
            lines.append(row + "".join(f"{self.ends[point, state]:>11,}" for state in states))
        lines.append(f"{'all':<12}{self.kills.total():>8,}{self.twice.total():>8,}{self.mean(*POINTS):>9.4f}")
        return "\n".join(lines)


@dataclass
class Lives:
    """One process after another; the people of all of them, and where each life ended."""

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
        """One life, after the people of the next minute are due; whether it was killed."""
        moment = START + len(self.ended) * APART + timedelta(minutes=2)
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
        """Who has got something in this life; a second copy is owed to the end of the life that sent the first."""
        counts, number, each = self.simulator.judge.counts, len(self.ended), self.terms.people
        for one in self.people[max(0, number - RECENT) * each : (number + 1) * each]:
            for copy in range(self.counts[one.id], counts[one.id]):
                self.first.setdefault(one.id, number)
                self.twice[self.first[one.id]] += copy == 1
            self.counts[one.id] = counts[one.id]
        self.tally.kills[point] += point != "none"
        self.ended.append(point)

    def _fault(self, what: str) -> None:
        self.tally.faults += (what,)

    async def judge(self) -> Tally:
        """Each row of the outbox beside the list of what arrived."""
        rows = await _rows(self.url)
        served = self.people[: len(self.ended) * self.terms.people]
        self.tally.reminders = len(served)
        if rows.keys() != {each.id for each in served}:
            self._fault("a reminder without a row, or with two")
        for number, each in enumerate(served):
            state, reason, attempts = rows.get(each.id, ("none", None, 0))
            self.tally.ends[self.ended[number // self.terms.people], state] += 1
            if wrong := self._wrong(
                self.simulator.judge.counts[each.id], state, reason, attempts, self.refused[each.id]
            ):
                self._fault(f"{each.id}: {wrong}: {state} ({reason}) after {attempts} attempts")
        for number, point in enumerate(self.ended):
            self.tally.twice[point] += self.twice[number]
            if self.twice[number] > (self.terms.in_flight if point != "none" else 0):
                self._fault(f"{self.twice[number]} of life {number}, killed at {point}, came twice")
        self.tally.most_in_a_kill = max(self.twice.values(), default=0)
        return self.tally

    def _wrong(self, copies: int, state: str, reason: str | None, attempts: int, refused: int) -> str:
        wrong = {
            "came three times": copies > 2,
            "is without an end": state not in ENDS,
            "was sent without an attempt": copies + refused > attempts,
            "was lost": state == "sent" and not copies,
            "is presumed, and nothing refused it": state == "presumed" and not copies and not refused,
            "has no reason": state in {"dead", "missed"} and not reason,
            "was given up too early": state == "dead" and attempts < 2,
        }
        return ", ".join(name for name, is_so in wrong.items() if is_so)


async def _rows(url: str) -> dict[int, tuple[str, str | None, int]]:
    def read(connection: Connection) -> list[Any]:
        if connection.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        return list(connection.execute(select(outbox)).all())

    async with Store.open(url) as store:
        found = await store.read(read)
    rows = {each.chat_id: (each.state, each.reason, each.attempts) for each in found}
    return rows if len(rows) == len(found) else {}


def _wishes(connection: Connection, people: list[Person], terms: Terms) -> None:
    """Everybody wants one reminder a week, in Iceland, where clocks never change; each life's people at one minute."""
    chats = [{"chat_id": each.id, "zone": "Atlantic/Reykjavik", "quiet_from": 0, "quiet_until": 0} for each in people]
    wishes = []
    for number, each in enumerate(people):
        due = START + number // terms.people * APART
        slot, kind = due.hour * 60 + due.minute, terms.kinds[number % len(terms.kinds)]
        wish = {"times": str(slot), "days": str(due.isoweekday()), "silent": False, "active": True, "version": 1}
        following = {"next_at": due, "next_date": due.date(), "next_slot": slot, "consented_at": START}
        wishes.append({"chat_id": each.id, "kind": kind, **wish, **following})
    connection.execute(insert(person), chats)
    connection.execute(insert(schedule), wishes)


@asynccontextmanager
async def living(url: str, lives: int, terms: Terms) -> AsyncIterator[Lives]:
    """Lives on an empty database (``<driver>://``) for people who all want one reminder, so many of them in each life."""
    refused: Counter[int] = Counter()
    random = Random(7)

    def refuses(request: Request) -> bool:
        if request.method != "sendmessage" or random.random() >= terms.refused:
            return False
        refused[request.chat] += 1
        return True

    async with running_bot.telegram(keep=None, round_trip=terms.round_trip) as simulator:
        simulator.faults.add(Fault(status=502, when=refuses, times=None))
        people = [simulator.add_person(started=True) for _ in range(lives * terms.people)]
        async with Store.open(url) as store:
            await store.write(partial(_wishes, people=people, terms=terms))
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.campaigns.kills.process", simulator.token, simulator.url, _plain(url), str(terms.in_flight)),
            cwd=config.ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            yield Lives(terms, simulator, process, url, people, refused)
        finally:
            process.kill()
            await process.communicate()


def _plain(url: str) -> str:
    """As an operator writes it."""
    driver, _, rest = url.partition("://")
    return f"{driver.partition('+')[0]}://{rest}"


def some_end(random: Random, terms: Terms) -> tuple[str, int]:
    """A point, and at which call of it, or after how many microseconds."""
    point = random.choice(POINTS) if random.random() < 0.5 else "any"
    if point == "any":
        return point, random.randint(1, terms.most_microseconds)
    return point, random.randint(1, terms.people if point in {"push", "left", "noted", "answer"} else 4)


async def killed(url: str, terms: Terms, seed: str) -> Tally:
    """So many kills, each in the life after the last; then some lives that are let live."""
    random = Random(seed)
    async with living(url, 3 * terms.kills + LAST + 1, terms) as lives:
        while lives.tally.kills.total() < terms.kills and len(lives.ended) < 3 * terms.kills:
            if await lives.one(*some_end(random, terms)) and random.random() < LET_LIVE:
                await lives.one()
        lives.simulator.faults.clear()
        for _ in range(LAST):
            await lives.one()
        return await lives.judge()
