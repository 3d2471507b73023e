"""Claiming: which rows of the outbox can be sent now, and which must not be sent any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Row, Select, TextClause, bindparam, select, update

from bot.store import outbox, people
from bot.store.outbox import MOST_ATTEMPTS, UNANSWERED_END, Transition
from bot.store.people import JOINED_COLUMNS, Person
from bot.store.tables import OPEN_OUTBOX as OPEN
from bot.store.tables import OutboxState, Priority, Reason, RowType, person, schedule
from bot.store.tables import outbox as table
from bot.timetable import is_late


@dataclass(frozen=True)
class ClaimedRow:
    """A row that this process has claimed, with its recipient. ``attempts`` includes the one that is about to begin."""

    id: int
    chat_id: int
    type: RowType
    kind: str
    version: int
    due_at: datetime
    silent: bool
    data: str | None
    message_id: int | None
    pictured: bool | None
    attempts: int
    person: Person


@dataclass(frozen=True)
class Claim:
    """The rows that were claimed, and how many due rows were examined. If none was examined, nothing is due."""

    rows: list[ClaimedRow]
    examined: int


def claim(connection: Connection, now: datetime, term: int, limit: int, *, untried: bool = False) -> Claim:
    """Claim up to ``limit`` rows that are due, those of people in pain first.

    A row that must not be sent any more, for example because it is too late, ends here instead. With ``untried``, rows
    that were never tried come first.
    """
    rows = [*_due_rows(connection, Priority.URGENT, now, limit)]
    if len(rows) < limit:
        rows += _due_rows(connection, Priority.NORMAL, now, limit - len(rows), untried=untried)
    recipients = {row.id: people.from_joined(row) or Person(row.chat_id) for row in rows}
    refusals = {row.id: refusal for row in rows if (refusal := _refusal(row, recipients[row.id], now))}
    is_edit = {row.id: row.type == RowType.EDIT for row in rows}
    ends = [Transition(row_id, *refusal, delete=is_edit[row_id]) for row_id, refusal in refusals.items()]
    outbox.end_unsent(connection, ends, now)
    claimed = [
        ClaimedRow(
            **dict(zip(_CLAIMED_COLUMNS, row, strict=False)) | {"type": RowType(row.type)},
            attempts=row.attempts + 1,
            person=recipients[row.id],
        )
        for row in rows
        if row.id not in refusals
    ]
    if claimed:
        connection.execute(_CLAIM, {"ids": [row.id for row in claimed], "of_term": term})
    return Claim(claimed, len(rows))


def has_claimable(connection: Connection, number: int, now: datetime) -> bool:
    """Return whether at least ``number`` rows of normal priority can be sent now."""
    # OFFSET reads no further than the row that decides. Counting would read a whole backlog every second.
    return connection.scalar(_NTH, {"priority": Priority.NORMAL, "now": now, "before": number - 1}) is not None


def sendable(priority: Priority | BindParameter[int]) -> tuple[ColumnElement[bool] | TextClause, ...]:
    """Return the conditions for rows of a priority that may be claimed. The statement takes ``now`` (UTC)."""
    return (
        # Pending rows are always open, but without exactly this condition neither database would use the partial index.
        OPEN,
        table.c.priority == priority,
        table.c.state == OutboxState.PENDING,
        table.c.due_at <= bindparam("now"),
        table.c.not_before.is_(None) | (table.c.not_before <= bindparam("now")),
    )


# Each statement is built once: building one takes longer than executing it, and these run many times a second.
_SENDABLE = sendable(bindparam("priority"))
_NTH = select(table.c.id).where(*_SENDABLE).order_by(table.c.due_at).offset(bindparam("before")).limit(1)
_CLAIMED_COLUMNS = (
    "id", "chat_id", "type", "kind", "version", "due_at", "silent", "data", "message_id", "pictured"
)  # fmt: skip
"""The columns with which a row of ``_DUE`` begins, named like the fields of ``ClaimedRow``."""
_DUE: Select[Any] = (
    select(
        *(table.c[name] for name in _CLAIMED_COLUMNS),
        table.c.attempts,
        table.c.schedule_id,
        table.c.local_date,
        schedule.c.active,
        schedule.c.version.label("newest"),
        *JOINED_COLUMNS,
    )
    .join(schedule, schedule.c.id == table.c.schedule_id, isouter=True)
    .join(person, person.c.chat_id == table.c.chat_id, isouter=True)
    .where(*_SENDABLE)
    .order_by(table.c.due_at)
    .limit(bindparam("most"))
    # A row that a change of settings has locked is skipped until the next claim: sending must not wait. Only the outbox
    # is locked, because PostgreSQL cannot lock the side of an outer join that may be missing.
    .with_for_update(of=table, skip_locked=True)
)
"""Rows of a priority that are due, each with the schedule that planned it, if any, and the recipient."""
_UNTRIED = _DUE.where(table.c.attempts == 0)
_CLAIM = (
    update(table)
    .where(table.c.id.in_(bindparam("ids", expanding=True)))
    .values(state=OutboxState.CLAIMED, term=bindparam("of_term"), not_before=None, attempts=table.c.attempts + 1)
)


def _due_rows(
    connection: Connection, priority: Priority, now: datetime, limit: int, *, untried: bool = False
) -> Sequence[Row[Any]]:
    """Return up to ``limit`` due rows of a priority. With ``untried``, only those never tried, if there are any."""
    parameters = {"priority": priority, "now": now, "most": limit}
    rows = connection.execute(_UNTRIED, parameters).all() if untried else []
    return rows or connection.execute(_DUE, parameters).all()


def _refusal(row: Row[Any], recipient: Person, now: datetime) -> tuple[OutboxState, Reason] | None:
    """Return the last state of a row that must not be sent, and the reason; None if it may be sent.

    The message that a schedule has ended is sent however late: it makes no sound, and nothing else tells the person.
    """
    ends_its_schedule = row.kind == UNANSWERED_END
    if row.schedule_id is not None and (row.newest != row.version or not (row.active or ends_its_schedule)):
        return OutboxState.CANCELLED, Reason.CHANGED
    if recipient.blocked:
        return OutboxState.CANCELLED, Reason.BLOCKED
    if row.attempts >= MOST_ATTEMPTS:
        return OutboxState.DEAD, Reason.CRASHED_TWICE
    if is_late(row.due_at, now) and not ends_its_schedule:
        return OutboxState.MISSED, Reason.LATE
    chosen_by_the_person = row.type in {RowType.EDIT, RowType.SNOOZE, RowType.ASKED_FOR}
    may_disturb = chosen_by_the_person or ends_its_schedule
    return (OutboxState.MISSED, Reason.QUIET) if not may_disturb and recipient.is_in_quiet_hours(now) else None
