"""Which rows of the outbox could be sent now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select

from bot.store.people import BESIDE
from bot.store.tables import OPEN_OUTBOX as OPEN
from bot.store.tables import OutboxState, outbox, person, schedule

URGENT, USUAL = 0, 1
"""The lanes."""
CLAIMED = ("id", "chat_id", "type", "kind", "version", "due_at", "silent", "data", "message_id", "pictured")


def are_waiting(connection: Connection, number: int, now: datetime, lane: int = USUAL) -> bool:
    """Whether so many of this lane could be sent now."""
    return connection.scalar(_WAITING, {"lane": lane, "now": now, "before": number - 1}) is not None


def rows(connection: Connection, lane: int, now: datetime, most: int, *, untried: bool = False) -> Sequence[Row[Any]]:
    """Rows of a lane that are due; ``untried`` only those never sent, if there are any."""
    given = {"lane": lane, "now": now, "most": most}
    fresh = connection.execute(_UNTRIED, given).all() if untried else []
    return fresh or connection.execute(_DUE, given).all()


_SENDABLE = (
    OPEN,
    outbox.c.lane == bindparam("lane"),
    outbox.c.state == OutboxState.PENDING,
    outbox.c.due_at <= bindparam("now"),
    outbox.c.not_before.is_(None) | (outbox.c.not_before <= bindparam("now")),
)
_WAITING = select(outbox.c.id).where(*_SENDABLE).order_by(outbox.c.due_at).offset(bindparam("before")).limit(1)
_DUE: Select[Any] = (
    select(
        *(outbox.c[name] for name in CLAIMED),
        outbox.c.attempts,
        outbox.c.schedule_id,
        outbox.c.local_date,
        schedule.c.active,
        schedule.c.version.label("newest"),
        *BESIDE,
    )
    .join(schedule, schedule.c.id == outbox.c.schedule_id, isouter=True)
    .join(person, person.c.chat_id == outbox.c.chat_id, isouter=True)
    .where(*_SENDABLE)
    .order_by(outbox.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(of=outbox, skip_locked=True)  # rows that a change of settings has locked are taken next time
)
"""Rows of a lane that are due: what is ``CLAIMED``, the schedule it came from, if any, and the person it is for.

What runs many times a second is built once: building a statement takes longer than carrying it out."""
_UNTRIED = _DUE.where(outbox.c.attempts == 0)
