"""The outbox: everything that is sent or edited later. Each function is the work of one short transaction.

The order is: plan, claim, (send), hand over, record. A process that dies leaves rows claimed or handed. ``recover``
makes the claimed ones pending again, and presumes that the handed ones arrived: no reminder comes three times, and
hardly any comes twice. An edit may well be made twice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Update, bindparam, delete, func, select, update

from bot.store.engine.event_counts import count_on_commit
from bot.store.tables import ENDED, Moment, OutboxState, RowType, outbox
from bot.store.tables import OPEN_OUTBOX as OPEN

MOST_ATTEMPTS = 2
UNANSWERED_ASK, UNANSWERED_END = "unanswered.ask", "unanswered.end"
"""The kinds of the messages that take the place of a reminder when the ones before had no answer."""
Values = dict[str, Any]


@dataclass(frozen=True)
class Transition:
    """The new state of a row after an attempt to send it.

    Attributes:
        id: The row.
        state: Its new state.
        reason: Why it has this state, for an operator.
        message_id: The message that was sent, if it is known.
        not_before: A pending row is not sent again before this time (UTC).
        counts_as_attempt: False if the message has certainly not arrived.
        due_at: The new time (UTC) of an edit that repeats. Other rows keep theirs, so that they can become too late.
        delete: Whether to delete the row instead of changing its state.
    """

    id: int
    state: OutboxState
    reason: str | None = None
    message_id: int | None = None
    not_before: datetime | None = None
    counts_as_attempt: bool = True
    due_at: datetime | None = None
    delete: bool = False


@dataclass(frozen=True)
class Recovered:
    """How many rows became pending again, and how many are presumed to have arrived."""

    pending: int
    presumed: int


def end_unsent(connection: Connection, ends: Sequence[Transition], now: datetime) -> None:
    """End rows without sending them, unless they have ended already."""
    _store(connection, _END, ends, now)
    _delete(connection, [end.id for end in ends if end.delete])


def hand_over(connection: Connection, ids: Sequence[int], term: int) -> None:
    """Record that the requests of these rows have left."""
    if ids:
        connection.execute(_HAND_OVER, {"ids": ids, "of_term": term})


def record(connection: Connection, transitions: Sequence[Transition], term: int, now: datetime) -> None:
    """Store the transitions of rows after attempts of this term.

    A row stays as it is if it was cancelled meanwhile, or if a later term has taken it over.
    """
    _store(connection, _END_OWN, transitions, now, of_term=term)
    _delete(connection, [transition.id for transition in transitions if transition.delete], outbox.c.term == term)


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
        must_arrive: the kinds that are sent again if they may not have arrived: two copies are better than none.
        handed: ids of rows whose requests have left, even if their state is still claimed.
        ours: also recover the rows of this term. Allowed only while this process sends nothing.

    """
    unowned = OPEN if ours else OPEN & (func.coalesce(outbox.c.term, 0) != term)
    if handed:
        claimed = connection.scalars(select(outbox.c.id).where(unowned, outbox.c.state == OutboxState.CLAIMED)).all()
        sent_ids = [row_id for row_id in claimed if row_id in handed]
        connection.execute(update(outbox).where(outbox.c.id.in_(sent_ids)).values(state=OutboxState.HANDED))
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


def delete_ended(connection: Connection, before: datetime, limit: int) -> int:
    """Delete up to ``limit`` rows that ended before a time (UTC); return how many were deleted."""
    old = select(outbox.c.id).where(ENDED, outbox.c.ended_at < before).limit(limit)
    return connection.execute(delete(outbox).where(outbox.c.id.in_(old))).rowcount


# Each statement is built once: building one takes about as long as executing it.
_AMONG = outbox.c.id.in_(bindparam("ids", expanding=True))
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


def _store(
    connection: Connection, statement: Update, transitions: Sequence[Transition], now: datetime, **more: Any
) -> None:
    kept = [transition for transition in transitions if not transition.delete]
    if kept:
        parameters = [
            {
                "row_id": transition.id,
                "new_state": transition.state,
                "new_reason": transition.reason,
                "new_message": transition.message_id,
                "new_not_before": transition.not_before,
                "new_due": transition.due_at,
                "new_end": None if transition.state == OutboxState.PENDING else now,
                "uncounted": 0 if transition.counts_as_attempt else 1,
                **more,
            }
            for transition in kept
        ]
        connection.execute(statement, parameters)
    for transition in kept:
        if transition.state != OutboxState.PENDING:
            count_on_commit(connection, "reminders", transition.state)


def _delete(connection: Connection, ids: Sequence[int], *conditions: ColumnElement[bool]) -> None:
    if ids:
        connection.execute(delete(outbox).where(outbox.c.id.in_(ids), *conditions))
