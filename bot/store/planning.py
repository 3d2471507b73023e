"""From what people want to what is due: occurrences into the outbox, each once."""

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, select, update

from bot.store import occurrences, schedules
from bot.store.due_rows import are_waiting
from bot.store.engine import tally
from bot.store.outbox import UNANSWERED_ASK, UNANSWERED_END
from bot.store.people import BESIDE, PERSON, Person
from bot.store.schedules import Schedule
from bot.store.tables import ACTIVE, OutboxState, Reason, RowType, outbox, person, schedule
from bot.timetable import Occurrence, is_late, next_occurrence

IN_A_ROW = 3
_CLOCK_CHANGE = timedelta(hours=2)
"""By so much a day may be shorter."""
ASK_AFTER, END_AFTER = timedelta(days=3) - _CLOCK_CHANGE, timedelta(days=7) - _CLOCK_CHANGE
Row = dict[str, Any]
log = logging.getLogger(__name__)
_MOVED = ("next_at", "next_date", "next_slot", "active", "asked_at", "unanswered", "unanswered_since")


def is_wanted(connection: Connection, now: datetime, most: int) -> bool:
    """Whether something is due to be planned, and fewer than ``most`` wait to be sent already."""
    return bool(connection.scalar(_IS_DUE, {"now": now})) and not are_waiting(connection, most, now)


def plan(connection: Connection, now: datetime, most: int) -> int:
    """Put up to ``most`` occurrences that are due into the outbox, and set when each schedule is next due.

    One that is more than 15 minutes late is put there as missed. Returns how many there were; 0 when nothing is due.
    """
    found = [dict(zip(_NAMES, row, strict=True)) for row in connection.execute(_DUE, {"now": now, "most": most})]
    rows = [{**row, **_arrived(connection, row)} if _instead(row, now) else row for row in found]
    if rows:
        planned = [_planned(row, now) for row in rows]
        occurrences.put(connection, planned)
        tally.note(
            connection,
            "reminders",
            OutboxState.MISSED,
            times=sum(each["state"] == OutboxState.MISSED for each in planned),
        )
        moved = [_moved_on(row, each) for row, each in zip(rows, planned, strict=True)]
        connection.execute(_MOVE_ON, moved)
    return len(rows)


def replacement(number: int, since: datetime | None, asked_at: datetime | None, due_at: datetime) -> str | None:
    """What comes instead of a reminder due then, if ``number`` in a row had no answer, the first of them at ``since``.

    After three of them and three days it is one question; a week after the first, and no answer to that either, the
    end. The times are UTC.
    """
    if since is None or number < IN_A_ROW:
        return None
    if asked_at is None:
        return UNANSWERED_ASK if due_at - since >= ASK_AFTER else None
    return UNANSWERED_END if due_at - since >= END_AFTER and due_at - asked_at >= ASK_AFTER else None


_IS_DUE = select(schedule.c.id).where(ACTIVE, schedule.c.next_at <= bindparam("now")).limit(1)
_COLUMNS = (*schedule.c, *BESIDE)
_NAMES = tuple(each.name for each in _COLUMNS)
_DUE = (
    select(*_COLUMNS)
    .join(person, person.c.chat_id == schedule.c.chat_id)
    .where(ACTIVE, schedule.c.next_at <= bindparam("now"))
    .order_by(schedule.c.next_at)
    .limit(bindparam("most"))
    .with_for_update(of=schedule, skip_locked=True)
)
_MOVE_ON = (
    update(schedule)
    .where(schedule.c.id == bindparam("number"))
    .values({name: bindparam(f"new_{name}") for name in _MOVED})
)


_ARRIVED = select(
    func.count().label("unanswered"),
    func.min(outbox.c.due_at).label("unanswered_since"),
    func.max(outbox.c.due_at).filter(outbox.c.kind == UNANSWERED_ASK).label("asked_at"),
).where(
    outbox.c.schedule_id == bindparam("number"),
    outbox.c.type == RowType.OCCURRENCE,
    outbox.c.due_at >= bindparam("since"),
    outbox.c.state.in_([OutboxState.SENT, OutboxState.PRESUMED]),
)


def _arrived(connection: Connection, row: Row) -> RowMapping:
    """How many had no answer of those that came, as the row tells how many were planned.

    Each is counted when it is planned, before anybody knows whether it arrives. That is believed until something hangs
    on it, which is rare; then the outbox is asked, as far back as it keeps what has ended.
    """
    since = {"number": row["id"], "since": row["unanswered_since"]}
    return connection.execute(_ARRIVED, since).mappings().one()


def _instead(row: Row, now: datetime) -> str | None:
    if is_late(row["next_at"], now):
        return None
    return replacement(row["unanswered"], row["unanswered_since"], row["asked_at"], row["next_at"])


def _planned(row: Row, now: datetime) -> dict[str, Any]:
    late, instead = is_late(row["next_at"], now), _instead(row, now)
    return {
        "chat_id": row["chat_id"],
        "type": RowType.OCCURRENCE,
        "kind": instead or row["kind"],
        "data": row["kind"] if instead else None,
        "schedule_id": row["id"],
        "version": row["version"],
        "local_date": row["next_date"],
        "slot": row["next_slot"],
        "due_at": row["next_at"],
        "silent": row["silent"],
        "state": OutboxState.MISSED if late else OutboxState.PENDING,
        "reason": Reason.LATE if late else None,
        "ended_at": now if late else None,
    }


def _moved_on(row: Row, planned: dict[str, Any]) -> dict[str, Any]:
    columns = {"active": planned["kind"] != UNANSWERED_END, **_unanswered(row, planned)}
    each, whom = schedules.read(row), _person(row)
    found = _next(row, each, whom) if columns["active"] else None
    columns |= schedules.following(found)
    return {"number": row["id"], **{f"new_{name}": value for name, value in columns.items()}}


def _unanswered(row: Row, planned: dict[str, Any]) -> dict[str, Any]:
    """One more without an answer, if it is not missed already; whoever answers it sets this back."""
    if planned["state"] == OutboxState.MISSED:
        return {name: row[name] for name in schedules.ANSWERED}
    return {
        "asked_at": row["next_at"] if planned["kind"] == UNANSWERED_ASK else row["asked_at"],
        "unanswered": row["unanswered"] + 1,
        "unanswered_since": row["unanswered_since"] or row["next_at"],
    }


def _next(row: Row, each: Schedule, whom: Person) -> Occurrence | None:
    if whom.zone != row["person_zone"]:
        log.warning("a zone is not in these rules: whoever lives there is not reminded until they choose a clock")
    if not whom.reachable:
        return None
    this, timetable = Occurrence(row["next_date"], row["next_slot"], row["next_at"]), each.timetable(whom)
    found = next_occurrence(timetable, this.due_at)
    while found is not None and found.key <= this.key:
        found = next_occurrence(timetable, found.due_at)
    return found


def _person(row: Row) -> Person:
    return Person(**{name: row[f"person_{name}"] for name in PERSON})
