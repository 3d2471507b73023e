"""The inbox: every update is a row here before Telegram is told that it arrived."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.store.engine.dialect import insert, once_per_database
from bot.store.tables import OPEN_INBOX, InboxState, inbox

OPEN = (InboxState.NEW, InboxState.APPLIED)


def add(connection: Connection, updates: Sequence[tuple[int, bytes]], now: datetime) -> set[int]:
    """Store those of the updates (update_id, raw) that are new; return the ids of all that have not ended."""
    rows = [{"update_id": update_id, "raw": raw, "received_at": now} for update_id, raw in sorted(updates)]
    connection.execute(_add(connection), rows)
    ids = {update_id for update_id, _ in updates}
    return ids.difference(connection.scalars(_ENDED, {"ids": [*ids]}))


def stored_ids(connection: Connection, ids: Collection[int]) -> set[int]:
    """Return those of ``ids`` that are stored, in any state."""
    return set(connection.scalars(_STORED, {"ids": [*ids]}))


def unfinished(connection: Connection) -> list[tuple[int, bytes]]:
    """Return the updates (update_id, raw) that have not ended, in Telegram's order."""
    rows = connection.execute(_UNFINISHED)
    return [(row.update_id, row.raw) for row in rows]


def mark_applied(connection: Connection, update_id: int) -> bool:
    """Mark an update as applied, in the transaction that stores its effects; false if it was applied before."""
    return connection.execute(_MARK_APPLIED, {"id": update_id}).rowcount == 1


def finish(connection: Connection, ends: Sequence[tuple[int, InboxState]], now: datetime) -> None:
    """Store the ends (update_id, done or dead) of updates, even of ones that are not stored, and delete their text."""
    finished = 0
    for state in {state for _, state in ends}:
        ids = [update_id for update_id, end in ends if end == state]
        finished += connection.execute(_FINISH_STORED, {"ids": ids, "end": state}).rowcount
    if finished < len(ends):
        # In the order in which ``add`` stores updates: otherwise the two could wait for each other in PostgreSQL.
        rows = [{"update_id": update_id, "state": state, "received_at": now} for update_id, state in sorted(ends)]
        connection.execute(_finish(connection), rows)


def delete_ended(connection: Connection, before: datetime) -> int:
    """Delete ended updates that were received before a time (UTC); return how many were deleted."""
    old = delete(inbox).where(inbox.c.received_at < before, inbox.c.state.not_in(OPEN))
    return connection.execute(old).rowcount


# Each statement is built once: building one takes about as long as executing it.
_HAS_ID = inbox.c.update_id.in_(bindparam("ids", expanding=True))
_STORED = select(inbox.c.update_id).where(_HAS_ID)
_ENDED = _STORED.where(inbox.c.state.not_in(OPEN))
_FINISH_STORED = update(inbox).where(_HAS_ID).values(state=bindparam("end"), raw=None)
_UNFINISHED = select(inbox.c.update_id, inbox.c.raw).where(OPEN_INBOX).order_by(inbox.c.update_id)
_MARK_APPLIED = (
    update(inbox)
    .where(inbox.c.update_id == bindparam("id"), inbox.c.state == InboxState.NEW)
    .values(state=InboxState.APPLIED)
)


@once_per_database
def _add(connection: Connection) -> Any:
    if connection.dialect.name == "sqlite":  # written so, the rows share one statement: see ``SQLite``
        return insert(connection, inbox).prefix_with("OR IGNORE")
    return insert(connection, inbox).on_conflict_do_nothing()


@once_per_database
def _finish(connection: Connection) -> Any:
    statement = insert(connection, inbox)
    ended = {"state": statement.excluded.state, "raw": None}
    return statement.on_conflict_do_update(index_elements=[inbox.c.update_id], set_=ended)
