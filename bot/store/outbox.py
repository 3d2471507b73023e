"""Everything that is sent or edited later, from due to ended; each function is one short transaction's work.

The order of things is: plan, claim, (send), hand over, record. A process that dies leaves rows claimed or handed:
``recover`` gives the claimed back, and of those handed over presumes that they arrived, so that no reminder comes
three times and hardly one comes twice. An edit may well be made twice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Row, bindparam, delete, func, select, update

from bot.store import due_rows, leases, people
from bot.store.engine import tally
from bot.store.people import Person
from bot.store.tables import ENDED, Moment, outbox, schedule
from bot.store.tables import OPEN_OUTBOX as OPEN
from bot.timetable import is_late

MOST_ATTEMPTS = 2
UNANSWERED_ASK, UNANSWERED_END = "unanswered.ask", "unanswered.end"
"""What takes the place of a reminder when those before had no answer. The end says that its schedule is off."""
Change = dict[str, Any]


@dataclass(frozen=True)
class Due:
    """One row to be sent now, claimed for this process: the ``attempts``-th time, for ``person``.

    If ``pictured`` is known it edits the message ``message_id``; otherwise it is a new message.
    """

    id: int
    chat_id: int
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
    """What was claimed, and how many rows were looked at for it: none when nothing is due any more."""

    due: list[Due]
    looked_at: int


@dataclass(frozen=True)
class End:
    """How one attempt ended: a new ``state``, a ``reason`` where one is owed, the message if it is known.

    ``again_at`` (UTC) with the state pending: not before then; ``counts``: whether it was an attempt. When it is due
    stays: however often it is put off, it is missed when it is too late. Only what is repeated on purpose has a new
    ``due_at``. ``forgotten``: nothing of it is kept.
    """

    id: int
    state: str
    reason: str | None = None
    message_id: int | None = None
    again_at: datetime | None = None
    counts: bool = True
    due_at: datetime | None = None
    forgotten: bool = False


def claim(connection: Connection, now: datetime, owner: str, most: int, *, untried: bool = False) -> Claim:
    """Take up to ``most`` rows that are due, those of people in pain first, with ``untried`` then those never sent.

    What has been turned off or changed, is too late or in quiet hours, or has been tried too often, ends here instead.
    """
    rows = [*due_rows.rows(connection, due_rows.URGENT, now, most)]
    rows += (
        due_rows.rows(connection, due_rows.USUAL, now, most - len(rows), untried=untried) if len(rows) < most else []
    )
    whom = {row.id: people.beside(row) or Person(row.chat_id) for row in rows}
    refusals = {row.id: refusal for row in rows if (refusal := _refusal(row, whom[row.id], now))}
    due = [_claimed(row, whom[row.id]) for row in rows if row.id not in refusals]
    if refusals:
        connection.execute(_END, [_end(End(number, *why), now) for number, why in refusals.items()])
    _count(connection, [refusals[row.id][0] for row in rows if row.id in refusals and row.pictured is None])
    _forget(connection, [row.id for row in rows if row.id in refusals and row.pictured is not None])
    if due:
        connection.execute(_CLAIM, {"ids": [each.id for each in due], "by": owner})
    return Claim(due, len(rows))


def is_elsewhere(connection: Connection, chat_id: int, owner: str) -> bool:
    """Whether another process than ``owner`` has a reminder of this person in hand, and may be about to send it."""
    return connection.execute(_ELSEWHERE, {"chat": chat_id, "by": owner}).first() is not None


def hand_over(connection: Connection, ids: Sequence[int], owner: str) -> None:
    """Note that the bytes of these have left."""
    if ids:
        connection.execute(_HAND_OVER, {"ids": ids, "by": owner})


def record(connection: Connection, ends: Sequence[End], owner: str, now: datetime) -> None:
    """Store how attempts of ``owner`` ended; what has been cancelled or taken over meanwhile stays as it is.

    What is to be forgotten is deleted.
    """
    changes = [_end(each, now) | {"by": owner} for each in ends if not each.forgotten]
    if changes:
        connection.execute(_END_OWN, changes)
    _count(connection, [each.state for each in ends if not each.forgotten and each.state != "pending"])
    _forget(connection, [each.id for each in ends if each.forgotten], outbox.c.owner == owner)


def recover(
    connection: Connection,
    now: datetime,
    owner: str,
    must_arrive: Collection[str] = (),
    handed: Collection[int] = (),
    *,
    ours: bool = True,
) -> dict[str, int]:
    """Take care of what was left half done by processes that are no more, and, while nothing is under way, of ``ours``.

    ``handed`` are known to have left although their rows do not say so. Returns how many went back to pending and how
    many are presumed to have arrived.
    """
    of_others = (outbox.c.owner != owner) & ~leases.alive(connection, outbox.c.owner)
    left = (OPEN, of_others | ((outbox.c.owner == owner) & ours))
    if handed:
        claimed = connection.scalars(select(outbox.c.id).where(*left, outbox.c.state == "claimed")).all()
        known = [number for number in claimed if number in handed]
        connection.execute(update(outbox).where(outbox.c.id.in_(known)).values(state="handed"))
    repeatable = outbox.c.pictured.is_not(None) | outbox.c.kind.in_(list(must_arrive))
    repeatable &= outbox.c.attempts < MOST_ATTEMPTS
    again = (outbox.c.state == "claimed") | ((outbox.c.state == "handed") & repeatable)
    pending = update(outbox).where(*left, again).values(state="pending", owner=None, lease_until=None)
    presumed = update(outbox).where(*left, outbox.c.state == "handed").values(state="presumed", ended_at=now)
    found = {"pending": connection.execute(pending).rowcount, "presumed": connection.execute(presumed).rowcount}
    tally.note(connection, "reminders", "presumed", times=found["presumed"])
    return found


def forget(connection: Connection, before: datetime, most: int) -> int:
    """Delete up to ``most`` rows that ended before that time; returns how many."""
    old = select(outbox.c.id).where(ENDED, outbox.c.ended_at < before).limit(most)
    return connection.execute(delete(outbox).where(outbox.c.id.in_(old))).rowcount


_CHOSEN = outbox.c.id.in_(bindparam("ids", expanding=True))
_CLAIM = (
    update(outbox)
    .where(_CHOSEN)
    .values(state="claimed", owner=bindparam("by"), lease_until=None, attempts=outbox.c.attempts + 1)
)
_OWN = outbox.c.owner == bindparam("by")
_HAND_OVER = update(outbox).where(_CHOSEN, outbox.c.state == "claimed", _OWN).values(state="handed")
_END = (
    update(outbox)
    .where(outbox.c.id == bindparam("number"), OPEN)
    .values(
        state=bindparam("new_state"),
        reason=bindparam("new_reason"),
        message_id=func.coalesce(bindparam("new_message", type_=BigInteger), outbox.c.message_id),
        due_at=func.coalesce(bindparam("new_due", type_=Moment), outbox.c.due_at),
        lease_until=bindparam("not_before"),
        ended_at=bindparam("new_end"),
        attempts=outbox.c.attempts - bindparam("uncounted"),
    )
)
_IN_HAND = (outbox.c.state == "claimed") | (outbox.c.state == "handed")
_ELSEWHERE = (
    select(outbox.c.id)
    .join(schedule, schedule.c.id == outbox.c.schedule_id)
    .where(schedule.c.chat_id == bindparam("chat"), outbox.c.state == "claimed", outbox.c.owner != bindparam("by"))
)
_END_OWN = _END.where(_OWN, _IN_HAND)  # once, however often it is tried to be stored


def _refusal(row: Row[Any], whom: Person, now: datetime) -> tuple[str, str] | None:
    """Why a row is not to be sent: its end and the reason. That a schedule is off is told however late, silently."""
    ends_its_schedule = row.kind == UNANSWERED_END
    if row.schedule_id is not None and (row.newest != row.version or not (row.active or ends_its_schedule)):
        return "cancelled", "changed"
    if whom.blocked:
        return "cancelled", "blocked"
    if row.attempts >= MOST_ATTEMPTS:
        return "dead", "was tried twice and its process died"
    if is_late(row.due_at, now) and not ends_its_schedule:
        return "missed", "late"
    is_chosen = row.pictured is not None or (row.schedule_id is not None and row.local_date is None)
    may_disturb = is_chosen or ends_its_schedule
    return ("missed", "quiet") if not may_disturb and whom.rests(now) else None


def _claimed(row: Row[Any], whom: Person) -> Due:
    known = dict(zip(due_rows.CLAIMED, row[: len(due_rows.CLAIMED)], strict=True))
    return Due(person=whom, attempts=row.attempts + 1, **known)


def _forget(connection: Connection, ids: Sequence[int], *which: ColumnElement[bool]) -> None:
    if ids:
        connection.execute(delete(outbox).where(outbox.c.id.in_(ids), *which))


def _end(end: End, now: datetime) -> Change:
    return {
        "number": end.id,
        "new_state": end.state,
        "new_reason": end.reason,
        "new_message": end.message_id,
        "not_before": end.again_at,
        "new_due": end.due_at,
        "new_end": None if end.state == "pending" else now,
        "uncounted": 0 if end.counts else 1,
    }


def _count(connection: Connection, ends: Sequence[str]) -> None:
    for end in ends:
        tally.note(connection, "reminders", end)
