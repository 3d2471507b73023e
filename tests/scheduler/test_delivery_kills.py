"""A process that is killed while it delivers, a hundred times: nothing is lost, hardly anything comes twice."""

import asyncio
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot import config
from bot.store import Connection, Store
from simulator import Person, Simulator
from tests import fakes
from tests.scheduler.dying import IN_FLIGHT
from tests.scheduler.reminders import MUST_ARRIVE, SPREAD, wish

START = datetime(2026, 11, 1, 0, 0, tzinfo=timezone.utc)
APART = timedelta(minutes=5)
SEED = 20_261_101
TOGETHER = 8
"""People who want to be reminded at the same minute."""
KIND = ("water", "stretch", MUST_ARRIVE)
POINTS = {"claim": 3, "push": 8, "left": 8, "hand_over": 5, "answer": 8, "record": 5, "commit": 9}
"""Where a life ends, and how often it may come by there before."""
LONGEST_MICROSECONDS = 120_000
KILLS = 100
A_WRITE = 50
"""So many wishes are stored at once."""
ENDS = {"sent", "presumed", "missed", "dead", "cancelled"}
Killed = tuple[str, int]


@dataclass
class Lives:
    """One process after another on the same database; each serves people of its own, and what the last one left."""

    simulator: Simulator
    process: asyncio.subprocess.Process
    database: Path
    people: list[Person]
    number: int = 0
    ends: Counter[str] = field(default_factory=Counter)

    async def one(self, point: str = "none", number: int = 0) -> bool:
        """One life, after the people of the next minute are due; whether it was killed."""
        moment = START + self.number * APART + SPREAD
        self.number += 1
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{point} {number} {moment.isoformat()}\n".encode())
        async with asyncio.timeout(fakes.PATIENCE_SECONDS):
            status = int(await self.process.stdout.readline())
        assert status in {0, -9}
        self.ends[point] += status == -9
        return status == -9

    def served(self) -> list[Person]:
        """Everybody who was due in a life so far."""
        return self.people[: self.number * TOGETHER]

    def rows(self) -> dict[int, Any]:
        """State, reason and attempts of everybody's reminder."""
        with closing(sqlite3.connect(self.database)) as connection:
            found = connection.execute("SELECT chat_id, state, reason, attempts FROM outbox").fetchall()
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert len(found) == len({each[0] for each in found}), "each occurrence has one row"
        return {chat: (state, reason, attempts) for chat, state, reason, attempts in found}

    def copies(self) -> Counter[int]:
        """How many reminders everybody received, and who received so many."""
        return Counter({each.id: self.simulator.judge.counts[each.id] for each in self.served()})


@asynccontextmanager
async def living(folder: Path, lives: int) -> AsyncIterator[Lives]:
    """Lives for people who all want one reminder, so many of them in each life."""
    database = folder / "charley.db"
    async with fakes.telegram(keep=None) as simulator:
        people = [simulator.add_person(started=True) for _ in range(lives * TOGETHER)]
        async with Store.open(f"sqlite+aiosqlite:///{database}") as store:
            numbered = list(enumerate(people))
            for start in range(0, len(people), A_WRITE):
                await store.write(partial(_wishes, people=numbered[start : start + A_WRITE]))
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.scheduler.dying", simulator.token, simulator.url, f"sqlite:///{database}"),
            cwd=config.ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            yield Lives(simulator, process, database, people)
        finally:
            process.kill()
            await process.communicate()


def _wishes(connection: Connection, people: list[tuple[int, Person]]) -> None:
    for number, person in people:
        due = START + number // TOGETHER * APART
        wish(connection, person.id, KIND[number % len(KIND)], due, due - APART)


def some_end(random: Random) -> Killed:
    """A point, named or any."""
    if random.random() < 0.25:
        return "any", random.randint(1, LONGEST_MICROSECONDS)
    point = random.choice(sorted(POINTS))
    return point, random.randint(1, POINTS[point])


async def test_a_life_that_is_not_killed_serves_everybody_once(tmp_path: Path) -> None:
    async with living(tmp_path, 1) as lives:
        assert not await lives.one()
        assert set(lives.copies().values()) == {1}
        assert set(lives.rows().values()) == {("sent", None, 1)}


async def test_nothing_is_lost_in_a_hundred_kills(tmp_path: Path) -> None:
    """Each kill is followed by a life that goes on where it ended."""
    random = Random(SEED)
    async with living(tmp_path, 3 * KILLS) as lives:
        while lives.ends.total() < KILLS:
            before = lives.copies()
            killed = await lives.one(*some_end(random))
            if killed:
                assert not await lives.one()
            twice = [chat for chat, number in lives.copies().items() if number > 1 and before[chat] < 2]
            assert len(twice) <= (IN_FLIGHT if killed else 0)
        copies, rows = lives.copies(), lives.rows()
        assert set(copies.values()) <= {1, 2}, "nobody is forgotten, and nobody is reminded three times"
        assert rows.keys() == copies.keys()
        assert {state for state, _, _ in rows.values()} <= {"sent", "presumed"}
        assert all(lives.ends[point] for point in (*POINTS, "any")), "every point was struck"


async def test_kills_without_end_remind_nobody_three_times(tmp_path: Path) -> None:
    """Whoever is killed at once is killed again: then some are given up, which is told."""
    random = Random(SEED)
    async with living(tmp_path, 40) as lives:
        for _ in range(36):
            await lives.one(*some_end(random))
        while lives.number < 40:
            assert not await lives.one()
        copies, rows = lives.copies(), lives.rows()
        assert max(copies.values()) <= 2
        assert rows.keys() == copies.keys()
        assert {state for state, _, _ in rows.values()} <= ENDS
        for chat, number in copies.items():
            state, reason, attempts = rows[chat]
            assert number <= attempts <= 2
            assert number or (state in {"dead", "missed"} and reason), "what did not arrive is told, with the reason"


@pytest.mark.parametrize("point", sorted(POINTS))
async def test_each_point_alone(tmp_path: Path, point: str) -> None:
    async with living(tmp_path, 2) as lives:
        assert await lives.one(point, 2)
        assert not await lives.one()
        copies, rows = lives.copies(), lives.rows()
        assert set(copies.values()) <= {1, 2}
        assert sum(copies.values()) - len(copies) <= IN_FLIGHT
        assert {state for state, _, _ in rows.values()} <= {"sent", "presumed"}
