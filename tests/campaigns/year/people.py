"""People with reminders who answer them, change them, move, leave and come back. Each has a random generator of their own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from bot.store import Connection, answers, occurrences, people, schedules
from bot.store.schedules import Wish
from handlers import membership, pause
from handlers.timezone import moving
from tests.support.reference_model import DAY, NEVER, ZONE_CHANGE_GAP, Key, ModelPerson

ZONES = (
    "Europe/Stockholm", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Tokyo", "Australia/Sydney",
    "Australia/Lord_Howe", "Africa/Cairo", "Africa/Casablanca", "America/Havana", "America/St_Johns", "America/Nuuk",
    "Pacific/Apia", "Pacific/Chatham", "Asia/Gaza", "Antarctica/Troll", "Europe/London", "Atlantic/Reykjavik",
)  # fmt: skip
A_DAY = {"water": 4, "stretch": 1, "tip": 1}
"""How many of each kind on a day that has them all; the tip has one day in a week. As many as the bot offers."""
IN_A_YEAR = {"rest": 1.0, "retime": 6.0, "pause": 4.0, "move": 2.0, "block": 0.3, "stop": 1.0, "drink": 30.0}
"""How often a person does what."""
AWAY = {"pause": (1, 7), "block": (1, 20), "stop": (1, 5)}
"""For how many days, from and to, before they come back."""
Effect = Callable[[Connection], Any]


@dataclass
class Life:
    """One person: what they want, by the reference, and how they are."""

    chat: int
    random: Random
    wants: ModelPerson = field(default_factory=ModelPerson)
    answering: float = 0.5
    next_at: datetime = NEVER
    next_deed: str = ""
    gone: bool = False
    touched: datetime = NEVER

    def effect(self, services: Any, now: datetime, deed: str) -> Effect:
        """Do something, as the handlers do; what comes of it is noted in ``wants``."""
        context = SimpleNamespace(services=services, edition=services.content.edition())
        own = getattr(self, f"_{deed}")

        def work(connection: Connection) -> None:
            own(connection, context, now)
            self.see(connection, now, is_new_clock=deed == "move")

        return work

    def plan_next(self, now: datetime, deed: str = "", days: float = 0.0) -> None:
        """Decide what to do next, and when."""
        if not deed:
            deed = self.random.choices(list(IN_A_YEAR), list(IN_A_YEAR.values()))[0]
            days = self.random.expovariate(sum(IN_A_YEAR.values()) / 365)
        self.next_deed, self.next_at = deed, now + timedelta(days=days)

    def see(self, connection: Connection, now: datetime, *, is_new_clock: bool) -> None:
        """Read the person's schedules again after a change. Reminders that were just due may have been withdrawn by it."""
        self.touched = max(self.touched, now)
        for kind, schedule in schedules.by_kind(connection, self.chat).items():
            wanted = self.wants.kind(kind)
            wanted.on, wanted.minutes = schedule.active, {at.hour * 60 + at.minute for at in schedule.wish.times}
            wanted.days = set(schedule.wish.days)
            last = occurrences.last_planned(connection, schedule.id)
            wanted.since = self.touched
            if last and is_new_clock:
                wanted.rests_until = last.due_at + ZONE_CHANGE_GAP
            wanted.past = max(wanted.past, last.key if last else wanted.past)

    # Deeds

    def _begin(self, connection: Connection, context: Any, now: datetime) -> None:
        self.answering = self.random.choice((0.05, 0.4, 0.6, 0.9))
        self._move(connection, context, now)
        for kind in A_DAY:
            schedules.turn_on(connection, self.chat, kind, self._wish(kind), now)

    def _wish(self, kind: str) -> Wish:
        begin, end = self.wants.quiet
        free = [minute for minute in range(0, 24 * 60, 15) if not _is_between(minute, begin, end)]
        chosen = self.random.sample([minute for minute in free if minute % 60 == free[0] % 60], A_DAY[kind])
        number = 1 if kind == "tip" else 7 if self.random.random() < 0.9 else 4
        days = frozenset(self.random.sample(range(1, 8), number))
        return Wish(
            tuple(time(*divmod(minute, 60)) for minute in sorted(chosen)), days, silent=self.random.random() < 0.5
        )

    def _retime(self, connection: Connection, context: Any, now: datetime) -> None:
        kind = self.random.choice(list(A_DAY))
        schedules.change(connection, self.chat, kind, self._wish(kind), now)

    def _move(self, connection: Connection, context: Any, now: datetime) -> None:
        zone = self.random.choice(ZONES)
        moving.change_zone(context, zone)(connection, self.chat)
        self.wants.zone = zone

    def _rest(self, connection: Connection, context: Any, now: datetime) -> None:
        begin, end = self.random.randrange(20, 24) * 60 % 1440, self.random.randrange(5, 9) * 60
        people.set_quiet_hours(connection, self.chat, (time(begin // 60), time(end // 60)))
        schedules.reschedule(connection, self.chat, now)
        self.wants.quiet = begin, end

    def _pause(self, connection: Connection, context: Any, now: datetime) -> None:
        until = (now + self.random.randint(*AWAY["pause"]) * DAY).replace(second=0, microsecond=0)
        pause.set_pause(context, until)(connection, self.chat)
        self.wants.paused_until = until

    def _drink(self, connection: Connection, context: Any, now: datetime) -> None:
        schedule = schedules.by_kind(connection, self.chat)["water"]
        following = schedule.next_occurrence(people.get(connection, self.chat)) if schedule.active else None
        due = answers.cancel_upcoming(connection, self.chat, "water", now)
        if due and following and due == following.due_at:
            wanted, day = self.wants.kind("water"), due.astimezone(ZoneInfo(self.wants.zone or "")).date()
            wanted.spared |= {key for minute in wanted.minutes if self.wants.moment(key := (day, minute)) == due}

    def _block(self, connection: Connection, context: Any, now: datetime) -> None:
        """Block the bot. Telegram reports that only half of the time. Otherwise the next message fails."""
        self.gone = True
        if self.random.random() < 0.5:
            membership.block(connection, self.chat, now)
            self.wants.blocked = True

    def _unblock(self, connection: Connection, context: Any, now: datetime) -> None:
        self.gone = self.wants.blocked = False
        stopped = schedules.turn_off(connection, self.chat, now)
        people.set_blocked(connection, self.chat, blocked=False)
        schedules.turn_on_again(connection, self.chat, stopped, now)

    def _stop(self, connection: Connection, context: Any, now: datetime) -> None:
        schedules.turn_off(connection, self.chat, now)

    def _start(self, connection: Connection, context: Any, now: datetime) -> None:
        schedules.turn_on_again(connection, self.chat, A_DAY, now)

    def after(self, deed: str, now: datetime) -> None:
        """Snapshot the action that follows: somebody who leaves comes back."""
        back = {"block": "unblock", "stop": "start"}.get(deed)
        self.plan_next(now, back or "", self.random.uniform(*AWAY[deed]) if back else 0.0)

    def answer(self, connection: Connection, number: int, now: datetime) -> None:
        """Answer a reminder, or ignore it."""
        if self.random.random() > self.answering:
            return
        reminder = answers.find(connection, self.chat, number)
        if reminder is None or not answers.record(connection, reminder, "done"):
            return
        dice, wanted = self.random.random(), self.wants.kind(reminder.kind)
        if dice < 0.05 and wanted.on:
            due = now + timedelta(minutes=self.random.choice((15, 60)))
            if reminder.local_date is not None:
                answers.snooze(connection, reminder, due)
                wanted.snoozed.add(due)
        elif dice < 0.08:
            answers.skip_day(connection, reminder, self.wants.zone or "", now)
            day = reminder.local_date or reminder.snoozed_date
            assert day
            self.wants.skip(reminder.kind, day)

    def objection(self, kind: str, key: Key | None, due: datetime, at: datetime) -> str:
        """Return what is wrong with a reminder that is sent at that moment. Without a key it is a snoozed one."""
        if key is not None:
            return self.wants.objection(kind, key, at)
        wanted = self.wants.kind(kind)
        fine = wanted.on and due in wanted.snoozed and timedelta() <= at - due <= timedelta(minutes=15)
        return "" if fine else "not snoozed"


def _is_between(minute: int, begin: int, end: int) -> bool:
    return begin <= minute < end if begin <= end else minute >= begin or minute < end
