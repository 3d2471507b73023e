"""What people answer to reminders, and what that changes about the next ones."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.store import occurrences, people, schedules
from bot.store.engine import tally
from bot.store.engine.dialect import insert
from bot.store.people import Person
from bot.store.schedules import Schedule
from bot.store.tables import OutboxState, Reason, RowType, outbox, schedule
from bot.timetable import Occurrence, instant, local, next_occurrence

SOON = timedelta(hours=2)
"""A reminder that is due so soon after a logged glass is not needed."""
Ended = dict[str, Any]
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Asked:
    """A reminder as its answer needs it. ``local_date`` is None for one that was put off. ``due_at`` is UTC."""

    id: int
    chat_id: int
    kind: str
    schedule_id: int | None
    version: int
    local_date: date | None
    due_at: datetime
    silent: bool
    data: str | None
    answer: str | None


def find(connection: Connection, chat_id: int, number: int) -> Asked | None:
    """The person's own reminder with this number; None for what is not theirs or not there."""
    row = connection.execute(_FIND, {"number": number, "chat": chat_id}).mappings().one_or_none()
    return None if row is None else Asked(**row)


def answer(connection: Connection, asked: Asked, what: str) -> bool:
    """Note an answer; false if there is one already."""
    schedules.heard(connection, asked.chat_id, asked.kind)
    return connection.execute(_ANSWER, {"number": asked.id, "what": what}).rowcount == 1


_FIND = select(*(outbox.c[each.name] for each in fields(Asked))).where(
    outbox.c.id == bindparam("number"), outbox.c.chat_id == bindparam("chat")
)
_ANSWER = (
    update(outbox).where(outbox.c.id == bindparam("number"), outbox.c.answer.is_(None)).values(answer=bindparam("what"))
)


def put_off(connection: Connection, asked: Asked, due_at: datetime) -> None:
    """Ask once more at that time (UTC); the schedule is not moved."""
    same = {
        "type": RowType.SNOOZE,
        "chat_id": asked.chat_id,
        "kind": asked.kind,
        "schedule_id": asked.schedule_id,
        "data": asked.data,
    }
    newest = select(schedule.c.version).where(schedule.c.id == asked.schedule_id)
    version = connection.execute(newest).scalar_one_or_none()
    values = {**same, "version": version or asked.version, "due_at": due_at, "silent": asked.silent}
    connection.execute(insert(connection, outbox).values(values))


def skip_day(connection: Connection, asked: Asked, zone: str, now: datetime) -> None:
    """Cancel what else is to come of this kind on the local date of the reminder."""
    each = schedules.of(connection, asked.chat_id).get(asked.kind)
    day = day_of(asked, zone)
    if each is None or not each.active:
        return
    midnight = instant(day + timedelta(days=1), time.min, zone)
    _cancel(connection, each.id, midnight or now, _ended(Reason.SKIPPED, now))
    _pass_over(connection, each, lambda found: found.local_date <= day, _ended(Reason.SKIPPED, now))


def day_of(asked: Asked, zone: str) -> date:
    """The local date that a reminder belongs to."""
    return asked.local_date or local(asked.due_at, zone).date()


def done_before(connection: Connection, chat_id: int, kind: str, now: datetime) -> datetime | None:
    """Cancel the next reminder of a kind, if it is due within two hours; returns when it was due."""
    each = schedules.of(connection, chat_id).get(kind)
    if each is None or not each.active:
        return None
    until, ended = now + SOON, _ended(Reason.DONE, now)
    schedules.heard(connection, chat_id, kind)
    if waiting := _cancel(connection, each.id, until, ended):
        return waiting
    one: list[datetime] = []

    def is_next(found: Occurrence) -> bool:
        if one or found.due_at > until:
            return False
        one.append(found.due_at)
        return True

    _pass_over(connection, each, is_next, ended)
    return one[0] if one else None


def next_due(each: Schedule, person: Person) -> datetime | None:
    """When a schedule's next reminder is due (UTC), to the minute that the person chose."""
    found = _next(each, person)
    return found.due_at if found else None


def _next(each: Schedule, person: Person) -> Occurrence | None:
    if each.next_at is None or person.zone is None:
        return None
    return next_occurrence(each.timetable(person), each.next_at - _INSTANT)


def _ended(reason: Reason, now: datetime) -> Ended:
    return {"state": OutboxState.CANCELLED, "reason": reason, "ended_at": now}


def _cancel(connection: Connection, schedule_id: int, until: datetime, ended: Ended) -> datetime | None:
    """Cancel what waits to be sent by then; returns when the first of it was due."""
    waiting = (outbox.c.schedule_id == schedule_id, outbox.c.state == OutboxState.PENDING, outbox.c.due_at <= until)
    first = connection.scalars(select(outbox.c.due_at).where(*waiting).order_by(outbox.c.due_at)).first()
    cancelled = connection.execute(update(outbox).where(*waiting).values(ended)).rowcount
    tally.note(connection, "reminders", OutboxState.CANCELLED, times=cancelled)
    return first


def _pass_over(connection: Connection, each: Schedule, is_passed: Callable[[Occurrence], bool], ended: Ended) -> None:
    """Cancel the occurrences to come while they are passed over: each has its row, so none is planned again."""
    person = people.one(connection, each.chat_id)
    found = _next(each, person)
    while found is not None and is_passed(found):
        row: dict[str, Any] = {
            "type": RowType.OCCURRENCE,
            "schedule_id": each.id,
            "chat_id": each.chat_id,
            "kind": each.kind,
        }
        row |= {"version": each.version, "local_date": found.local_date, "slot": found.slot, "due_at": found.due_at}
        row |= {"silent": each.wish.silent, **ended}
        occurrences.put(connection, [row])
        tally.note(connection, "reminders", OutboxState.CANCELLED)
        found = next_occurrence(each.timetable(person), found.due_at)
    following = schedules.following(schedules.first_to_come(connection, each, person, found))
    connection.execute(update(schedule).where(schedule.c.id == each.id).values(following))
