"""Planning: puts the occurrences that are due into the outbox, each once, and moves their schedules on."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from bot.store import occurrences, people, schedules
from bot.store.engine.event_counts import count_on_commit
from bot.store.outbox import UNANSWERED_ASK, UNANSWERED_END
from bot.store.people import JOINED_COLUMNS, NAMES, Person
from bot.store.tables import ACTIVE, OutboxState, Reason, RowType, outbox, person, schedule
from bot.timetable import Occurrence, is_late, next_occurrence

ENOUGH_UNANSWERED = 3
"""After this many unanswered reminders in a row, the person may be asked whether they still want them."""
_CLOCK_CHANGE = timedelta(hours=2)
"""The most by which clocks that go forward shorten a number of days."""
ASK_AFTER, END_AFTER = timedelta(days=3) - _CLOCK_CHANGE, timedelta(days=7) - _CLOCK_CHANGE
Row = dict[str, Any]
log = logging.getLogger(__name__)


def plan(connection: Connection, now: datetime, limit: int, tips: Collection[str] = ()) -> int:
    """Put up to ``limit`` occurrences that are due into the outbox, and store when each schedule is next due.

    An occurrence that is more than 15 minutes late is stored as missed. An occurrence whose kind is in ``tips`` gets
    the number of the person's next tip, which then counts as seen, unless the occurrence is missed or replaced by a
    question or an end. Returns how many occurrences were stored: 0 if none is due.
    """
    due = connection.execute(_DUE, {"now": now, "most": limit})
    rows = [dict(zip(_COLUMN_NAMES, row, strict=True)) for row in due]
    # The schedule counts reminders as they are planned, when nobody knows whether they arrive. That is exact enough
    # until a question or an end depends on it, which is rare. Only then are those that arrived counted in the outbox.
    for row in rows:
        if _replacement_of(row, now):
            since = {"schedule_id": row["id"], "since": row["unanswered_since"]}
            row.update(connection.execute(_ARRIVED, since).mappings().one())
    if rows:
        planned = [_outbox_row(row, now, tips) for row in rows]
        occurrences.add(connection, planned)
        people.count_tips(connection, [row["chat_id"] for row in planned if row["data"] and row["kind"] in tips])
        missed = sum(outbox_row["state"] == OutboxState.MISSED for outbox_row in planned)
        count_on_commit(connection, "reminders", OutboxState.MISSED, times=missed)
        changes = [_schedule_changes(row, outbox_row) for row, outbox_row in zip(rows, planned, strict=True)]
        connection.execute(_MOVE_ON, changes)
    return len(rows)


def replacement_kind(
    unanswered: int, since: datetime | None, asked_at: datetime | None, due_at: datetime
) -> str | None:
    """Return the kind of the message that replaces a reminder, because earlier ones were not answered; or None.

    After three unanswered reminders and three days, the message asks whether they are still wanted. A week after the
    first of them, if the question had no answer either, it says that the schedule has ended.

    Args:
        unanswered: how many reminders in a row had no answer.
        since: when the first of these was due (UTC).
        asked_at: when the question was due (UTC); None if there was none.
        due_at: when the reminder is due (UTC).

    """
    if since is None or unanswered < ENOUGH_UNANSWERED:
        return None
    if asked_at is None:
        return UNANSWERED_ASK if due_at - since >= ASK_AFTER else None
    return UNANSWERED_END if due_at - since >= END_AFTER and due_at - asked_at >= ASK_AFTER else None


# Each statement is built once: building one takes about as long as executing it.
_SELECTED = (*schedule.c, *JOINED_COLUMNS)
_COLUMN_NAMES = tuple(column.name for column in _SELECTED)
_DUE = (
    select(*_SELECTED)
    .join(person, person.c.chat_id == schedule.c.chat_id)
    .where(ACTIVE, schedule.c.next_at <= bindparam("now"))
    .order_by(schedule.c.next_at)
    .limit(bindparam("most"))
    # A locked schedule is just being changed. The next tick plans its new version.
    .with_for_update(of=schedule, skip_locked=True)
)
_CHANGED = ("next_at", "next_date", "next_slot", "active", "asked_at", "unanswered", "unanswered_since")
# For executemany: one statement for all schedules. Its parameters must not be named like the columns.
_MOVE_ON = (
    update(schedule)
    .where(schedule.c.id == bindparam("schedule_id"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGED})
)
# The schedule's columns about unanswered reminders, counting only reminders that arrived.
_ARRIVED = select(
    func.count().label("unanswered"),
    func.min(outbox.c.due_at).label("unanswered_since"),
    func.max(outbox.c.due_at).filter(outbox.c.kind == UNANSWERED_ASK).label("asked_at"),
).where(
    outbox.c.schedule_id == bindparam("schedule_id"),
    outbox.c.type == RowType.OCCURRENCE,
    outbox.c.due_at >= bindparam("since"),
    outbox.c.state.in_([OutboxState.SENT, OutboxState.PRESUMED]),
)


def _replacement_of(row: Row, now: datetime) -> str | None:
    """Return the ``replacement_kind`` for a schedule that is due; None if its reminder is missed."""
    if is_late(row["next_at"], now):
        return None
    return replacement_kind(row["unanswered"], row["unanswered_since"], row["asked_at"], row["next_at"])


def _outbox_row(row: Row, now: datetime, tips: Collection[str]) -> Row:
    late, replacement = is_late(row["next_at"], now), _replacement_of(row, now)
    tip = str(row["person_tips_seen"]) if row["kind"] in tips and not late else None
    return {
        "chat_id": row["chat_id"],
        "type": RowType.OCCURRENCE,
        "kind": replacement or row["kind"],
        "data": row["kind"] if replacement else tip,
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


def _schedule_changes(row: Row, planned: Row) -> Row:
    """Return the parameters of ``_MOVE_ON`` for a schedule, given what was planned for it."""
    values = {name: row[name] for name in schedules.NONE_UNANSWERED}
    if planned["state"] != OutboxState.MISSED:  # one more is unanswered, until an answer resets the count
        values["unanswered"] += 1
        values["unanswered_since"] = row["unanswered_since"] or row["next_at"]
    if planned["kind"] == UNANSWERED_ASK:
        values["asked_at"] = row["next_at"]
    values["active"] = planned["kind"] != UNANSWERED_END
    values |= schedules.next_columns(_occurrence_after(row) if values["active"] else None)
    return {"schedule_id": row["id"], **{f"new_{name}": value for name, value in values.items()}}


def _occurrence_after(row: Row) -> Occurrence | None:
    """Return the occurrence after the one that is being planned; None if there is none."""
    recipient = Person(**{name: row[f"person_{name}"] for name in NAMES})
    if recipient.zone != row["person_zone"]:
        log.warning(
            "A time zone that people have chosen has no rules in the installed tzdata; "
            "their reminders stop until they choose another; install the newest tzdata",
            extra={"action": "zone_without_rules"},
        )
    if not recipient.reachable:
        return None
    timetable = schedules.from_row(row).timetable(recipient)
    planned = Occurrence(row["next_date"], row["next_slot"], row["next_at"])
    following = next_occurrence(timetable, planned.due_at)
    # New rules of a time zone can move the planned occurrence to a later moment. Its key shows that it is the same one.
    while following is not None and following.key <= planned.key:
        following = next_occurrence(timetable, following.due_at)
    return following
