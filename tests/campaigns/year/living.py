"""The simulation: one bot serves people for some days, things fail, and every message is judged."""

import hashlib
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from bot.store import Connection, outbox
from tests.campaigns.year.people import Life
from tests.support.offline_bot import OfflineBot, Push, offline_bot, synchronous_store
from tests.support.reference_model import DAY
from tests.support.reminders import MUST_ARRIVE

START = datetime(2026, 3, 1, tzinfo=timezone.utc)
QUARTER, AFTER = timedelta(minutes=15), timedelta(seconds=1)
"""People choose times at quarters of an hour, so one tick just after each quarter is enough."""
RATE, KEPT, A_BATCH = 25, 2 * DAY, 5000
TROUBLE = ("down", "no connection", "502", "no answer", "429", "clock")
UNSURE = {"502", "no answer", "dies noted"}
DEATHS = ("dies before", "dies unnoted", "dies noted")


@dataclass
class Report:
    """The final states of all reminders, how many arrived twice, what was wrong, and a digest of every message."""

    ends: Counter[str] = field(default_factory=Counter)
    twice: int = 0
    crashes: int = 0
    faults: tuple[str, ...] = ()
    digest: str = ""

    def __add__(self, other: "Report") -> "Report":
        digest = hashlib.sha256((self.digest + other.digest).encode()).hexdigest()
        twice, crashes = self.twice + other.twice, self.crashes + other.crashes
        return Report(self.ends + other.ends, twice, crashes, self.faults + other.faults, digest)


@dataclass
class Trouble:
    """A fault that lasts until a moment. ``skew`` is the error of the system clock."""

    kind: str = ""
    until: datetime = START
    skew: timedelta = timedelta()


class Year:
    """The people of one bot, and the judge of what it sends."""

    def __init__(self, stage: OfflineBot, database: sqlite3.Connection, seed: str, number: int) -> None:
        self.stage = stage
        self.database = database
        self.random = Random(seed)
        self.lives = {1_000_001 + index: Life(1_000_001 + index, Random(f"{seed} {index}")) for index in range(number)}
        self.report = Report()
        self.trouble = Trouble()
        self.next_trouble = START + DAY
        self.fates: defaultdict[int, list[str]] = defaultdict(list)
        self.digest = hashlib.sha256()
        self.seconds: list[float] = []
        self.latest = START
        self.reconciled = START
        stage.telegram.decide = self.decide

    # Faults

    def decide(self, chat: int) -> str:
        """Return the fate of the next message to a chat."""
        if self.trouble.kind in {"no connection", "502", "no answer", "429"}:
            return self.trouble.kind
        if self.lives[chat].gone:
            return "403"
        dice = self.random.random()
        if dice < 0.002:
            return self.random.choice(DEATHS)
        return self.random.choice(("502", "no answer", "429", "no connection")) if dice < 0.006 else "taken"

    def change_trouble(self, now: datetime) -> None:
        """End a fault whose time is over, and begin a new one about every five days."""
        if self.trouble.kind and now >= self.trouble.until:
            self.trouble = Trouble()
        if now >= self.next_trouble:
            kind = self.random.choice(TROUBLE)
            skew = timedelta(seconds=self.random.choice((-5400, -200, 200, 5400))) if kind == "clock" else timedelta()
            self.trouble = Trouble(kind, now + timedelta(hours=self.random.choice((0.2, 1.0, 8.0))), skew)
            self.next_trouble = now + self.random.expovariate(0.2) * DAY

    # Time

    async def live(self, days: int) -> None:
        """Simulate the days, one tick at a time."""
        await self.do([(life, "begin") for life in self.lives.values()])
        for life in self.lives.values():
            life.plan_next(START)
        for number in range(days * 96):
            await self.tick(START + number * QUARTER + AFTER)
            if number % 96 == 95:
                await self.end_day(START + number * QUARTER)
        self.report.digest = self.digest.hexdigest()

    async def tick(self, now: datetime) -> None:
        """Let people act, the bot send, and people answer."""
        self.change_trouble(now)
        self.stage.telegram.is_down = self.trouble.kind in {"no connection", "502"}
        self.stage.clock.pass_by(max(now + self.trouble.skew - self.stage.clock.now, timedelta()))
        self.stage.clock.now = now + self.trouble.skew
        self.latest = max(self.latest, self.stage.clock.now)
        acting = [life for life in self.lives.values() if life.next_at <= now]
        await self.do([(life, life.next_deed) for life in acting])
        for life in acting:
            life.after(life.next_deed, now)
        if self.trouble.kind != "down":
            while not await self.stage.tick():
                self.report.crashes += 1
                for (number,) in self.database.execute("SELECT id FROM outbox WHERE state IN ('claimed', 'handed')"):
                    self.fates[number].append("dies claimed")
                self.stage.clock.pass_by(timedelta(seconds=1))  # a process takes a second to start
            await self.judge()

    async def do(self, deeds: list[tuple[Life, str]]) -> None:
        """Carry out the actions, in one transaction."""
        effects = [life.effect(self.stage.services, self.stage.clock.now, deed) for life, deed in deeds]

        def work(connection: Connection) -> None:
            for effect in effects:
                effect(connection)

        if effects:
            await self.stage.services.store.write(work)

    # The judge

    async def judge(self) -> None:
        """Judge every message that was sent, and let people answer."""
        pushes, self.stage.telegram.pushes = self.stage.telegram.pushes, []
        rows = self.rows(int(push.button.rpartition(":")[2]) for push in pushes if push.button.startswith("answer:"))
        answered = []
        for push in pushes:
            self.digest.update(f"{push.chat} {push.button} {push.at.isoformat()} {push.fate}\n".encode())
            number = int(push.button.rpartition(":")[2]) if push.button.startswith("answer:") else 0
            self.judge_message(push, rows.get(number))
            if push.arrived and number:
                answered.append((self.lives[push.chat], number))
        for push in pushes:
            self.lives[push.chat].wants.blocked |= push.fate == "403"
        self.pace(pushes)
        await self.answer(answered)

    async def answer(self, reminders: list[tuple[Life, int]]) -> None:
        now = self.stage.clock.now

        def work(connection: Connection) -> None:
            for life, number in reminders:
                life.answer(connection, number, now)

        if reminders:
            await self.stage.services.store.write(work)

    def rows(self, numbers: Iterable[int]) -> dict[int, Any]:
        """Return rows of the outbox by number, by plain SQL on the judge's own connection."""
        query = f"SELECT id, chat_id, kind, local_date, slot, due_at FROM outbox WHERE id IN ({','.join(map(str, numbers))})"
        return {row[0]: row for row in self.database.execute(query)}

    def judge_message(self, push: Push, row: Any) -> None:
        """Check that the person wants this message now, and has not received it before."""
        life = self.lives[push.chat]
        is_quiet = row is None and life.wants.is_quiet(push.at) and not push.button.startswith("remind:on:")
        if life.wants.blocked or is_quiet:
            self.fault(f"{push}: blocked, or in quiet hours")
        if row is None:
            self.ends_kind(life, push)
            return
        number, chat, kind, day, slot, due = row
        fates = self.fates[number]
        fates.append(push.fate)
        copies = sum(fate in {"taken", "no answer", "dies unnoted", "dies noted"} for fate in fates)
        repeatable = {"dies unnoted", *(UNSURE if kind == MUST_ARRIVE else ())}
        self.report.twice += copies == 2 and push.arrived
        key = (date.fromisoformat(day), slot) if day else None
        wrong = life.objection(kind, key, datetime.fromisoformat(due).replace(tzinfo=timezone.utc), push.at)
        if wrong or chat != push.chat or copies > 1 + bool(repeatable & set(fates)):
            self.fault(f"{push} of {row}: {wrong}, {fates}")

    def ends_kind(self, life: Life, push: Push) -> None:
        """After a week without an answer the bot turns a kind off. The person turns it on again a while later."""
        if push.button.startswith("remind:on:"):
            life.wants.kind(push.button.rpartition(":")[2]).on = False
            life.plan_next(self.stage.clock.now, "start", life.random.uniform(0.5, 9))

    def pace(self, pushes: list[Push]) -> None:
        self.seconds = [*self.seconds[-RATE:], *(push.seconds for push in pushes)]
        if any(later - one < 1 - 1e-6 for one, later in zip(self.seconds, self.seconds[RATE:], strict=False)):
            self.fault(f"more than {RATE} in a second")

    def fault(self, what: str) -> None:
        self.report.faults += (what,)
        if len(self.report.faults) > 20:
            raise AssertionError("\n".join(self.report.faults))

    # The end of a day

    async def end_day(self, now: datetime) -> None:
        """Check that every reminder until yesterday was planned. Count, explain and delete the rows that have ended."""
        until = min(now, self.latest) - DAY
        planned = self.planned(until - 2 * DAY)
        for life in self.lives.values():
            for kind in life.wants.kinds:
                missing = {
                    key
                    for key in life.wants.owed(kind, until, self.reconciled)
                    if (life.chat, kind, *key) not in planned
                }
                if missing:
                    self.fault(f"{life.chat} {kind} {sorted(missing)} was never planned")
        self.reconciled = until
        await self.forget(now - KEPT)

    def planned(self, since: datetime) -> set[tuple[Any, ...]]:
        kind = "CASE WHEN kind LIKE 'unanswered.%' THEN data ELSE kind END"
        query = f"SELECT chat_id, {kind}, local_date, slot FROM outbox WHERE local_date >= ?"
        query += " AND NOT (state = 'cancelled' AND reason = 'changed' AND attempts = 0)"  # such a row was planned and then withdrawn
        rows = self.database.execute(query, [str(since.date())])
        return {(chat, kind, date.fromisoformat(day), slot) for chat, kind, day, slot in rows}

    async def forget(self, before: datetime) -> None:
        query = "SELECT id, kind, state, reason FROM outbox WHERE ended_at < ? OR (ended_at IS NULL AND due_at < ?)"
        moment = str(before.replace(tzinfo=None)) + ".000000"
        for number, kind, state, reason in self.database.execute(query, [moment, moment]).fetchall():
            self.report.ends[f"{state}: {reason}" if reason else state] += 1
            if not _is_explained(state, self.fates.pop(number, []), is_reminder="." not in kind):
                self.fault(f"{number} {kind} ended as {state} ({reason}) without a cause")
        while await self.stage.services.store.write(
            lambda connection: outbox.delete_ended(connection, before, A_BATCH)
        ):
            pass


def _is_explained(state: str, fates: list[str], *, is_reminder: bool) -> bool:
    """Return whether the final state of a row agrees with what the judge saw."""
    arrived = {"taken", "no answer", "dies unnoted", "dies noted"} & set(fates)
    match state:
        case "sent":
            return bool(arrived) or not is_reminder
        case "presumed":
            return bool(UNSURE & set(fates)) or not is_reminder
        case "dead":
            return "403" in fates or sum(fate == "dies claimed" for fate in fates) > 1 or not is_reminder
        case "missed":
            return not arrived or bool({"dies unnoted", *UNSURE} & set(fates))  # it was to be sent again
        case "cancelled":
            return True
    return False


async def live(seed: str, number: int, days: int) -> Report:
    """Simulate a number of people for some days; return the report."""
    with TemporaryDirectory() as folder:
        async with offline_bot(Path(folder), START, RATE, synchronous_store, in_flight=64) as stage:
            database = sqlite3.connect(Path(folder) / "charley.db")
            try:
                year = Year(stage, database, seed, number)
                await year.live(days)
            finally:
                database.close()
    return year.report
