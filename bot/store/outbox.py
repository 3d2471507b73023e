"""Every occurrence of every reminder, from planned to ended; each function is one short transaction's work.

The order of things is: plan, claim, (send), hand over, record. A process that dies leaves rows claimed or handed:
``recover`` gives the claimed back, and of those handed over presumes that they arrived, so that no reminder comes
three times and hardly one comes twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select, update

from bot.store.people import PERSON, Person
from bot.store.schema import OPEN_OUTBOX as OPEN
from bot.store.schema import outbox, person, schedule
from bot.timetable import Occurrence, is_late

MOST_ATTEMPTS = 2
LEASE = timedelta(seconds=120)
Change = dict[str, Any]


@dataclass(frozen=True)
class Due:
    """One reminder to be sent now, claimed for this process: the ``attempts``-th time, for ``person``."""

    id: int
    chat_id: int
    kind: str
    version: int
    due_at: datetime
    silent: bool
    data: str | None
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
    stays: however often it is put off, it is missed when it is too late.
    """

    id: int
    state: str
    reason: str | None = None
    message_id: int | None = None
    again_at: datetime | None = None
    counts: bool = True


def last(connection: Connection, schedule_id: int) -> Occurrence | None:
    """The latest occurrence that was planned, if there was one; snoozes do not count."""
    query = (
        select(outbox.c.due_at, outbox.c.local_date, outbox.c.slot)
        .where(outbox.c.schedule_id == schedule_id, outbox.c.local_date.is_not(None), outbox.c.state != "cancelled")
        .order_by(outbox.c.local_date.desc(), outbox.c.slot.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return row and Occurrence(row.local_date, row.slot, row.due_at)


def keep_put_off(connection: Connection, schedule_id: int, version: int) -> None:
    """Carry what was put off over to the next version of its schedule: it hangs on no time of the schedule."""
    put_off = (outbox.c.schedule_id == schedule_id, outbox.c.local_date.is_(None))
    unended = outbox.c.state.in_(["pending", "claimed"])
    connection.execute(update(outbox).where(*put_off, unended).values(version=version))


def cancel(connection: Connection, schedule_id: int, version: int, now: datetime) -> None:
    """Cancel what is planned by older versions of a schedule and has not been claimed."""
    planned = (outbox.c.schedule_id == schedule_id, outbox.c.version < version, outbox.c.state == "pending")
    connection.execute(update(outbox).where(*planned).values(state="cancelled", reason="changed", ended_at=now))


def claim(connection: Connection, now: datetime, owner: str, most: int) -> Claim:
    """Take up to ``most`` reminders that are due.

    What has been turned off or changed, is too late, or has been tried too often, ends here instead.
    """
    rows = connection.execute(_due(now, most).with_for_update(of=outbox, skip_locked=True)).all()
    changes: list[Change] = []
    due: list[Due] = []
    for row in rows:
        refusal = _refusal(row, now)
        if refusal:
            changes.append(_ended(row.id, *refusal, now))
        else:
            due.append(_claimed(row))
    _apply(connection, changes)
    _claim(connection, [each.id for each in due], now, owner)
    return Claim(due, len(rows))


def hand_over(connection: Connection, ids: Sequence[int], owner: str) -> None:
    """Note that the bytes of these have left."""
    if not ids:
        return
    claimed = update(outbox).where(outbox.c.id.in_(ids), outbox.c.state == "claimed", outbox.c.owner == owner)
    connection.execute(claimed.values(state="handed"))


def record(connection: Connection, ends: Iterable[End], now: datetime) -> None:
    """Store how attempts ended."""
    _apply(connection, [_end(each, now) for each in ends])


def recover(connection: Connection, now: datetime, owner: str, must_arrive: Iterable[str] = ()) -> dict[str, int]:
    """Take care of what was left half done: whose lease has ended, or is ours, or, with one process only, anybody's.

    To be called while nothing of ``owner``'s is under way. Returns how many went back to pending and how many are
    presumed to have arrived.
    """
    alone = connection.dialect.name == "sqlite"
    left = (OPEN, (outbox.c.owner == owner) | (outbox.c.lease_until < now) | alone)
    again = (outbox.c.state == "claimed") | ((outbox.c.state == "handed") & outbox.c.kind.in_(list(must_arrive)))
    pending = update(outbox).where(*left, again).values(state="pending", owner=None, lease_until=None)
    presumed = update(outbox).where(*left, outbox.c.state == "handed").values(state="presumed", ended_at=now)
    return {"pending": connection.execute(pending).rowcount, "presumed": connection.execute(presumed).rowcount}


def counts(connection: Connection) -> dict[str, int]:
    """How many rows are in each state."""
    query = select(outbox.c.state, func.count().label("number")).group_by(outbox.c.state)
    return {row.state: row.number for row in connection.execute(query)}


def _due(now: datetime, most: int) -> Select[Any]:
    """Rows that are due, each with the schedule it came from, if any, and the person it is for."""
    return (
        select(
            *(outbox.c[name] for name in ("id", "chat_id", "kind", "due_at", "silent", "data", "attempts")),
            outbox.c.version,
            outbox.c.schedule_id,
            schedule.c.active,
            schedule.c.version.label("newest"),
            *(person.c[name].label(f"person_{name}") for name in PERSON),
        )
        .join(schedule, schedule.c.id == outbox.c.schedule_id, isouter=True)
        .join(person, person.c.chat_id == outbox.c.chat_id, isouter=True)
        .where(OPEN, outbox.c.state == "pending", outbox.c.due_at <= now)
        .where(outbox.c.lease_until.is_(None) | (outbox.c.lease_until <= now))
        .order_by(outbox.c.due_at)
        .limit(most)
    )


def _refusal(row: Row[Any], now: datetime) -> tuple[str, str] | None:
    """Why a row is not to be sent: its end and the reason."""
    if row.schedule_id is not None and (not row.active or row.newest != row.version):
        return "cancelled", "changed"
    if row.person_blocked:
        return "cancelled", "blocked"
    if row.attempts >= MOST_ATTEMPTS:
        return "dead", "its process died twice"
    return ("missed", "late") if is_late(row.due_at, now) else None


def _claimed(row: Row[Any]) -> Due:
    known = {name: getattr(row, f"person_{name}") for name in PERSON}
    whom = Person(**known) if row.person_chat_id is not None else Person(row.chat_id)
    names = ("id", "chat_id", "kind", "version", "due_at", "silent", "data")
    return Due(person=whom, attempts=row.attempts + 1, **{name: getattr(row, name) for name in names})


def _claim(connection: Connection, ids: Sequence[int], now: datetime, owner: str) -> None:
    if ids:
        values = {"state": "claimed", "owner": owner, "lease_until": now + LEASE, "attempts": outbox.c.attempts + 1}
        connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(values))


def _ended(number: int, state: str, reason: str, now: datetime) -> Change:
    return _end(End(number, state, reason), now)


def _end(end: End, now: datetime) -> Change:
    return {
        "number": end.id,
        "new_state": end.state,
        "new_reason": end.reason,
        "new_message": end.message_id,
        "not_before": end.again_at,
        "new_end": None if end.state == "pending" else now,
        "uncounted": 0 if end.counts else 1,
    }


def _apply(connection: Connection, changes: Sequence[Change]) -> None:
    if not changes:
        return
    statement = update(outbox).where(outbox.c.id == bindparam("number"))
    statement = statement.values(
        state=bindparam("new_state"),
        reason=bindparam("new_reason"),
        message_id=bindparam("new_message"),
        lease_until=bindparam("not_before"),
        ended_at=bindparam("new_end"),
        attempts=outbox.c.attempts - bindparam("uncounted"),
    )
    connection.execute(statement, list(changes))
