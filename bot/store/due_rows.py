"""Which rows of the outbox can be sent now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select

from bot.store.people import JOINED_COLUMNS
from bot.store.tables import OPEN_OUTBOX as OPEN
from bot.store.tables import OutboxState, outbox, person, schedule

URGENT, USUAL = 0, 1
"""The lanes."""
CLAIMED = ("id", "chat_id", "type", "kind", "version", "due_at", "silent", "data", "message_id", "pictured")
"""The columns with which a row of ``read`` begins, as ``outbox.Due`` has them."""


def has_at_least(connection: Connection, number: int, now: datetime) -> bool:
    """Return whether the usual lane has at least ``number`` rows that can be sent now."""
    # OFFSET reads no further than the row that decides. Counting would read a whole backlog every second.
    return connection.scalar(_NTH, {"lane": USUAL, "now": now, "before": number - 1}) is not None


def read(connection: Connection, lane: int, now: datetime, most: int, *, untried: bool = False) -> Sequence[Row[Any]]:
    """Return up to ``most`` rows of a lane that are due; ``untried`` only those never sent, if there are any."""
    parameters = {"lane": lane, "now": now, "most": most}
    rows = connection.execute(_UNTRIED, parameters).all() if untried else []
    return rows or connection.execute(_DUE, parameters).all()


# Each statement is built once: building one takes longer than executing it, and these run many times a second.
_SENDABLE = (
    # Pending rows are open, but without exactly these words neither database would use the partial index.
    OPEN,
    outbox.c.lane == bindparam("lane"),
    outbox.c.state == OutboxState.PENDING,
    outbox.c.due_at <= bindparam("now"),
    outbox.c.not_before.is_(None) | (outbox.c.not_before <= bindparam("now")),
)
_NTH = select(outbox.c.id).where(*_SENDABLE).order_by(outbox.c.due_at).offset(bindparam("before")).limit(1)
_DUE: Select[Any] = (
    select(
        *(outbox.c[name] for name in CLAIMED),
        outbox.c.attempts,
        outbox.c.schedule_id,
        outbox.c.local_date,
        schedule.c.active,
        schedule.c.version.label("newest"),
        *JOINED_COLUMNS,
    )
    .join(schedule, schedule.c.id == outbox.c.schedule_id, isouter=True)
    .join(person, person.c.chat_id == outbox.c.chat_id, isouter=True)
    .where(*_SENDABLE)
    .order_by(outbox.c.due_at)
    .limit(bindparam("most"))
    # Rows that a change of settings has locked are taken next time: sending must not wait for it. Only the outbox is
    # locked, because PostgreSQL cannot lock the side of an outer join that may be missing.
    .with_for_update(of=outbox, skip_locked=True)
)
"""Rows of a lane that are due: the columns ``CLAIMED``, the schedule that planned it, if any, and the recipient."""
_UNTRIED = _DUE.where(outbox.c.attempts == 0)
