"""People's answers to reminders, and what an answer changes about the next reminders."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.store import occurrences, people, schedules
from bot.store.engine.event_counts import count_on_commit
from bot.store.people import Person
from bot.store.schedules import Schedule
from bot.store.tables import OutboxState, Reason, RowType, outbox
from bot.store.tables import schedule as schedule_table
from bot.timetable import LATE, Occurrence, instant, is_late, local, next_occurrence

UPCOMING = timedelta(hours=2)
"""Whoever has just drunk or stretched needs no reminder of it that is due within this time."""

Values = dict[str, Any]


@dataclass(frozen=True)
class SentReminder:
    """A reminder in the outbox, with the columns that handling its answer needs. ``due_at`` is UTC.

    ``local_date`` is None for a snooze: a reminder that was put off. ``snoozed_date`` is the local date that the
    reminder had before.
    """

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
    snoozed_date: date | None = None


def find(connection: Connection, chat_id: int, row_id: int) -> SentReminder | None:
    """Return the person's own reminder with this id; None if it is somebody else's or is not stored any more."""
    # The id comes from a button. Anybody can send any button's data, so the chat must match as well.
    row = connection.execute(_FIND, {"row_id": row_id, "chat": chat_id}).mappings().one_or_none()
    if row is None:
        return None
    reminder = SentReminder(**row)
    if reminder.local_date is not None:
        return reminder
    before = {"schedule": reminder.schedule_id, "due": reminder.due_at}
    return replace(reminder, snoozed_date=connection.scalar(_LAST_DATE, before))


def record(connection: Connection, reminder: SentReminder, answer: str) -> bool:
    """Store the answer to a reminder. If it has one already, that one stays, and the result is false."""
    schedules.reset_unanswered(connection, reminder.chat_id, reminder.kind)
    return connection.execute(_RECORD, {"row_id": reminder.id, "new_answer": answer}).rowcount == 1


def snooze(connection: Connection, reminder: SentReminder, due_at: datetime) -> None:
    """Send a reminder once more at ``due_at`` (UTC). Its schedule stays as it is."""
    # A snooze with an older version than its schedule would count as out of date and not be sent.
    query = select(schedule_table.c.version).where(schedule_table.c.id == reminder.schedule_id)
    version = connection.execute(query).scalar_one_or_none()
    row = {
        "type": RowType.SNOOZE,
        "chat_id": reminder.chat_id,
        "kind": reminder.kind,
        "schedule_id": reminder.schedule_id,
        "data": reminder.data,
        "version": version or reminder.version,
        "due_at": due_at,
        "silent": reminder.silent,
    }
    connection.execute(insert(outbox), [row])


def skip_day(connection: Connection, reminder: SentReminder, zone: str, now: datetime) -> None:
    """Cancel the rest of this kind of reminder on the local date that ``reminder`` belongs to."""
    schedule = schedules.by_kind(connection, reminder.chat_id).get(reminder.kind)
    if schedule is None or not schedule.active:
        return
    day = local_date(reminder, zone)
    midnight = instant(day + timedelta(days=1), time.min, zone)
    end = _cancellation(Reason.SKIPPED, now)
    _cancel_pending(connection, schedule, midnight or now, end)
    person = people.get(connection, schedule.chat_id)
    skipped: list[Occurrence] = []
    occurrence = schedule.next_occurrence(person)
    while occurrence is not None and occurrence.local_date <= day:
        skipped.append(occurrence)
        occurrence = next_occurrence(schedule.timetable(person), occurrence.due_at)
    if skipped:
        _end_unplanned(connection, schedule, skipped, end)
        _move_on(connection, schedule, person, skipped[-1])


def local_date(reminder: SentReminder, zone: str) -> date:
    """Return the local date that a reminder belongs to. A snooze after midnight belongs to the evening before it."""
    return reminder.local_date or reminder.snoozed_date or local(reminder.due_at, zone).date()


def cancel_upcoming(connection: Connection, chat_id: int, kind: str, now: datetime) -> datetime | None:
    """Cancel the next reminder of a kind if it is due within two hours; return when it was due (UTC).

    The next reminder is the first that would still be sent. After an outage, some may already be too late for that.
    """
    schedule = schedules.by_kind(connection, chat_id).get(kind)
    if schedule is None or not schedule.active:
        return None
    schedules.reset_unanswered(connection, chat_id, kind)
    end = _cancellation(Reason.DONE, now)
    if due_at := _cancel_pending(connection, schedule, now + UPCOMING, end, since=now - LATE):
        return due_at
    person = people.get(connection, chat_id)
    past: list[Occurrence] = []
    occurrence = schedule.next_occurrence(person)
    while occurrence is not None and is_late(occurrence.due_at, now):
        past.append(occurrence)
        occurrence = next_occurrence(schedule.timetable(person), occurrence.due_at)
    if occurrence is None or occurrence.due_at > now + UPCOMING:
        return None  # planning stores those that are past as missed
    _end_unplanned(connection, schedule, past, {"state": OutboxState.MISSED, "reason": Reason.LATE, "ended_at": now})
    _end_unplanned(connection, schedule, [occurrence], end)
    _move_on(connection, schedule, person, occurrence)
    return occurrence.due_at


# Each statement is built once: building one takes about as long as executing it.
_FIND = select(*(outbox.c[field.name] for field in fields(SentReminder) if field.name != "snoozed_date")).where(
    outbox.c.id == bindparam("row_id"), outbox.c.chat_id == bindparam("chat")
)
_LAST_DATE = (
    select(outbox.c.local_date)
    .where(
        outbox.c.schedule_id == bindparam("schedule"),
        outbox.c.type == RowType.OCCURRENCE,
        outbox.c.due_at <= bindparam("due"),
    )
    .order_by(outbox.c.local_date.desc(), outbox.c.slot.desc())
    .limit(1)
)
# The condition makes a double tap harmless: the second one changes nothing.
_RECORD = (
    update(outbox)
    .where(outbox.c.id == bindparam("row_id"), outbox.c.answer.is_(None))
    .values(answer=bindparam("new_answer"))
)


def _cancellation(reason: Reason, now: datetime) -> Values:
    return {"state": OutboxState.CANCELLED, "reason": reason, "ended_at": now}


def _cancel_pending(
    connection: Connection, schedule: Schedule, until: datetime, end: Values, since: datetime | None = None
) -> datetime | None:
    """Cancel planned reminders that are due from ``since`` to ``until`` (UTC); return when the first one was due."""
    pending = [outbox.c.schedule_id == schedule.id, outbox.c.state == OutboxState.PENDING, outbox.c.due_at <= until]
    pending += [outbox.c.due_at >= since] if since else []
    first = connection.scalars(select(outbox.c.due_at).where(*pending).order_by(outbox.c.due_at)).first()
    cancelled = connection.execute(update(outbox).where(*pending).values(end)).rowcount
    count_on_commit(connection, "reminders", OutboxState.CANCELLED, times=cancelled)
    return first


def _end_unplanned(connection: Connection, schedule: Schedule, ended: Sequence[Occurrence], end: Values) -> None:
    """Add one row for each of these occurrences, with its end. None of them has a row yet."""
    # Without these rows, the next change of the schedule would plan the occurrences again.
    rows: list[Values] = [
        {
            "type": RowType.OCCURRENCE,
            "schedule_id": schedule.id,
            "chat_id": schedule.chat_id,
            "kind": schedule.kind,
            "version": schedule.version,
            "local_date": occurrence.local_date,
            "slot": occurrence.slot,
            "due_at": occurrence.due_at,
            "silent": schedule.wish.silent,
            **end,
        }
        for occurrence in ended
    ]
    if rows:
        occurrences.add(connection, rows)
        count_on_commit(connection, "reminders", end["state"], times=len(rows))


def _move_on(connection: Connection, schedule: Schedule, person: Person, last: Occurrence) -> None:
    """Make the first occurrence after ``last`` the next one of a schedule."""
    following = next_occurrence(schedule.timetable(person), last.due_at)
    following = schedules.skip_cancelled(connection, schedule, person, following)
    values = schedules.next_columns(following)
    connection.execute(update(schedule_table).where(schedule_table.c.id == schedule.id).values(values))
