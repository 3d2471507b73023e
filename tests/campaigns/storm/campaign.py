"""Several processes on one PostgreSQL, many reminders in one second, and meanwhile: Telegram says "too many requests",
PostgreSQL falls as if the power had gone, and processes freeze and go on.
"""

import asyncio
import os
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import func, insert, select, update

from bot.errors import StoreError
from bot.store import Connection, Store, memory
from bot.store.tables import OPEN_OUTBOX, lease, outbox, person, schedule
from scheduler.housekeeping import ZONES, rules
from simulator import Judge, Person
from tests.campaigns.storm.evidence import Evidence, Row, wrong
from tests.campaigns.storm.tally import Tally, Terms
from tests.support import running_bot
from tests.support.bot_process import Installation, exit_status
from tests.support.postgresql import Server
from tests.support.waiting import pause

AHEAD = timedelta(seconds=1)
"""How long it takes to store when so many are due, as a guess."""
LONGEST_SECONDS = 840.0
"""All of it must be over before a reminder is too late, which is after 15 minutes."""
AWAKE = 2
"""So many processes at least are not frozen."""
NICE = 5
"""The processes go after the simulator, so that its clock tells when something arrived, and not when it was looked at."""
NEVER = datetime(2100, 1, 1, tzinfo=timezone.utc)
BULK = 500


@dataclass
class Storm:
    """One run of it, on an empty database."""

    terms: Terms
    server: Server
    store: Store
    evidence: Evidence
    processes: list[Process]
    people: list[Person]
    random: Random
    frozen: set[int] = field(default_factory=set)
    tally: Tally = field(init=False)

    def __post_init__(self) -> None:
        self.tally = Tally(self.terms)

    async def run(self) -> Tally:
        """All of it, until every reminder has ended."""
        await self._started()
        await self._soon_due()
        begun = asyncio.get_running_loop().time()
        async with asyncio.timeout(LONGEST_SECONDS):
            await asyncio.gather(self._restart_on(), self._freeze_on(), self._storm_on())
            await self._until(_is_over, _open)
        self.tally.seconds = asyncio.get_running_loop().time() - begun
        return await self._judged()

    async def _started(self) -> None:
        """Return when every process has shown that it is alive."""
        await self._until(lambda number: number >= len(self.processes), _alive)

    async def _soon_due(self) -> None:
        """All in the same second, once that is stored."""
        chats = [each.id for each in self.people]
        parts = range(0, len(chats), BULK)
        due = datetime.now(timezone.utc).replace(microsecond=0) + (1 + len(parts)) * AHEAD
        for start in parts:
            await self.store.write(partial(_due, chats=chats[start : start + BULK], when=due))

    async def _until(self, holds: Any, work: Any) -> None:
        found = None
        while found is None or not holds(found):
            with suppress(StoreError):
                found = await self.store.read(work)
            await pause(0.2)

    async def _restart_on(self) -> None:
        """PostgreSQL falls and comes back, again and again."""
        for _ in range(self.terms.restarts):
            await pause(self.random.uniform(0.4, 1.2) * self.terms.seconds / self.terms.restarts)
            await asyncio.to_thread(self.server.stop)
            await asyncio.to_thread(self.server.start)
            self.tally.restarts += 1

    async def _freeze_on(self) -> None:
        """Processes are frozen, several at a time: most for some seconds, some until others have taken over."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self.terms.freezes):
                await pause(self.random.uniform(0.5, 1.5) * self.terms.seconds / self.terms.freezes)
                while len(self.frozen) >= max(1, len(self.processes) - AWAKE):
                    await pause(0.05)
                number = self.random.choice([each for each in range(len(self.processes)) if each not in self.frozen])
                self.frozen.add(number)
                group.create_task(self._freeze(number, self.terms.longest_freeze ** self.random.random()))

    async def _freeze(self, number: int, seconds: float) -> None:
        self.processes[number].send_signal(signal.SIGSTOP)
        await pause(seconds)
        self.processes[number].send_signal(signal.SIGCONT)
        self.frozen.discard(number)
        self.tally.freezes += 1
        self.tally.long += seconds > self.terms.lease

    async def _storm_on(self) -> None:
        """Telegram says that it is too much, to everything that comes within some seconds."""
        for number in range(1, self.terms.storms + 1):
            some = self.terms.due * number // (self.terms.storms + 1)
            await self.evidence.simulator.judge.until(partial(_has_come, some), LONGEST_SECONDS)
            seconds = self.random.randint(2, 5)
            fault = self.evidence.begin_storm(seconds)
            await pause(seconds)
            self.evidence.end_storm(fault)

    async def _judged(self) -> Tally:
        rows = await self.store.read(_rows)
        refused, counts, tally = self.evidence.refusals(), self.evidence.simulator.judge.counts, self.tally
        for each in self.people:
            if what := wrong(counts[each.id], refused[each.id], rows.get(each.id)):
                tally.faults.append(f"{each.id} {what}")
        tally.sent = sum(counts[each.id] > 0 for each in self.people)
        tally.twice = sum(counts[each.id] > 1 for each in self.people)
        tally.ends = {
            state: sum(row[0] == state for row in rows.values()) for state in sorted({r[0] for r in rows.values()})
        }
        tally.storms, tally.refused = self.evidence.storms, refused.total()
        tally.most_in_a_second = self.evidence.most_in_a_second()
        tally.in_chat_pause = self.evidence.in_a_pause_of_its_chat()
        tally.in_bot_pause = self.evidence.in_a_pause_of_the_bot()
        return tally


def _has_come(some: int, judge: Judge) -> bool:
    return judge.total >= some


def _alive(connection: Connection) -> int:
    return connection.execute(
        select(func.count()).select_from(lease).where(lease.c.name.startswith("process:"))
    ).scalar_one()


def _open(connection: Connection) -> tuple[int, int]:
    waiting = select(func.count()).select_from(outbox).where(OPEN_OUTBOX)
    unplanned = select(func.count()).select_from(schedule).where(schedule.c.next_at <= datetime.now(timezone.utc))
    return connection.execute(waiting).scalar_one(), connection.execute(unplanned).scalar_one()


def _is_over(numbers: tuple[int, int]) -> bool:
    return numbers == (0, 0)


def _rows(connection: Connection) -> dict[int, Row]:
    rows = connection.execute(select(outbox)).all()
    found: dict[int, Row] = {each.chat_id: (each.state, each.reason, each.attempts) for each in rows}
    assert len(found) == len(rows), "a reminder has two rows"
    return found


def _wishes(connection: Connection, people: list[Person], when: datetime) -> None:
    """Everybody wants a reminder at that moment, in Iceland, where the clocks never change."""
    zone = {"zone": "Atlantic/Reykjavik", "quiet_from": 0, "quiet_until": 0}
    wish = {"kind": "water", "days": "1234567", "silent": False, "active": True, "version": 1, "consented_at": when}
    connection.execute(insert(person), [{"chat_id": each.id, **zone} for each in people])
    connection.execute(insert(schedule), [{"chat_id": each.id, **wish, **_at(when)} for each in people])


def _due(connection: Connection, chats: list[int], when: datetime) -> None:
    connection.execute(update(schedule).where(schedule.c.chat_id.in_(chats)).values(**_at(when)))


def _at(when: datetime) -> dict[str, Any]:
    slot = when.hour * 60 + when.minute
    return {"times": str(slot), "next_at": when, "next_date": when.date(), "next_slot": slot}


@asynccontextmanager
async def storming(terms: Terms, server: Server, folder: Path) -> AsyncIterator[Storm]:
    """The processes, until the end of the block, where each must end with status 0 and without a traceback."""
    url = server.new_database()
    settings = {"DATABASE_URL": url.replace("+asyncpg", ""), "PORT": "0", "PAID_BROADCASTS": "yes"}
    settings["MESSAGES_PER_SECOND"] = str(terms.rate)
    async with running_bot.telegram(keep=None, checks=False) as simulator, Store.open(url) as store:
        people = [simulator.add_person(started=True) for _ in range(terms.due)]
        for start in range(0, len(people), BULK):
            await store.write(partial(_wishes, people=people[start : start + BULK], when=NEVER))
        known = partial(memory.remember, key=ZONES, value=rules())
        await store.write(known)  # or every process would reckon anew, just when everybody is made due
        installations = [
            Installation(simulator, folder / str(number), tuple(settings.items()), terms.program)
            for number in range(terms.replicas)
        ]
        processes: list[Process] = []
        try:
            for installation in installations:
                installation.folder.mkdir()
                processes.append(await installation.start())
                os.setpriority(os.PRIO_PROCESS, processes[-1].pid, NICE)
            storm = Storm(terms, server, store, Evidence(simulator), processes, people, Random(terms.seed))
            yield storm
            await _end(storm, installations)
        finally:
            for each in processes:
                if each.returncode is None:
                    each.kill()
                    await each.wait()


async def _end(storm: Storm, installations: list[Installation]) -> None:
    for each in storm.processes:
        each.send_signal(signal.SIGTERM)
    for each, installation in zip(storm.processes, installations, strict=True):
        if await exit_status(each):
            storm.tally.faults.append(f"ended with {each.returncode}")
        if "Traceback" in installation.output():
            storm.tally.faults.append(installation.output()[-2000:])
