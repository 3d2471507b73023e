"""What each person wants to be reminded of, and when.

Every change raises the schedule's version and cancels what was planned by the one before: nothing that has been turned
off, moved or paused is sent any more, whatever was queued. What was put off to a time of the person's own choice stays,
as long as reminders are wanted at all.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from bot.store import outbox, people
from bot.store.dialect import insert
from bot.store.people import PERSON, Person
from bot.store.schema import ACTIVE, schedule
from bot.store.schema import outbox as outbox_table
from bot.store.schema import person as people_table
from bot.timetable import Occurrence, Timetable, is_late, minute_of_day, resume, send_at, shifted


@dataclass(frozen=True)
class Wish:
    """Local times, ISO weekdays (1 is Monday), and whether to come without a sound."""

    times: tuple[time, ...]
    days: frozenset[int]
    silent: bool


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
    asked_at: datetime | None

    def timetable(self, person: Person) -> Timetable:
        """When it is due on the person's own clock. The person's zone must be known."""
        assert person.zone is not None
        return Timetable(self.wish.times, self.wish.days, person.zone, person.quiet, person.paused_until)


def of(connection: Connection, chat_id: int) -> dict[str, Schedule]:
    """All that a person has ever turned on, by kind; some may be off."""
    query = select(schedule).where(schedule.c.chat_id == chat_id).order_by(schedule.c.id)
    return {row["kind"]: read(row) for row in connection.execute(query).mappings()}


def read(row: RowMapping) -> Schedule:
    """A row of the table."""
    wish = Wish(
        tuple(shifted(time.min, int(each)) for each in row["times"].split(",") if each),
        frozenset(map(int, row["days"])),
        row["silent"],
    )
    names = ("id", "chat_id", "kind", "active", "version", "next_at", "asked_at")
    return Schedule(wish=wish, **{name: row[name] for name in names})


def turn_on(connection: Connection, chat_id: int, kind: str, wish: Wish, now: datetime) -> None:
    """Remind of ``kind`` from now on, as wished; this is the moment of consent."""
    values = {**_columns(wish), "active": True, "consented_at": now, "asked_at": None}
    statement = insert(connection, schedule).values(chat_id=chat_id, kind=kind, version=1, **values)
    statement = statement.on_conflict_do_update(index_elements=[schedule.c.chat_id, schedule.c.kind], set_=values)
    connection.execute(statement)
    reckon(connection, chat_id, now, [kind])


def turn_off(connection: Connection, chat_id: int, now: datetime, kinds: Collection[str] | None = None) -> list[str]:
    """Stop these kinds, or all; returns those that were on."""
    stopped = [kind for kind, each in of(connection, chat_id).items() if each.active and kind in (kinds or [kind])]
    connection.execute(
        update(schedule).where(schedule.c.chat_id == chat_id, schedule.c.kind.in_(stopped)).values(active=False)
    )
    reckon(connection, chat_id, now, stopped)
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


def keep(connection: Connection, chat_id: int, kind: str, asked_at: datetime | None) -> None:
    """Note that a person was asked whether unanswered reminders are still wanted; None: they are."""
    row = (schedule.c.chat_id == chat_id, schedule.c.kind == kind)
    connection.execute(update(schedule).where(*row).values(asked_at=asked_at))


def block(connection: Connection, chat_id: int, now: datetime) -> None:
    """The person has blocked the bot: nothing is due until they are back."""
    people.block(connection, chat_id, blocked=True)
    reckon(connection, chat_id, now)


def reckon(connection: Connection, chat_id: int, now: datetime, kinds: Collection[str] | None = None) -> None:
    """Work out anew when each kind is next due; to be called after whatever bears on it has changed."""
    person = people.one(connection, chat_id)
    for kind, each in of(connection, chat_id).items():
        if kinds is None or kind in kinds:
            last = outbox.last(connection, each.id)
            wanted, version = each.active and person.reachable, each.version + 1
            if wanted and not person.is_paused(now):
                outbox.keep_put_off(connection, each.id, version)
            outbox.cancel(connection, each.id, version, now)
            found = resume(each.timetable(person), now, last) if wanted else None
            values = {"version": version, **following(each, person, found)}
            connection.execute(update(schedule).where(schedule.c.id == each.id).values(values))


def following(each: Schedule, person: Person, found: Occurrence | None) -> dict[str, Any]:
    """The columns of the next occurrence."""
    if found is None:
        return {"next_at": None, "next_date": None, "next_slot": None}
    moment = send_at(found, each.timetable(person), each.chat_id)
    return {"next_at": moment, "next_date": found.local_date, "next_slot": found.slot}


def _columns(wish: Wish) -> dict[str, Any]:
    return {
        "times": ",".join(str(minute_of_day(each)) for each in sorted(wish.times)),
        "days": "".join(map(str, sorted(wish.days))),
        "silent": wish.silent,
    }


def plan(connection: Connection, now: datetime, most: int) -> int:
    """Put up to ``most`` occurrences that are due into the outbox, and set when each schedule is next due.

    One that is more than 15 minutes late is put there as missed. Returns how many there were; 0 when nothing is due.
    """
    query = (
        select(*schedule.c, *(column.label(f"person_{column.name}") for column in people_table.c))
        .join(people_table, people_table.c.chat_id == schedule.c.chat_id)
        .where(ACTIVE, schedule.c.next_at <= now)
        .order_by(schedule.c.next_at)
        .limit(most)
        .with_for_update(of=schedule, skip_locked=True)
    )
    rows = connection.execute(query).mappings().all()
    if rows:
        planned = [_planned(row, now) for row in rows]
        connection.execute(insert(connection, outbox_table).on_conflict_do_nothing(), planned)
        connection.execute(_MOVE_ON, [_moved_on(row) for row in rows])
    return len(rows)


_MOVE_ON = (
    update(schedule)
    .where(schedule.c.id == bindparam("number"))
    .values({name: bindparam(f"new_{name}") for name in ("next_at", "next_date", "next_slot")})
)


def _planned(row: RowMapping, now: datetime) -> dict[str, Any]:
    late = is_late(row["next_at"], now)
    return {
        "chat_id": row["chat_id"],
        "kind": row["kind"],
        "schedule_id": row["id"],
        "version": row["version"],
        "local_date": row["next_date"],
        "slot": row["next_slot"],
        "due_at": row["next_at"],
        "silent": row["silent"],
        "state": "missed" if late else "pending",
        "reason": "late" if late else None,
        "ended_at": now if late else None,
    }


def _moved_on(row: RowMapping) -> dict[str, Any]:
    each = read(row)
    person = Person(**{name: row[f"person_{name}"] for name in PERSON})
    this = Occurrence(row["next_date"], row["next_slot"], row["next_at"])
    found = resume(each.timetable(person), this.due_at, None) if person.reachable else None
    while found is not None and found.key <= this.key:
        found = resume(each.timetable(person), found.due_at, None)
    return {"number": each.id, **{f"new_{name}": value for name, value in following(each, person, found).items()}}
