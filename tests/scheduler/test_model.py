"""People change their minds and the bot dies, in any order. What arrives is what they wanted."""

import asyncio
import os
import sqlite3
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, closing
from datetime import date, datetime, time, timedelta, timezone
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bot.reminders.time_codes import encode
from bot.store import erasure
from scheduler import planning
from tests.support.offline_bot import FATES, OfflineBot, Push, offline_bot, synchronous_store
from tests.support.reference_model import DAY, LATE, NEVER, ZONE_CHANGE_GAP, Key, ModelPerson
from tests.support.reminders import MUST_ARRIVE

START = datetime(2026, 3, 26, 5, 0, tzinfo=timezone.utc)  # three days before Europe's clocks change
PEOPLE, RATE = (1001, 1002), 3
KINDS = ("water", "stretch", MUST_ARRIVE)
ZONES = ("Europe/Stockholm", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "America/Nuuk")
NEARLY_DUE, NEARLY = timedelta(minutes=2), st.integers(0, 240)
MINUTES = st.integers(0, 287).map(lambda number: 5 * number)
TAKEN_BACK = "state = 'cancelled' AND reason = 'changed' AND attempts = 0"
UNSURE = {"502", "no answer", "dies noted"}
EXAMPLES = int(os.environ.get("CHARLEY_EXAMPLES", "10"))
"""How many stories are told; a hundred times as many find what is rarer."""
people, kinds = st.sampled_from(PEOPLE), st.sampled_from(KINDS)
DEEDS = st.sampled_from(["subscribe", "add", "remove", "day", "sound", "rest", "move", "drink"])
ENDS = st.sampled_from(["pause", "stop", "stop one", "block", "erase"])
ANSWERS = ("done", "skip", "later:15", "later:60", "stop")


def stored(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


def moment(stored: str) -> datetime:
    return datetime.fromisoformat(stored).replace(tzinfo=timezone.utc)


def _as_object(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> SimpleNamespace:
    return SimpleNamespace(**{column[0]: value for column, value in zip(cursor.description, row, strict=True)})


class Reminding(RuleBasedStateMachine):
    """The bot next to a reference model of what everybody wants."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.open = AsyncExitStack()
        self.wishes = {chat: ModelPerson() for chat in PEOPLE}
        self.judged = 0
        self.latest = self.ticked = START
        self.fates: defaultdict[int, list[str]] = defaultdict(list)
        self.copies: Counter[int] = Counter()
        self.keys: dict[tuple[int, str, Key], int] = {}
        self.reminded: dict[int, list[int]] = {chat: [] for chat in PEOPLE}

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(work)

    @initialize()
    def begin(self) -> None:
        folder = Path(self.open.enter_context(tempfile.TemporaryDirectory()))
        self.stage: OfflineBot = self.run(
            self.open.enter_async_context(offline_bot(folder, START, RATE, synchronous_store))
        )
        self.database = self.open.enter_context(closing(sqlite3.connect(folder / "charley.db")))
        self.database.row_factory = _as_object
        columns = "SELECT t.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE c.name = 'chat_id'"
        self.of_people = [row.name for row in self.query(columns)]
        self.open.enter_context(patch.object(erasure, "erase", self.watched(erasure.erase)))
        for chat, zone in zip(PEOPLE, ZONES, strict=False):
            for kind in KINDS:
                self.subscribe(chat, kind, zone)

    def teardown(self) -> None:
        self.run(self.open.aclose())
        self.runner.close()

    # What people do

    @rule(deed=DEEDS, chat=people, kind=kinds, minute=MINUTES, other=MINUTES, zone=st.sampled_from(ZONES))
    def do(self, deed: str, chat: int, kind: str, minute: int, other: int, zone: str) -> None:
        """Change what somebody wants. Quiet hours begin some minutes after a reminder."""
        wanted = self.wishes[chat].kind(kind)
        match deed:
            case "subscribe":
                self.subscribe(chat, kind, zone)
            case "add" | "remove":
                self.retime(deed, chat, kind, minute)
            case "day":
                self.change(chat, f"days:flip:{kind}:{minute % 7 + 1}")
            case "sound":
                self.change(chat, f"kind:sound:{kind}")
            case "rest" if wanted.minutes:
                begin, end = (max(wanted.minutes) + 5 + minute % 10) % 1440, other + 2
                self.wishes[chat].quiet = begin, end
                self.change(chat, f"quiet:hours:{begin}:{end}")
            case "move":
                self.wishes[chat].zone = zone
                self.run(self.stage.press(chat, f"clock:move:{zone}"))
                self.changed(chat, is_new_clock=True)
            case "drink":
                self.drink(chat)

    @rule(deed=ENDS, chat=people, kind=kinds, minutes=st.integers(0, 9))
    def go(self, deed: str, chat: int, kind: str, minutes: int) -> None:
        """Let somebody turn reminders off, and perhaps on again some minutes later."""
        match deed:
            case "pause":
                self.pause(chat, 1 + minutes % 3)
            case "stop":
                self.run(self.stage.say(chat, "/stop"))
                self.off(chat)
            case "stop one":
                self.run(self.stage.press(chat, f"kind:off:{kind}"))
                self.off(chat, kind)
            case "block":
                self.run(self.stage.become(chat, "kicked", "member"))
                self.wishes[chat].blocked = True
                self.changed(chat)
            case "erase":
                self.run(self.stage.press(chat, "erasure:all"))

    @rule(chat=people)
    def come_back(self, chat: int) -> None:
        someone = self.wishes[chat]
        if someone.blocked:
            self.run(self.stage.become(chat, "member", "kicked"))
            someone.blocked = False
            self.off(chat)
        if someone.paused_until > self.now:
            self.run(self.stage.say(chat, "/resume"))
            someone.paused_until = NEVER
        rows = self.query("SELECT id, kind FROM schedule WHERE chat_id = :chat", chat=chat)
        self.run(self.stage.press(chat, "stop:undo:" + ".".join(str(row.id) for row in rows)))
        for row in rows:
            someone.kind(row.kind).on = self.is_on(chat, row.kind)
        self.changed(chat)

    def subscribe(self, chat: int, kind: str, zone: str) -> None:
        someone = self.wishes[chat]
        self.run(self.stage.press(chat, f"remind:may:{kind}" if kind == "water" else f"remind:on:{kind}"))
        if someone.zone is None:
            self.run(self.stage.press(chat, f"clock:zone:{zone}:{kind}"))
            someone.zone = zone
        if self.is_on(chat, kind):
            someone.kind(kind).on, someone.blocked = True, False
        self.changed(chat)

    def retime(self, deed: str, chat: int, kind: str, minute: int) -> None:
        wanted = self.wishes[chat].kind(kind)
        if not wanted.on:
            return
        before = wanted.minutes
        minute = minute if deed == "add" else min(before)
        wished = before | {minute} if deed == "add" else before - {minute}
        if wished:
            times = encode(time(*divmod(at, 60)) for at in sorted(wished))
            self.change(chat, f"times:set:{kind}:{times}")
        if deed == "add":
            assert wanted.minutes in (before, before | {minute})
        else:
            assert wanted.minutes == (before - {minute} or before)

    def change(self, chat: int, data: str) -> None:
        self.run(self.stage.press(chat, data))
        self.changed(chat)

    def pause(self, chat: int, days: int) -> None:
        days = {2: 7}.get(days, days)
        self.run(self.stage.press(chat, f"pause:for:{days}"))
        rows = self.query("SELECT paused_until FROM person WHERE chat_id = :chat", chat=chat)
        if self.wishes[chat].zone is None:
            return
        (row,) = rows
        until = moment(row.paused_until)
        assert abs(until - self.now - days * DAY) <= ZONE_CHANGE_GAP
        self.wishes[chat].paused_until = until
        self.changed(chat)

    @rule(chat=people, answer=st.sampled_from(ANSWERS), again=st.booleans())
    def answer(self, chat: int, answer: str, again: bool) -> None:
        """Answer a reminder. Telegram may deliver the press twice."""
        if not self.reminded[chat]:
            return
        number = self.reminded[chat][-1]
        known = self.row(number)
        what, _, minutes = answer.partition(":")
        self.run(self.stage.press(chat, f"answer:{what}:{number}" + f":{minutes}" * bool(minutes), 1 + again))
        if not known:
            assert not self.row(number), "an answer to what was erased"
            return
        (before,), (row,) = known, self.row(number)
        if what == "stop":
            self.off(chat, row.kind)
        elif row.answer != before.answer:
            self.answered(chat, row, what, int(minutes or 0))

    def answered(self, chat: int, row: Any, what: str, minutes: int) -> None:
        wanted = self.wishes[chat].kind(row.kind)
        if what == "later":
            wanted.snoozed.add(self.now + timedelta(minutes=minutes))
        elif what == "skip":
            self.wishes[chat].skip(row.kind, self.day_of(row))

    def day_of(self, row: Any) -> date:
        """Return the local date that a reminder belongs to: a snooze belongs to the date of the one that was put off."""
        before = (
            "SELECT local_date FROM outbox WHERE schedule_id = :id AND slot IS NOT NULL AND due_at <= :due"
            " ORDER BY local_date DESC LIMIT 1"
        )
        (put_off,) = self.query(before, id=row.schedule_id, due=row.due_at)
        return date.fromisoformat(row.local_date or put_off.local_date)

    def drink(self, chat: int) -> None:
        before = self.done(chat)
        self.run(self.stage.say(chat, "/water"))
        for key in self.done(chat) - before:
            assert self.wishes[chat].moment(key) - self.now <= ZONE_CHANGE_GAP
            self.wishes[chat].kind("water").spared.add(key)

    @rule(chat=people, fate=st.sampled_from(FATES))
    def erase_meanwhile(self, chat: int, fate: str) -> None:
        """Erase somebody while the next message to them is under way."""
        following = self.query(
            "SELECT min(next_at) AS due FROM schedule WHERE active AND chat_id = :chat AND next_at > :now",
            chat=chat,
            now=stored(self.now),
        )
        if due := following[0].due:
            self.pass_by(moment(due) - self.now)
        self.stage.telegram.fates.append(fate)
        self.stage.telegram.meanwhile[chat] = lambda: self.stage.press(chat, "erasure:all")
        self.tick()

    def watched(self, erase: Callable[..., Any]) -> Callable[..., Any]:
        """Judge what was begun before the change by the earlier wishes, and nothing after it."""

        def erased(connection: Any, chat_id: int, **options: Any) -> Any:
            self.note()
            person = erase(connection, chat_id, **options)
            self.wishes[chat_id] = ModelPerson()
            self.keys = {key: number for key, number in self.keys.items() if key[0] != chat_id}
            return person

        return erased

    @rule(back=st.integers(1, len(PEOPLE) + len(KINDS)))
    def repeat(self, back: int) -> None:
        """Deliver an earlier update of somebody again, which must change nothing."""
        before = self.everything()
        self.run(self.stage.repeat(self.stage.updates[-back]))
        assert self.everything() == before

    def everything(self) -> list[Any]:
        return [self.query(f"SELECT * FROM {table}") for table in self.of_people]

    # What happens

    @rule(hours=st.integers(1, 60), fates=st.lists(st.sampled_from(FATES), max_size=4), lag=st.integers(0, 40))
    def live(self, hours: int, fates: list[str], lag: int) -> None:
        """Let time pass tick by tick. The fates are the results of the messages sent meanwhile."""
        self.stage.telegram.fates.extend(fates)
        end = self.now + timedelta(hours=hours)
        while (due := self.next_due()) is not None and due <= end:
            self.pass_by(max(due - self.now, timedelta()) + timedelta(seconds=1 + lag))
            self.tick()
        self.pass_by(max(end - self.now, timedelta()))
        self.tick()

    @rule(minutes=st.integers(0, 16), fates=st.lists(st.sampled_from(FATES), max_size=2), ticks=st.booleans())
    def be_late(self, minutes: int, fates: list[str], ticks: bool) -> None:
        """Let time pass after the next reminder is due. People may act before it is sent."""
        if due := self.next_due():
            self.pass_by(max(due - self.now, timedelta()) + timedelta(minutes=minutes))
        if ticks:
            self.stage.telegram.fates.extend(fates)
            self.tick()

    @rule(deed=DEEDS | ENDS, minute=MINUTES, zone=st.sampled_from(ZONES), seconds=NEARLY, is_planned=st.booleans())
    def change_just_then(self, deed: str, minute: int, zone: str, seconds: int, is_planned: bool) -> None:
        """Change what somebody wants in the minutes around the next reminder."""
        following = self.query("SELECT * FROM schedule WHERE active AND next_at IS NOT NULL ORDER BY next_at LIMIT 1")
        for row in following:
            self.pass_by(max(moment(row.next_at) - NEARLY_DUE - self.now, timedelta()))
            self.tick()
            self.pass_by(timedelta(seconds=seconds))
            if is_planned:
                self.run(planning.tick(self.stage.services))
                self.note_ended()
            self.what_is_due_waits_to_be_sent()
            self.do(deed, row.chat_id, row.kind, minute, minute, zone)
            self.go(deed, row.chat_id, row.kind, minute % 10)

    @rule(deed=ENDS, kind=kinds)
    def go_just_then(self, deed: str, kind: str) -> None:
        """Let somebody turn everything off when a question or the end of a pause is due."""
        for row in self.until_news("unanswered.ask", "unanswered.end", "pause.over"):
            self.go(deed, row.chat_id, row.data or kind, 0)
            self.tick()

    def until_news(self, *news: str, ticks: int = 30) -> list[Any]:
        """Let time pass until such a message is due and not sent yet. Return nothing if none is due soon."""
        due = "SELECT * FROM outbox WHERE state = 'pending' AND due_at <= :now"
        for _ in range(ticks):
            if (following := self.next_due()) is None:
                break
            self.pass_by(max(following - self.now, timedelta()) + timedelta(seconds=1))
            self.run(planning.tick(self.stage.services))
            self.note_ended()
            self.what_is_due_waits_to_be_sent()
            if rows := [row for row in self.query(due, now=stored(self.now)) if row.kind in news]:
                return rows[:1]
            self.tick()
        return []

    @rule(minutes=st.sampled_from([-120, -20, -1, 1, 20, 120, 600, 5000]), is_away=st.booleans())
    def leap(self, minutes: int, is_away: bool) -> None:
        """Stop the bot for a while, or set the clock, perhaps back."""
        if minutes < 0 or not is_away:
            self.stage.clock.now += timedelta(minutes=max(min(minutes, 120), -120))
            self.latest = max(self.latest, self.now)
        else:
            self.pass_by(timedelta(minutes=minutes))
        self.tick()

    def tick(self) -> None:
        while not self.run(self.stage.tick()):
            self.note()
            self.pass_by(timedelta(seconds=1))
        self.run(self.stage.happened())
        self.ticked = max(self.ticked, self.now)
        self.note()

    def note(self) -> None:
        """Note what was sent, and who has blocked the bot since."""
        pushes = self.stage.telegram.pushes[self.judged :]
        for push in pushes:
            self.judge(push)
        for push in pushes:
            self.wishes[push.chat].blocked |= push.fate == "403"
        self.judged += len(pushes)
        self.note_ended()

    def note_ended(self) -> None:
        """Note which kinds have ended because nobody answered."""
        for chat, someone in self.wishes.items():
            for kind, wanted in someone.kinds.items():
                if wanted.on and not self.is_on(chat, kind):
                    ends = "SELECT 1 FROM outbox WHERE chat_id = :chat AND kind = 'unanswered.end' AND data = :kind"
                    assert self.query(ends, chat=chat, kind=kind), "only a week without an answer ends a kind"
                    wanted.on, wanted.is_to_learn = False, True

    # What must hold

    def judge(self, push: Push) -> None:
        someone = self.wishes[push.chat]
        assert someone.zone, f"{push.button} to somebody unknown"
        assert not someone.blocked, "sent to somebody who has blocked the bot"
        if not push.button.startswith("answer:"):
            what, _, kind = push.button.rpartition(":") if ":" in push.button else (push.button, "", "")
            assert not (wrong := someone.objection_to_news(what, kind, push.at)), f"{push.button}: {wrong}"
            return
        number = int(push.button.rpartition(":")[2])
        (row,) = self.row(number)
        assert row.chat_id == push.chat
        self.fates[number].append(push.fate)
        self.copies[number] += push.arrived
        assert self.copies[number] <= 1 + self.may_repeat(row), f"{self.copies[number]} copies: {self.fates[number]}"
        if row.local_date is None:
            wanted, late = someone.kind(row.kind), push.at - moment(row.due_at)
            assert wanted.on
            assert moment(row.due_at) in wanted.snoozed
            assert timedelta() <= late <= LATE
        else:
            key = (date.fromisoformat(row.local_date), row.slot)
            assert self.keys.setdefault((push.chat, row.kind, key), number) == number, "two of one occurrence"
            assert not (wrong := someone.objection(row.kind, key, push.at)), (
                f"{row.kind} of {key} at {push.at}: {wrong}"
            )
        if push.arrived:
            self.reminded[push.chat].append(number)

    def may_repeat(self, row: Any) -> bool:
        suffered = set(self.fates[row.id])
        return "dies unnoted" in suffered or (row.kind == MUST_ARRIVE and bool(suffered & UNSURE))

    @invariant()
    def everything_owed_has_come_or_has_a_reason(self) -> None:
        for chat, someone in self.wishes.items():
            there = self.there(chat)
            for kind in someone.kinds:
                owed = {(kind, *key) for key in someone.owed(kind, self.ticked)}
                assert owed <= there, f"{sorted(owed - there)} of {chat}"

    @invariant()
    def what_is_due_waits_to_be_sent(self) -> None:
        """Note after every step what is due and not sent, for a change in the next step."""
        for chat, someone in self.wishes.items():
            ended = self.there(chat, "state NOT IN ('pending', 'claimed')")
            for kind, wanted in someone.kinds.items():
                owed = [key for key in someone.owed(kind, self.now) if (kind, *key) not in ended]
                wanted.waiting = {key: someone.moment(key) for key in owed}

    def there(self, chat: int, which: str = "true") -> set[tuple[str, date, int]]:
        """Return the occurrences with a row, except those that a change cancelled before they were tried."""
        rows = self.query(
            "SELECT CASE WHEN kind LIKE 'unanswered.%' THEN data ELSE kind END AS kind, local_date, slot"
            f" FROM outbox WHERE chat_id = :chat AND local_date IS NOT NULL AND NOT ({TAKEN_BACK}) AND {which}",
            chat=chat,
        )
        return {(row.kind, date.fromisoformat(row.local_date), row.slot) for row in rows}

    @invariant()
    def every_end_is_explained(self) -> None:
        for row in self.query("SELECT * FROM outbox WHERE state != 'cancelled'"):
            fates, arrived = self.fates[row.id], self.copies[row.id]
            match row.state:
                case "sent":
                    assert arrived or row.kind not in KINDS
                case "presumed":
                    assert UNSURE & set(fates), fates
                case "dead":
                    assert row.reason
                    assert "403" in fates or sum(fate.startswith("dies") or fate in UNSURE for fate in fates) >= 2, (
                        fates
                    )
                case "missed":
                    assert row.reason in {"late", "quiet"}
                    assert not arrived or "dies unnoted" in fates or row.kind == MUST_ARRIVE
                case _:
                    assert moment(row.due_at) >= self.now - DAY, "without an end for a day"

    @invariant()
    def nothing_is_known_of_the_unknown(self) -> None:
        unknown = [chat for chat, someone in self.wishes.items() if someone.zone is None]
        for chat, table in product(unknown, self.of_people):
            assert not self.query(f"SELECT * FROM {table} WHERE chat_id = :chat", chat=chat), table

    @invariant()
    def every_update_is_done_once(self) -> None:
        numbers = range(1, len(self.stage.updates) + 1)
        assert self.stage.handled == Counter(numbers)
        done = self.query("SELECT update_id FROM inbox WHERE state = 'done' AND raw IS NULL ORDER BY update_id")
        assert [row.update_id for row in done] == [*numbers]

    @invariant()
    def no_more_leave_in_a_second_than_may(self) -> None:
        seconds = [push.seconds for push in self.stage.telegram.pushes]
        assert all(later - one >= 1 - 1e-6 for one, later in zip(seconds, seconds[RATE:], strict=False))

    # Views of the state

    @property
    def now(self) -> datetime:
        return self.stage.clock.now

    def pass_by(self, span: timedelta) -> None:
        self.stage.clock.pass_by(span)
        self.latest = max(self.latest, self.now)

    def query(self, sql: str, **values: Any) -> list[Any]:
        return self.database.execute(sql, values).fetchall()

    def row(self, number: int) -> list[Any]:
        return self.query("SELECT * FROM outbox WHERE id = :number", number=number)

    def is_on(self, chat: int, kind: str) -> bool:
        which = "SELECT 1 FROM schedule WHERE chat_id = :chat AND kind = :kind AND active"
        return bool(self.query(which, chat=chat, kind=kind))

    def done(self, chat: int) -> set[Key]:
        rows = self.query("SELECT local_date, slot FROM outbox WHERE chat_id = :chat AND reason = 'done'", chat=chat)
        return {(date.fromisoformat(row.local_date), row.slot) for row in rows if row.local_date}

    def zone(self, chat: int) -> ZoneInfo:
        return ZoneInfo(self.wishes[chat].zone or "UTC")

    def next_due(self) -> datetime | None:
        (row,) = self.query(
            "SELECT min(due) AS due FROM (SELECT next_at AS due FROM schedule WHERE active UNION ALL"
            " SELECT max(due_at, coalesce(not_before, due_at)) FROM outbox WHERE state = 'pending')"
        )
        return moment(row.due) if row.due else None

    def off(self, chat: int, *some: str) -> None:
        for wanted in map(self.wishes[chat].kind, some or KINDS):
            wanted.on = wanted.is_to_learn = False
        self.changed(chat)

    def changed(self, chat: int, *, is_new_clock: bool = False) -> None:
        """Take over the new times and days. Only what is due from now on is owed."""
        someone = self.wishes[chat]
        for row in self.query("SELECT * FROM schedule WHERE chat_id = :chat", chat=chat):
            wanted = someone.kind(row.kind)
            wanted.minutes = {int(minute) for minute in row.times.split(",") if minute}
            wanted.days = set(map(int, row.days))
            last = self.query(
                "SELECT * FROM outbox WHERE schedule_id = :id AND local_date IS NOT NULL"
                " AND (state != 'cancelled' OR reason = 'changed' AND attempts > 0) ORDER BY local_date DESC, slot DESC LIMIT 1",
                id=row.id,
            )
            wanted.since = max(self.now, self.latest)
            if last and is_new_clock:
                wanted.rests_until = moment(last[0].due_at) + ZONE_CHANGE_GAP
            someone.wait(row.kind, self.now)
            wanted.past = max(
                [wanted.past, *((date.fromisoformat(occurrence.local_date), occurrence.slot) for occurrence in last)]
            )


@pytest.mark.campaign
def test_whatever_happens_the_wanted_reminders_arrive() -> None:
    run_state_machine_as_test(
        Reminding,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=30,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("end", ["stop", "stop one"])
def test_a_person_who_turns_everything_off_gets_no_planned_end(end: str) -> None:
    story = Reminding()
    try:
        story.begin()
        (row,) = story.until_news("unanswered.end", ticks=100)
        story.go(end, row.chat_id, row.data, 0)
        story.tick()
        assert not [push for push in story.stage.telegram.pushes if push.button == f"remind:on:{row.data}"]
    finally:
        story.teardown()
