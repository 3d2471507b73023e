"""What each person wants to be reminded of, and when.

Every change raises the schedule's version and cancels what was planned by the one before, unless it comes at the same
moment still: nothing that has been turned off, moved or paused is sent any more, whatever was queued, and nothing else
is lost. What was put off to a time of the person's own choice stays, as long as reminders are wanted at all.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from bot.store import occurrences, people
from bot.store.engine.dialect import insert
from bot.store.people import Person
from bot.store.tables import schedule
from bot.timetable import (
    LATE,
    Occurrence,
    Timetable,
    before_bed,
    minute_of_day,
    next_after_change,
    next_occurrence,
    shifted,
)

DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
ANSWERED: dict[str, Any] = {"asked_at": None, "unanswered": 0, "unanswered_since": None}
"""The columns of a schedule whose last reminder was answered."""


@dataclass(frozen=True)
class Wish:
    """Local times, ISO weekdays (1 is Monday), whether to come without a sound, and how long before bed not at all."""

    times: tuple[time, ...]
    days: frozenset[int]
    silent: bool
    hours_before_bed: int = 0


@dataclass(frozen=True)
class Schedule:
    """One kind of reminder for one person. ``next_at`` (UTC) is when its next occurrence is sent, if there is one."""

    id: int
    chat_id: int
    kind: str
    wish: Wish
    active: bool
    version: int
    next_at: datetime | None

    def timetable(self, person: Person) -> Timetable:
        """When it is due on the person's own clock. The person's zone must be known."""
        assert person.zone is not None
        hours = self.wish.hours_before_bed
        times = tuple(at for at in self.wish.times if not before_bed(at, person.goes_to_bed, hours))
        return Timetable(times, self.wish.days, person.zone, person.quiet, person.paused_until)


_OF = select(schedule).where(schedule.c.chat_id == bindparam("chat")).order_by(schedule.c.id)


def of(connection: Connection, chat_id: int) -> dict[str, Schedule]:
    """All that a person has ever turned on, by kind; some may be off."""
    return {row["kind"]: read(row) for row in connection.execute(_OF, {"chat": chat_id}).mappings()}


def read(row: RowMapping | dict[str, Any]) -> Schedule:
    """A row of the table."""
    wish = Wish(
        tuple(shifted(time.min, int(each)) for each in row["times"].split(",") if each),
        frozenset(map(int, row["days"])),
        row["silent"],
        row["hours_before_bed"],
    )
    names = ("id", "chat_id", "kind", "active", "version", "next_at")
    return Schedule(wish=wish, **{name: row[name] for name in names})


def turn_on(
    connection: Connection, chat_id: int, kind: str, wish: Wish, now: datetime, *, text: str | None = None
) -> None:
    """Remind of ``kind`` from now on, as wished; this is the moment of consent.

    ``text`` names what was on the screen; None if it was this once before.
    """
    values = {**_columns(wish), **ANSWERED, "active": True, "consented_at": now}
    values |= {} if text is None else {"consented_to": text}
    statement = insert(connection, schedule).values(chat_id=chat_id, kind=kind, version=1, **values)
    statement = statement.on_conflict_do_update(index_elements=[schedule.c.chat_id, schedule.c.kind], set_=values)
    connection.execute(statement)
    reckon(connection, chat_id, now, [kind])


def turn_off(connection: Connection, chat_id: int, now: datetime, kinds: Collection[str] | None = None) -> list[str]:
    """Stop these kinds, or all; returns those that were on. Of one that has ended, that is not told any more either."""
    stopped = [kind for kind, each in of(connection, chat_id).items() if each.active and kind in (kinds or [kind])]
    connection.execute(
        update(schedule).where(schedule.c.chat_id == chat_id, schedule.c.kind.in_(stopped)).values(active=False)
    )
    reckon(connection, chat_id, now, kinds or None)
    return stopped


def turn_on_again(connection: Connection, chat_id: int, kinds: Iterable[str], now: datetime) -> None:
    """Take back a ``turn_off``."""
    for kind, each in of(connection, chat_id).items():
        if kind in kinds:
            turn_on(connection, chat_id, kind, each.wish, now)


def change(connection: Connection, chat_id: int, kind: str, wish: Wish, now: datetime) -> None:
    """Remind at other times, on other days, or with or without a sound."""
    row = (schedule.c.chat_id == chat_id, schedule.c.kind == kind)
    connection.execute(update(schedule).where(*row).values(_columns(wish)))
    reckon(connection, chat_id, now, [kind])


def heard(connection: Connection, chat_id: int, kind: str) -> None:
    """The person has answered a reminder of this kind, or done what it is for."""
    connection.execute(_HEARD, {"chat": chat_id, "of": kind})


_HEARD = (
    update(schedule).where(schedule.c.chat_id == bindparam("chat"), schedule.c.kind == bindparam("of")).values(ANSWERED)
)


def block(connection: Connection, chat_id: int, now: datetime) -> None:
    """The person has blocked the bot: nothing is due until they are back."""
    people.block(connection, chat_id, blocked=True)
    reckon(connection, chat_id, now)


def unblock(connection: Connection, chat_id: int, now: datetime) -> None:
    """The person is back, and says so: what is on is due again."""
    if people.one(connection, chat_id).blocked:
        people.block(connection, chat_id, blocked=False)
        reckon(connection, chat_id, now)


def reckon(
    connection: Connection,
    chat_id: int,
    now: datetime,
    kinds: Collection[str] | None = None,
    rest: timedelta = timedelta(),
) -> None:
    """Work out anew when each kind is next due; to be called after whatever bears on it has changed.

    At least ``rest`` lies between the last occurrence and the next: on another clock it may be the same time again.
    Who takes back what waits to be sent is there, which counts as an answer.
    """
    person = people.one(connection, chat_id)
    for each in map(read, connection.execute(_OF.with_for_update(), {"chat": chat_id}).mappings().all()):
        if kinds is None or each.kind in kinds:
            wanted, version = each.active and person.reachable, each.version + 1
            if wanted:
                _keep(connection, each, person, version, now)
            heard_of = ANSWERED if occurrences.cancel(connection, each.id, version, now) else {}
            last = occurrences.last(connection, each.id)
            found = (
                next_after_change(each.timetable(person), _unplanned_since(each, now), last, rest) if wanted else None
            )
            found = first_to_come(connection, each, person, found)
            values = {"version": version, **heard_of, **following(found)}
            connection.execute(update(schedule).where(schedule.c.id == each.id).values(values))


def first_to_come(
    connection: Connection, each: Schedule, person: Person, found: Occurrence | None
) -> Occurrence | None:
    """``found``, or the first after it that is not over already, as one is that was skipped before its time."""
    while found is not None and occurrences.is_over(connection, each.id, found):
        found = next_after_change(each.timetable(person), found.due_at, found, timedelta())
    return found


def _keep(connection: Connection, each: Schedule, person: Person, version: int, now: datetime) -> None:
    """Carry over what was put off, unless reminders are paused, and what is planned and due when it was."""
    if not person.is_paused(now):
        occurrences.keep_put_off(connection, each.id, version)
    timetable = each.timetable(person)

    def stays(planned: Occurrence) -> bool:
        return next_occurrence(timetable, planned.due_at - _INSTANT) == planned

    occurrences.keep(connection, each.id, version, each.wish.silent, stays)


def _unplanned_since(each: Schedule, now: datetime) -> datetime:
    """After when nothing that is due has been planned: what is due already, and not too late, is still to come."""
    return now if each.next_at is None else min(now, max(each.next_at, now - LATE) - _INSTANT)


def retime(connection: Connection, after: int, most: int) -> int | None:
    """Reckon by the present rules of the zones when up to ``most`` schedules, numbered above ``after``, come next.

    The occurrence stays, its moment may change. Returns the last number looked at; None at the end.
    """
    chosen = (schedule.c.active, schedule.c.id > after, schedule.c.next_at.is_not(None))
    query = select(schedule).where(*chosen).order_by(schedule.c.id).limit(most).with_for_update()
    rows = connection.execute(query).mappings().all()
    whom = people.load(connection, [row["chat_id"] for row in rows])
    for row in rows:
        each, person = read(row), whom[row["chat_id"]]
        found = _retimed(row, each.timetable(person)) if person.reachable else None
        if found and (values := following(found))["next_at"] != each.next_at:
            connection.execute(update(schedule).where(schedule.c.id == each.id).values(values))
    return rows[-1]["id"] if rows else None


def _retimed(row: RowMapping, timetable: Timetable) -> Occurrence | None:
    """The first occurrence that is the next one, or would come after it."""
    found = next_occurrence(timetable, row["next_at"] - 2 * DAY)
    while found is not None and found.key < (row["next_date"], row["next_slot"]):
        found = next_occurrence(timetable, found.due_at)
    return found


def following(found: Occurrence | None) -> dict[str, Any]:
    """Return the columns that say when a schedule is next due; None if it never is."""
    if found is None:
        return {"next_at": None, "next_date": None, "next_slot": None}
    return {"next_at": found.due_at, "next_date": found.local_date, "next_slot": found.slot}


def _columns(wish: Wish) -> dict[str, Any]:
    return {
        "times": ",".join(str(minute_of_day(each)) for each in sorted(wish.times)),
        "days": "".join(map(str, sorted(wish.days))),
        "silent": wish.silent,
        "hours_before_bed": wish.hours_before_bed,
    }
