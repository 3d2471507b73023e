"""The rows of the outbox that a schedule planned: its occurrences, each at most once, and its snoozes."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.store.engine.dialect import insert, once_per_database
from bot.store.engine.event_counts import count_on_commit
from bot.store.outbox import UNANSWERED_END
from bot.store.tables import OutboxState, Reason, RowType, outbox
from bot.timetable import Occurrence


def add(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Put occurrences into the outbox.

    An occurrence that has a row already stays as it is. It is planned again only if a change of its schedule cancelled
    it before it was ever tried.
    """
    connection.execute(_add(connection), rows)


def last_planned(connection: Connection, schedule_id: int) -> Occurrence | None:
    """Return the latest occurrence of a schedule that has a row and was not cancelled; None if there is none."""
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


def is_cancelled_for_good(connection: Connection, schedule_id: int, occurrence: Occurrence) -> bool:
    """Return whether an occurrence is cancelled and ``add`` would not plan it again."""
    key = {"schedule": schedule_id, "date": occurrence.local_date, "slot": occurrence.slot}
    return connection.scalar(_IS_CANCELLED_FOR_GOOD, key) is not None


def carry_over_snoozes(connection: Connection, schedule_id: int, version: int) -> None:
    """Make the snoozes that have not been sent belong to the next version of their schedule."""
    snoozes = (outbox.c.schedule_id == schedule_id, outbox.c.type == RowType.SNOOZE)
    connection.execute(update(outbox).where(*snoozes, _UNSENT).values(version=version))


def carry_over(
    connection: Connection, schedule_id: int, version: int, silent: bool, is_unchanged: Callable[[Occurrence], bool]
) -> None:
    """Make the planned occurrences for which ``is_unchanged`` is true belong to the next version of their schedule."""
    planned = (outbox.c.schedule_id == schedule_id, outbox.c.type == RowType.OCCURRENCE, _UNSENT)
    query = select(outbox.c.id, outbox.c.local_date, outbox.c.slot, outbox.c.due_at)
    # The message that a schedule has ended is not carried over: whatever was changed, the person is back.
    rows = connection.execute(query.where(*planned, outbox.c.kind != UNANSWERED_END)).all()
    unchanged = [row.id for row in rows if is_unchanged(Occurrence(row.local_date, row.slot, row.due_at))]
    if unchanged:
        values = {"version": version, "silent": silent}
        connection.execute(update(outbox).where(outbox.c.id.in_(unchanged), _UNSENT).values(values))


def cancel_outdated(connection: Connection, schedule_id: int, version: int, now: datetime) -> bool:
    """Cancel the pending rows that earlier versions of a schedule planned; return whether there were any."""
    # A claimed row is left alone, because its last byte may be about to leave.
    planned = (outbox.c.schedule_id == schedule_id, outbox.c.version < version, outbox.c.state == OutboxState.PENDING)
    end = {"state": OutboxState.CANCELLED, "reason": Reason.CHANGED, "ended_at": now}
    ended = connection.execute(update(outbox).where(*planned).values(end))
    count_on_commit(connection, "reminders", OutboxState.CANCELLED, times=ended.rowcount)
    return ended.rowcount > 0


_UNSENT = outbox.c.state.in_([OutboxState.PENDING, OutboxState.CLAIMED])
_UNTRIED_CHANGED = (
    (outbox.c.state == OutboxState.CANCELLED) & (outbox.c.reason == Reason.CHANGED) & (outbox.c.attempts == 0)
)
"""Rows that a change of the schedule cancelled and that were never tried. A row that was tried may have arrived."""
_IS_CANCELLED_FOR_GOOD = select(outbox.c.id).where(
    outbox.c.schedule_id == bindparam("schedule"),
    outbox.c.local_date == bindparam("date"),
    outbox.c.slot == bindparam("slot"),
    outbox.c.state == OutboxState.CANCELLED,
    ~_UNTRIED_CHANGED,
)
_KEY = (outbox.c.schedule_id, outbox.c.local_date, outbox.c.slot)
_REPLACED = ("kind", "data", "version", "due_at", "silent", "state", "reason", "ended_at", "not_before")


@once_per_database
def _add(connection: Connection) -> Any:
    statement = insert(connection, outbox)
    values = {name: statement.excluded[name] for name in _REPLACED}
    return statement.on_conflict_do_update(index_elements=_KEY, set_=values, where=_UNTRIED_CHANGED)
