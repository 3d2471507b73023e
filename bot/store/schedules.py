"""Schedules: what each person wants to be reminded of, and when each reminder is next due.

Every change raises the schedule's version. The outbox sends only rows of the newest version. So no reminder that was
turned off, moved or paused is sent, even if it was already planned. An occurrence that the new version would plan for
the same moment gets the new version, and so does a snooze, whose time the person chose: they are carried over.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from bot.store import occurrences, people
from bot.store.engine.dialect import insert
from bot.store.people import Person
from bot.store.tables import schedule as table
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

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
NONE_UNANSWERED: dict[str, Any] = {"asked_at": None, "unanswered": 0, "unanswered_since": None}
"""The values of a schedule's columns that count unanswered reminders, when there are none."""


@dataclass(frozen=True)
class Wish:
    """How a person wants one kind of reminder.

    Attributes:
        times: Local times, in whole minutes.
        days: ISO weekdays (1 is Monday).
        silent: Whether reminders come without a sound.
        hours_before_bed: Reminders are left out in this many hours before bedtime.

    """

    times: tuple[time, ...]
    days: frozenset[int]
    silent: bool
    hours_before_bed: int = 0


@dataclass(frozen=True)
class Schedule:
    """One kind of reminder for one person. ``next_at`` (UTC) is when its next occurrence is due, None if never."""

    id: int
    chat_id: int
    kind: str
    wish: Wish
    active: bool
    version: int
    next_at: datetime | None

    def timetable(self, person: Person) -> Timetable:
        """Return the timetable on the person's own clock. The person's zone must be known."""
        assert person.zone is not None
        hours = self.wish.hours_before_bed
        times = tuple(at for at in self.wish.times if not before_bed(at, person.local_bedtime, hours))
        return Timetable(times, self.wish.days, person.zone, person.quiet, person.paused_until)

    def next_occurrence(self, person: Person) -> Occurrence | None:
        """Return the occurrence that is due at ``next_at``; None if there is none or the person's zone is unknown."""
        if self.next_at is None or person.zone is None:
            return None
        return next_occurrence(self.timetable(person), self.next_at - _INSTANT)


def by_kind(connection: Connection, chat_id: int) -> dict[str, Schedule]:
    """Return the schedules of all kinds that a person has ever turned on; some may be off."""
    return {row["kind"]: from_row(row) for row in connection.execute(_OF_PERSON, {"chat": chat_id}).mappings()}


def from_row(row: RowMapping | dict[str, Any]) -> Schedule:
    """Return the schedule in a row of the table."""
    wish = Wish(
        times=tuple(shifted(time.min, int(minute)) for minute in row["times"].split(",") if minute),
        days=frozenset(map(int, row["days"])),
        silent=row["silent"],
        hours_before_bed=row["hours_before_bed"],
    )
    names = ("id", "chat_id", "kind", "active", "version", "next_at")
    return Schedule(wish=wish, **{name: row[name] for name in names})


def turn_on(
    connection: Connection, chat_id: int, kind: str, wish: Wish, now: datetime, *, consented_to: str | None = None
) -> None:
    """Turn on a kind of reminder. This is the moment of consent.

    Args:
        connection: a transaction.
        chat_id: the person.
        kind: the kind of reminder.
        wish: how the person wants it.
        now: UTC.
        consented_to: the name of the consent text on the screen. None keeps the earlier one, as after an undo.

    """
    values = {**_wish_columns(wish), **NONE_UNANSWERED, "active": True, "consented_at": now}
    values |= {} if consented_to is None else {"consented_to": consented_to}
    statement = insert(connection, table).values(chat_id=chat_id, kind=kind, version=1, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=[table.c.chat_id, table.c.kind], set_=values))
    reschedule(connection, chat_id, now, [kind])


def turn_off(connection: Connection, chat_id: int, now: datetime, kinds: Collection[str] | None = None) -> list[str]:
    """Turn off these kinds of reminder, or all kinds; return the kinds that were on."""
    schedules = by_kind(connection, chat_id)
    stopped = [kind for kind, schedule in schedules.items() if schedule.active and kind in (kinds or [kind])]
    connection.execute(update(table).where(table.c.chat_id == chat_id, table.c.kind.in_(stopped)).values(active=False))
    # Even those that were off: the message that such a schedule has ended may wait to be sent, and is not needed now.
    reschedule(connection, chat_id, now, kinds or None)
    return stopped


def turn_on_again(connection: Connection, chat_id: int, kinds: Iterable[str], now: datetime) -> None:
    """Turn kinds of reminder on again, as they were before ``turn_off``."""
    for kind, schedule in by_kind(connection, chat_id).items():
        if kind in kinds:
            turn_on(connection, chat_id, kind, schedule.wish, now)


def change(connection: Connection, chat_id: int, kind: str, wish: Wish, now: datetime) -> None:
    """Replace a person's wish for a kind of reminder. A kind that is off stays off."""
    row = (table.c.chat_id == chat_id, table.c.kind == kind)
    connection.execute(update(table).where(*row).values(_wish_columns(wish)))
    reschedule(connection, chat_id, now, [kind])


def reset_unanswered(connection: Connection, chat_id: int, kind: str) -> None:
    """Set the number of unanswered reminders of a kind to 0: the person answered one, or did the thing unasked."""
    connection.execute(_RESET_UNANSWERED, {"chat": chat_id, "of_kind": kind})


def block(connection: Connection, chat_id: int, now: datetime) -> None:
    """Store that the person has blocked the bot; nothing is due until they unblock it."""
    people.set_blocked(connection, chat_id, blocked=True)
    reschedule(connection, chat_id, now)


def unblock(connection: Connection, chat_id: int, now: datetime) -> None:
    """Store that the person no longer blocks the bot; the schedules that are on are due again."""
    if people.get(connection, chat_id).blocked:
        people.set_blocked(connection, chat_id, blocked=False)
        reschedule(connection, chat_id, now)


def reschedule(
    connection: Connection,
    chat_id: int,
    now: datetime,
    kinds: Collection[str] | None = None,
    min_gap: timedelta = timedelta(),
) -> None:
    """Raise the version of a person's schedules, and compute again when each is next due.

    To be called after every change of a schedule, or of the person's zone, bedtime, quiet hours, pause or block.

    Args:
        connection: a transaction.
        chat_id: the person.
        now: UTC.
        kinds: only these; None for all.
        min_gap: the least time between the last occurrence and the next one. After a change of zones, the same
            wall-clock time may come again within hours.

    """
    person = people.get(connection, chat_id)
    # FOR UPDATE: the planner skips locked schedules, so it plans nothing for the old version meanwhile.
    for row in connection.execute(_OF_PERSON.with_for_update(), {"chat": chat_id}).mappings().all():
        schedule = from_row(row)
        if kinds is not None and schedule.kind not in kinds:
            continue
        is_due, version = schedule.active and person.reachable, schedule.version + 1
        if is_due:
            _carry_over(connection, schedule, person, version, now)
        # A person who cancels a reminder before it is sent has seen the bot. That counts as an answer.
        is_answer = occurrences.cancel_outdated(connection, schedule.id, version, now)
        last = occurrences.last_planned(connection, schedule.id)
        # What is due and not too late counts as not planned yet.
        since = now if schedule.next_at is None else min(now, max(schedule.next_at, now - LATE) - _INSTANT)
        following = next_after_change(schedule.timetable(person), since, last, min_gap) if is_due else None
        following = skip_cancelled(connection, schedule, person, following)
        values = {"version": version, **(NONE_UNANSWERED if is_answer else {}), **next_columns(following)}
        connection.execute(update(table).where(table.c.id == schedule.id).values(values))


def skip_cancelled(
    connection: Connection, schedule: Schedule, person: Person, occurrence: Occurrence | None
) -> Occurrence | None:
    """Return ``occurrence``, or the first one after it that the person has not cancelled ahead of its time."""
    while occurrence is not None and occurrences.is_cancelled_for_good(connection, schedule.id, occurrence):
        occurrence = next_after_change(schedule.timetable(person), occurrence.due_at, occurrence, timedelta())
    return occurrence


def apply_zone_rules(connection: Connection, after: int, limit: int) -> int | None:
    """Compute again, by the present rules of time zones, when up to ``limit`` schedules are next due.

    The next occurrence stays the same, but the rules may have moved its moment. The schedules are those with ids above
    ``after``, in order. Returns the last id that was read; None at the end.
    """
    chosen = (table.c.active, table.c.id > after, table.c.next_at.is_not(None))
    query = select(table).where(*chosen).order_by(table.c.id).limit(limit).with_for_update()
    rows = connection.execute(query).mappings().all()
    persons = people.get_known(connection, [row["chat_id"] for row in rows])
    for row in rows:
        schedule, person = from_row(row), persons[row["chat_id"]]
        if not person.reachable:
            continue
        timetable = schedule.timetable(person)
        # New rules move a moment by a day at most (Samoa, 2011). The search begins earlier, to find one that moved
        # back. If the stored occurrence is gone, the first one after it is taken.
        occurrence = next_occurrence(timetable, row["next_at"] - 2 * _DAY)
        while occurrence is not None and occurrence.key < (row["next_date"], row["next_slot"]):
            occurrence = next_occurrence(timetable, occurrence.due_at)
        if occurrence and occurrence.due_at != schedule.next_at:
            connection.execute(update(table).where(table.c.id == schedule.id).values(next_columns(occurrence)))
    return rows[-1]["id"] if rows else None


def next_columns(occurrence: Occurrence | None) -> dict[str, Any]:
    """Return the columns that say when a schedule is next due. They are None if it never is."""
    if occurrence is None:
        return {"next_at": None, "next_date": None, "next_slot": None}
    return {"next_at": occurrence.due_at, "next_date": occurrence.local_date, "next_slot": occurrence.slot}


_OF_PERSON = select(table).where(table.c.chat_id == bindparam("chat")).order_by(table.c.id)
_RESET_UNANSWERED = (
    update(table)
    .where(table.c.chat_id == bindparam("chat"), table.c.kind == bindparam("of_kind"))
    .values(NONE_UNANSWERED)
)


def _carry_over(connection: Connection, schedule: Schedule, person: Person, version: int, now: datetime) -> None:
    """Give the new version to unsent rows that the change does not concern: snoozes, and unmoved occurrences."""
    # A pause also stops snoozes. Other changes leave them alone, because they depend on no time of the schedule.
    if not person.is_paused(now):
        occurrences.carry_over_snoozes(connection, schedule.id, version)
    timetable = schedule.timetable(person)

    def is_unchanged(planned: Occurrence) -> bool:
        return next_occurrence(timetable, planned.due_at - _INSTANT) == planned

    occurrences.carry_over(connection, schedule.id, version, schedule.wish.silent, is_unchanged)


def _wish_columns(wish: Wish) -> dict[str, Any]:
    return {
        "times": ",".join(str(minute_of_day(at)) for at in sorted(wish.times)),
        "days": "".join(map(str, sorted(wish.days))),
        "silent": wish.silent,
        "hours_before_bed": wish.hours_before_bed,
    }
