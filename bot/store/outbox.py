"""Everything that is sent or edited later, from due to ended; each function is the work of one short transaction.

The order is: plan, claim, (send), hand over, record. A process that dies leaves rows claimed or handed. ``recover``
makes the claimed ones pending again, and presumes that the handed ones arrived: no reminder comes three times, and
hardly any comes twice. An edit may well be made twice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Row, bindparam, delete, func, select, update

from bot.store import due_rows, people
from bot.store.engine.event_counts import count_on_commit
from bot.store.people import Person
from bot.store.tables import ENDED, Moment, OutboxState, Reason, RowType, outbox
from bot.store.tables import OPEN_OUTBOX as OPEN
from bot.timetable import is_late

MOST_ATTEMPTS = 2
UNANSWERED_ASK, UNANSWERED_END = "unanswered.ask", "unanswered.end"
"""The kinds of the messages that take the place of a reminder when the ones before had no answer."""
Values = dict[str, Any]


@dataclass(frozen=True)
class Due:
    """A row that is due and claimed for this process, with the person it is for; ``attempts`` counts this one."""

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
    """The rows that were claimed, and the number examined for it; none examined means that nothing is due."""

    due: list[Due]
    examined: int


@dataclass(frozen=True)
class End:
    """How one attempt ended: the new ``state``, the ``reason`` that an operator needs, the message if it is known.

    A pending row is not sent before ``not_before`` (UTC); ``counts`` is false if it was no real attempt. The time at
    which a row was due stays, so that it is missed when it has become too late. Only an edit that repeats has a new
    ``due_at``. A ``forgotten`` row is deleted.
    """

    id: int
    state: OutboxState
    reason: str | None = None
    message_id: int | None = None
    not_before: datetime | None = None
    counts: bool = True
    due_at: datetime | None = None
    forgotten: bool = False


@dataclass(frozen=True)
class Recovered:
    """How many rows became pending again, and how many are presumed to have arrived."""

    pending: int
    presumed: int


def claim(connection: Connection, now: datetime, term: int, most: int, *, untried: bool = False) -> Claim:
    """Claim up to ``most`` rows that are due, those of people in pain first.

    A row that was turned off or changed, is too late, would come in quiet hours, or was tried too often, ends here
    instead. ``untried`` prefers rows that were never sent.
    """
    rows = [*due_rows.read(connection, due_rows.URGENT, now, most)]
    if len(rows) < most:
        rows += due_rows.read(connection, due_rows.USUAL, now, most - len(rows), untried=untried)
    recipients = {row.id: people.from_joined(row) or Person(row.chat_id) for row in rows}
    refusals = {row.id: refusal for row in rows if (refusal := _refusal(row, recipients[row.id], now))}
    due = [_claimed(row, recipients[row.id]) for row in rows if row.id not in refusals]
    refused = [row for row in rows if row.id in refusals]
    if refusals:
        connection.execute(_END, [_end(End(row_id, *refusal), now) for row_id, refusal in refusals.items()])
    _count(connection, [refusals[row.id][0] for row in refused if row.type != RowType.EDIT])
    _forget(connection, [row.id for row in refused if row.type == RowType.EDIT])
    if due:
        connection.execute(_CLAIM, {"ids": [row.id for row in due], "of_term": term})
    return Claim(due, len(rows))


def hand_over(connection: Connection, ids: Sequence[int], term: int) -> None:
    """Record that the requests of these rows have left."""
    if ids:
        connection.execute(_HAND_OVER, {"ids": ids, "of_term": term})


def record(connection: Connection, ends: Sequence[End], term: int, now: datetime) -> None:
    """Store how attempts of this term ended.

    A row that was cancelled meanwhile stays as it is, and so does one that a later term has taken over.
    """
    changes = [_end(end, now) | {"of_term": term} for end in ends if not end.forgotten]
    if changes:
        connection.execute(_END_OWN, changes)
    _count(connection, [end.state for end in ends if not end.forgotten and end.state != OutboxState.PENDING])
    _forget(connection, [end.id for end in ends if end.forgotten], outbox.c.term == term)


def recover(
    connection: Connection,
    now: datetime,
    term: int,
    must_arrive: Collection[str] = (),
    handed: Collection[int] = (),
    *,
    ours: bool = True,
) -> Recovered:
    """Make rows that were left half done sendable again, or presume that they arrived.

    Args:
        connection: a transaction.
        now: UTC.
        term: the term of this process; rows of earlier terms were left by processes that are not active any more.
        must_arrive: the kinds that are sent a second time rather than perhaps not at all.
        handed: ids of rows that have left although their state does not say so.
        ours: also take the rows of this term, which is right only while nothing is being sent.

    """
    unowned = OPEN if ours else OPEN & (func.coalesce(outbox.c.term, 0) != term)
    if handed:
        claimed = connection.scalars(select(outbox.c.id).where(unowned, outbox.c.state == OutboxState.CLAIMED)).all()
        left = [row_id for row_id in claimed if row_id in handed]
        connection.execute(update(outbox).where(outbox.c.id.in_(left)).values(state=OutboxState.HANDED))
    repeatable = (outbox.c.type == RowType.EDIT) | outbox.c.kind.in_(list(must_arrive))
    repeatable &= outbox.c.attempts < MOST_ATTEMPTS
    is_handed = outbox.c.state == OutboxState.HANDED
    again = (outbox.c.state == OutboxState.CLAIMED) | (is_handed & repeatable)
    to_pending = update(outbox).where(unowned, again)
    to_presumed = update(outbox).where(unowned, is_handed)
    recovered = Recovered(
        pending=connection.execute(to_pending.values(state=OutboxState.PENDING, term=None, not_before=None)).rowcount,
        presumed=connection.execute(to_presumed.values(state=OutboxState.PRESUMED, ended_at=now)).rowcount,
    )
    count_on_commit(connection, "reminders", OutboxState.PRESUMED, times=recovered.presumed)
    return recovered


def forget(connection: Connection, before: datetime, most: int) -> int:
    """Delete up to ``most`` rows that ended before that time (UTC); return how many."""
    old = select(outbox.c.id).where(ENDED, outbox.c.ended_at < before).limit(most)
    return connection.execute(delete(outbox).where(outbox.c.id.in_(old))).rowcount


# Each statement is built once: building one takes about as long as executing it.
_AMONG = outbox.c.id.in_(bindparam("ids", expanding=True))
_CLAIM = (
    update(outbox)
    .where(_AMONG)
    .values(state=OutboxState.CLAIMED, term=bindparam("of_term"), not_before=None, attempts=outbox.c.attempts + 1)
)
_OF_TERM = outbox.c.term == bindparam("of_term")
_HAND_OVER = (
    update(outbox).where(_AMONG, outbox.c.state == OutboxState.CLAIMED, _OF_TERM).values(state=OutboxState.HANDED)
)
_END = (
    update(outbox)
    .where(outbox.c.id == bindparam("row_id"), OPEN)
    .values(
        state=bindparam("new_state"),
        reason=bindparam("new_reason"),
        message_id=func.coalesce(bindparam("new_message", type_=BigInteger), outbox.c.message_id),
        due_at=func.coalesce(bindparam("new_due", type_=Moment), outbox.c.due_at),
        not_before=bindparam("new_not_before"),
        ended_at=bindparam("new_end"),
        attempts=outbox.c.attempts - bindparam("uncounted"),
    )
)
_UNDER_WAY = (outbox.c.state == OutboxState.CLAIMED) | (outbox.c.state == OutboxState.HANDED)
_END_OWN = _END.where(_OF_TERM, _UNDER_WAY)  # takes effect once, however often it is repeated


def _refusal(row: Row[Any], recipient: Person, now: datetime) -> tuple[OutboxState, Reason] | None:
    """Return why a row must not be sent, as its end and the reason.

    That a schedule has ended is always said, however late: it is silent, and nothing else would say so.
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
    chosen_by_the_person = row.type in {RowType.EDIT, RowType.SNOOZE}
    may_disturb = chosen_by_the_person or ends_its_schedule
    return (OutboxState.MISSED, Reason.QUIET) if not may_disturb and recipient.is_in_quiet_hours(now) else None


def _claimed(row: Row[Any], recipient: Person) -> Due:
    columns = dict(zip(due_rows.CLAIMED, row[: len(due_rows.CLAIMED)], strict=True))
    return Due(**columns | {"type": RowType(row.type)}, person=recipient, attempts=row.attempts + 1)


def _forget(connection: Connection, ids: Sequence[int], *conditions: ColumnElement[bool]) -> None:
    if ids:
        connection.execute(delete(outbox).where(outbox.c.id.in_(ids), *conditions))


def _end(end: End, now: datetime) -> Values:
    return {
        "row_id": end.id,
        "new_state": end.state,
        "new_reason": end.reason,
        "new_message": end.message_id,
        "new_not_before": end.not_before,
        "new_due": end.due_at,
        "new_end": None if end.state == OutboxState.PENDING else now,
        "uncounted": 0 if end.counts else 1,
    }


def _count(connection: Connection, ends: Sequence[OutboxState]) -> None:
    for end in ends:
        count_on_commit(connection, "reminders", end)
