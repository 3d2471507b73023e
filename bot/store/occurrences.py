"""What the outbox has of schedules: their occurrences, each once, the latest of one, and what waits to be sent."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.store.engine import tally
from bot.store.engine.dialect import insert, once
from bot.store.outbox import UNANSWERED_END
from bot.store.tables import OutboxState, Reason, RowType, outbox
from bot.timetable import Occurrence

_KEY = (outbox.c.schedule_id, outbox.c.local_date, outbox.c.slot)
_PLANNED = ("kind", "data", "version", "due_at", "silent", "state", "reason", "ended_at", "not_before")
_TAKEN_BACK = (outbox.c.state == OutboxState.CANCELLED) & (outbox.c.reason == Reason.CHANGED) & (outbox.c.attempts == 0)
"""Cancelled by a change before it could leave: it may be planned anew. What has been tried may have arrived."""


def put(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Put occurrences into the outbox, each once: one that is there stays as it is, unless a change took it back."""
    connection.execute(_put(connection), rows)


@once
def _put(connection: Connection) -> Any:
    statement = insert(connection, outbox)
    anew = {name: statement.excluded[name] for name in _PLANNED}
    return statement.on_conflict_do_update(index_elements=_KEY, set_=anew, where=_TAKEN_BACK)


def last(connection: Connection, schedule_id: int) -> Occurrence | None:
    """The latest occurrence that was planned, if there was one; snoozes do not count."""
    query = (
        select(outbox.c.due_at, outbox.c.local_date, outbox.c.slot)
        .where(
            outbox.c.schedule_id == schedule_id,
            outbox.c.type == RowType.OCCURRENCE,
            outbox.c.state != OutboxState.CANCELLED,
        )
        .order_by(outbox.c.local_date.desc(), outbox.c.slot.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return row and Occurrence(row.local_date, row.slot, row.due_at)


def is_over(connection: Connection, schedule_id: int, occurrence: Occurrence) -> bool:
    """Whether it has been cancelled and is not planned anew, as ``put`` leaves it as it is."""
    key = {"schedule": schedule_id, "date": occurrence.local_date, "slot": occurrence.slot}
    return connection.scalar(_IS_OVER, key) is not None


_IS_OVER = select(outbox.c.id).where(
    outbox.c.schedule_id == bindparam("schedule"),
    outbox.c.local_date == bindparam("date"),
    outbox.c.slot == bindparam("slot"),
    outbox.c.state == OutboxState.CANCELLED,
    ~_TAKEN_BACK,
)


def keep_put_off(connection: Connection, schedule_id: int, version: int) -> None:
    """Carry what was put off over to the next version of its schedule: it hangs on no time of the schedule."""
    put_off = (outbox.c.schedule_id == schedule_id, outbox.c.type == RowType.SNOOZE)
    unended = outbox.c.state.in_([OutboxState.PENDING, OutboxState.CLAIMED])
    connection.execute(update(outbox).where(*put_off, unended).values(version=version))


def keep(
    connection: Connection, schedule_id: int, version: int, silent: bool, stays: Callable[[Occurrence], bool]
) -> None:
    """Carry the planned occurrences that ``stays`` is true of over to the next version of their schedule."""
    unended = outbox.c.state.in_([OutboxState.PENDING, OutboxState.CLAIMED])
    planned = (outbox.c.schedule_id == schedule_id, outbox.c.type == RowType.OCCURRENCE, unended)
    query = select(outbox.c.id, outbox.c.local_date, outbox.c.slot, outbox.c.due_at)
    rows = connection.execute(query.where(*planned, outbox.c.kind != UNANSWERED_END)).all()
    kept = [row.id for row in rows if stays(Occurrence(row.local_date, row.slot, row.due_at))]
    if kept:
        connection.execute(update(outbox).where(outbox.c.id.in_(kept), unended).values(version=version, silent=silent))


def cancel(connection: Connection, schedule_id: int, version: int, now: datetime) -> bool:
    """Cancel what is planned by older versions of a schedule and has not been claimed; returns if there was any."""
    planned = (outbox.c.schedule_id == schedule_id, outbox.c.version < version, outbox.c.state == OutboxState.PENDING)
    end = {"state": OutboxState.CANCELLED, "reason": Reason.CHANGED, "ended_at": now}
    ended = connection.execute(update(outbox).where(*planned).values(end))
    tally.note(connection, "reminders", OutboxState.CANCELLED, times=ended.rowcount)
    return ended.rowcount > 0
