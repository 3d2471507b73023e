"""One active process and standbys on one PostgreSQL, thousands of reminders due in one second, and trouble meanwhile.

Whichever process is active is killed, frozen or stopped, PostgreSQL falls as if the power had gone, and Telegram says
"too many requests". A supervisor starts every process that has ended again. Some people send /cramp all the time, and
the database is backed up all the time.
"""

import asyncio
import os
import re
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import func, insert, select, update

from bot.errors import LeaseLostError, StoreError
from bot.store import Connection, Store, bot_state
from bot.store.tables import OPEN_OUTBOX, outbox, person, schedule
from scheduler.housekeeping import ZONE_RULES_KEY, rules_version
from simulator import Person
from tests.campaigns.storm.backups import Backups, backing_up
from tests.campaigns.storm.evidence import Evidence, Row, wrong
from tests.campaigns.storm.tally import Tally, Terms
from tests.support import running_bot
from tests.support.bot_process import Installation, Process
from tests.support.key_files import private_key
from tests.support.postgresql import Server
from tests.support.waiting import PATIENCE_SECONDS, pause

AHEAD = timedelta(seconds=1)
"""How long it takes, as a guess, to store a part of the schedules."""
LONGEST_SECONDS = 840.0
"""Everything must be over before a reminder is too late, which is after 15 minutes."""
WORK_SECONDS = 0.3, 1.5
"""How long the active process works before the next trouble."""
CRAMP_SECONDS = 1.0
"""The interval between two calls for relief."""
LOOK_SECONDS = 0.05
NICE = 5
"""The processes run after the simulator, whose clock must say when a message arrived, and not when it was read."""
NEVER = datetime(2100, 1, 1, tzinfo=timezone.utc)
BULK = 500
BECAME_ACTIVE = re.compile(r"This process is active \(term (\d+)\)")


@dataclass
class Supervised:
    """A process that is started again whenever it ends."""

    installation: Installation
    process: Process | None = None
    is_frozen: bool = False
    statuses: list[int] = field(default_factory=list)
    log_start: int = 0

    async def run(self) -> None:
        """Keep the process running until cancelled."""
        while True:
            self.log_start = len(self.log)
            self.process = await self.installation.start()
            os.setpriority(os.PRIO_PROCESS, self.process.pid, NICE)
            self.statuses.append(await self.process.wait())

    def send(self, number: signal.Signals) -> None:
        assert self.process
        with suppress(ProcessLookupError):
            self.process.send_signal(number)

    @property
    def log(self) -> str:
        """Return everything that its processes have logged."""
        file = self.installation.folder / "log"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    @property
    def term(self) -> int:
        """Return the newest term in which it was active."""
        terms = BECAME_ACTIVE.findall(self.log)
        return int(terms[-1]) if terms else 0

    @property
    def stands_by(self) -> bool:
        """Return whether it is ready to take over."""
        log = self.log[self.log_start :]
        return not self.is_frozen and "Standing by" in log and not BECAME_ACTIVE.search(log)


@dataclass
class Storm:
    """One round, on an empty database."""

    terms: Terms
    server: Server
    store: Store
    evidence: Evidence
    processes: list[Supervised]
    people: list[Person]
    callers: list[Person]
    random: Random
    backups: Backups | None
    due: datetime = NEVER
    due_at: float = 0.0
    """``due`` in monotonic seconds."""

    tally: Tally = field(init=False)
    thawing: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.tally = Tally(self.terms)

    async def run(self) -> Tally:
        """Run until every reminder has ended."""
        await self._active_after(0)
        await self._soon_due()
        begun = asyncio.get_running_loop().time()
        watching = asyncio.create_task(self.evidence.watch())
        calling = asyncio.create_task(self._call_for_relief())
        async with asyncio.timeout(LONGEST_SECONDS):
            await self._make_trouble()
            await asyncio.gather(*self.thawing)
            await self._until_over()
            calling.cancel()
            await self._until_relieved()
        watching.cancel()
        self.tally.seconds = asyncio.get_running_loop().time() - begun
        return await self._judged()

    async def _active_after(self, term: int) -> Supervised:
        """Return the process that has become active in a later term, as soon as there is one."""
        while True:
            newest = max(self.processes, key=lambda supervised: supervised.term)
            if newest.term > term:
                return newest
            await pause(LOOK_SECONDS)

    async def _soon_due(self) -> None:
        """Make all reminders due in one second, once that is stored."""
        chats = [person.id for person in self.people]
        parts = range(0, len(chats), BULK)
        self.due = datetime.now(timezone.utc).replace(microsecond=0) + (1 + len(parts)) * AHEAD
        for start in parts:
            await self.store.write(partial(_due, chats=chats[start : start + BULK], when=self.due))
        seconds = (self.due - datetime.now(timezone.utc)).total_seconds()
        self.due_at = time.monotonic() + seconds
        await pause(seconds)

    async def _make_trouble(self) -> None:
        terms = self.terms
        trouble = [
            *[self._kill] * terms.kills,
            *[self._freeze] * terms.freezes,
            *[self._stop] * terms.stops,
            *[self._restart] * terms.restarts,
            *[self._limit] * terms.storms,
        ]
        self.random.shuffle(trouble)
        for strike in trouble:
            active = await self._active_after(self.tally.term)
            self.tally.term = active.term - 1  # it may stay active
            await pause(self.random.uniform(*WORK_SECONDS))
            while not any(supervised.stands_by for supervised in self.processes):
                await pause(LOOK_SECONDS)
            await strike(active)

    async def _kill(self, active: Supervised) -> None:
        self.tally.kills += 1
        await self._taken_over(active, signal.SIGKILL, self.tally.after_kill)

    async def _stop(self, active: Supervised) -> None:
        self.tally.stops += 1
        await self._taken_over(active, signal.SIGTERM, self.tally.after_stop)

    async def _taken_over(self, active: Supervised, number: signal.Signals, seconds: list[float]) -> None:
        term, loop = active.term, asyncio.get_running_loop()
        began = loop.time()
        active.send(number)
        await self._active_after(term)
        seconds.append(loop.time() - began)
        self.tally.term = term

    async def _freeze(self, active: Supervised) -> None:
        """Freeze the process, mostly for some seconds. If that is longer than the lease, another process takes over."""
        while sum(supervised.is_frozen for supervised in self.processes) >= len(self.processes) - 2:
            await pause(LOOK_SECONDS)
        seconds, term = self.terms.longest_freeze ** self.random.random(), active.term
        active.is_frozen = True
        active.send(signal.SIGSTOP)
        self.thawing.add(task := asyncio.create_task(self._thaw(active, seconds)))
        self.tally.freezes += 1
        if seconds > self.terms.lease:
            self.tally.long += 1
            await self._active_after(term)
            self.tally.term = term
        else:
            await task

    async def _thaw(self, frozen: Supervised, seconds: float) -> None:
        await pause(seconds)
        frozen.send(signal.SIGCONT)
        frozen.is_frozen = False

    async def _restart(self, _: Supervised) -> None:
        """Stop PostgreSQL as if the power had gone, and start it again."""
        await asyncio.to_thread(self.server.stop)
        await asyncio.to_thread(self.server.start)
        self.tally.restarts += 1

    async def _limit(self, _: Supervised) -> None:
        """Let Telegram answer "too many requests" to every request for some seconds."""
        seconds = self.random.randint(2, 5)
        fault = self.evidence.begin_storm(seconds)
        await pause(seconds)
        self.evidence.end_storm(fault)
        await pause(seconds)  # a process that knows of the pause lives at least until its end

    async def _call_for_relief(self) -> None:
        while True:
            caller = self.random.choice(self.callers)
            self.evidence.simulator.phone.say(caller, "/cramp")
            self.tally.calls += 1
            await pause(CRAMP_SECONDS)

    async def _until_over(self) -> None:
        numbers = None
        while numbers != (0, 0):
            with suppress(StoreError):
                numbers = await self.store.read(_open)
            await pause(0.2)

    async def _until_relieved(self) -> None:
        """Wait until every call for relief is answered; if one is lost, this does not end in time."""
        judge, callers = self.evidence.simulator.judge, [caller.id for caller in self.callers]
        while sum(judge.counts[caller] for caller in callers) < self.tally.calls:
            await pause(0.2)

    async def _judged(self) -> Tally:
        rows = await self.store.read(_rows)
        refused, counts, tally = self.evidence.refusals(), self.evidence.simulator.judge.counts, self.tally
        for reminded in self.people:
            if fault := wrong(counts[reminded.id], refused[reminded.id], rows.get(reminded.id)):
                tally.faults.append(f"{reminded.id} {fault}")
        tally.sent = sum(counts[reminded.id] > 0 for reminded in self.people)
        tally.twice = sum(counts[reminded.id] > 1 for reminded in self.people)
        states = [state for state, _, _ in rows.values()]
        tally.ends = {state: states.count(state) for state in sorted(set(states))}
        tally.storms, tally.refused = self.evidence.storms, refused.total()
        tally.most_in_a_second, tally.stall = self.evidence.most_in_a_second()
        tally.lateness = sorted(at - self.due_at for at in self.evidence.accepted().values())
        if self.backups:
            tally.copies = len(self.backups.copies)
            tally.faults += await self.backups.wrong(len(self.people), [self.due, NEVER])
        tally.in_chat_pause = self.evidence.in_a_pause_of_its_chat()
        tally.in_bot_pause = self.evidence.in_a_pause_of_the_bot()
        return tally


def _open(connection: Connection) -> tuple[int, int]:
    waiting = select(func.count()).select_from(outbox).where(OPEN_OUTBOX, outbox.c.kind == "water")
    unplanned = select(func.count()).select_from(schedule).where(schedule.c.next_at <= datetime.now(timezone.utc))
    return connection.execute(waiting).scalar_one(), connection.execute(unplanned).scalar_one()


def _rows(connection: Connection) -> dict[int, Row]:
    rows = connection.execute(select(outbox).where(outbox.c.kind == "water")).all()
    by_chat: dict[int, Row] = {row.chat_id: (row.state, row.reason, row.attempts) for row in rows}
    assert len(by_chat) == len(rows), "a reminder has two rows"
    return by_chat


def store_wishes(connection: Connection, people: list[Person], when: datetime) -> None:
    """Give everybody a reminder at that moment, in Iceland, where the clocks never change."""
    zone = {"zone": "Atlantic/Reykjavik", "quiet_from": 0, "quiet_until": 0}
    wish = {"kind": "water", "days": "1234567", "silent": False, "active": True, "version": 1, "consented_at": when}
    connection.execute(insert(person), [{"chat_id": wisher.id, **zone} for wisher in people])
    connection.execute(insert(schedule), [{"chat_id": wisher.id, **wish, **_at(when)} for wisher in people])


def _due(connection: Connection, chats: list[int], when: datetime) -> None:
    connection.execute(update(schedule).where(schedule.c.chat_id.in_(chats)).values(**_at(when)))


def _at(when: datetime) -> dict[str, Any]:
    slot = when.hour * 60 + when.minute
    return {"times": str(slot), "next_at": when, "next_date": when.date(), "next_slot": slot}


@asynccontextmanager
async def storming(terms: Terms, server: Server, folder: Path) -> AsyncIterator[Storm]:
    """Run the processes during the block, after which each must end with status 0 and without a traceback."""
    url = server.new_database()
    settings = {"DATABASE_URL": url.replace("+asyncpg", ""), "PORT": "0", "PAID_BROADCASTS": "yes"}
    settings["DATA_KEY_FILE"] = str(private_key(folder / "data_key"))
    settings["MESSAGES_PER_SECOND"] = str(terms.rate)
    async with running_bot.telegram(keep=None, checks=False) as simulator, Store.open(url) as store:
        people = [simulator.add_person(started=True) for _ in range(terms.due)]
        callers = [simulator.add_person(started=True) for _ in range(terms.callers)]
        simulator.updates.clear()
        for start in range(0, len(people), BULK):
            await store.write(partial(store_wishes, people=people[start : start + BULK], when=NEVER))
        known = partial(bot_state.put, key=ZONE_RULES_KEY, value=rules_version())
        await store.write(known)  # otherwise the first process would compute all times again, when everybody is due
        processes = [
            Supervised(Installation(simulator, folder / str(number), tuple(settings.items()), terms.program))
            for number in range(terms.replicas)
        ]
        for supervised in processes:
            supervised.installation.folder.mkdir(parents=True)
        supervising = [asyncio.create_task(supervised.run()) for supervised in processes]
        stack = AsyncExitStack()
        backups = await stack.enter_async_context(backing_up(server, url, folder)) if terms.backups else None
        storm = Storm(
            terms, server, store, Evidence(simulator), processes, people, callers, Random(terms.seed), backups
        )
        try:
            async with stack:
                yield storm
            await _end(storm, supervising)
        finally:
            await _cancel(supervising)
            for supervised in processes:
                if supervised.process and supervised.process.returncode is None:
                    supervised.process.kill()
                    await supervised.process.wait()


async def _end(storm: Storm, supervising: list[asyncio.Task[None]]) -> None:
    await _cancel(supervising)
    for supervised in storm.processes:
        supervised.send(signal.SIGTERM)
    for supervised in storm.processes:
        assert supervised.process
        async with asyncio.timeout(PATIENCE_SECONDS):
            supervised.statuses.append(await supervised.process.wait())
        # A process that starts while PostgreSQL is down ends with 3, and one that is stopped before Python is ready with
        # the signal; their supervisor starts them again.
        expected = {0, -signal.SIGKILL, -signal.SIGTERM, StoreError.status, LeaseLostError.status}
        unexpected = set(supervised.statuses) - expected
        if unexpected:
            storm.tally.faults.append(f"a process ended with {sorted(unexpected)}")
        _, traceback, rest = supervised.installation.output().partition("Traceback")
        if traceback:
            storm.tally.faults.append(traceback + rest[:4000])


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
