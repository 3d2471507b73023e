"""The lease of the active process: one row, judged by the database's clock alone.

The clocks of the processes' machines may differ. With SQLite the lock of the file is the lease; the row then only
counts terms.
"""

from sqlalchemy import Connection, select, update

from bot.store.engine.dialect import database_time, insert
from bot.store.tables import lease

ACTIVE = "active"
VALID_SECONDS = 5
"""Validity of the lease after each renewal; a process that dies is replaced after this time."""


def acquire(connection: Connection, owner: str, *, by_force: bool = False) -> int | None:
    """Take the lease if it is free or has run out, and return its new term; None if another process holds it.

    ``by_force`` takes it in any case, for a process that holds the lock of an SQLite file.
    """
    values = {"owner": owner, "until": database_time(connection, VALID_SECONDS)}
    statement = insert(connection, lease).values(name=ACTIVE, term=1, **values)
    upsert = statement.on_conflict_do_update(
        index_elements=[lease.c.name],
        set_={**values, "term": lease.c.term + 1},
        where=None if by_force else lease.c.until < database_time(connection),
    )
    term: int | None = connection.scalar(upsert.returning(lease.c.term))
    return term


def is_reachable(connection: Connection) -> bool:
    """Read the lease, only to find out whether the database answers. Returns whether there is a row."""
    return connection.execute(select(lease.c.term)).first() is not None


def renew(connection: Connection, owner: str, term: int) -> bool:
    """Extend the lease; false if another process has taken it.

    If the lease ran out while the database was unavailable, and no other process took it, it still belongs to this one.
    """
    mine = (lease.c.name == ACTIVE, lease.c.owner == owner, lease.c.term == term)
    statement = update(lease).where(*mine).values(until=database_time(connection, VALID_SECONDS))
    return connection.execute(statement).rowcount == 1


def release(connection: Connection, owner: str, term: int) -> None:
    """Give the lease up at once. The row stays, because the term must never go back."""
    mine = (lease.c.name == ACTIVE, lease.c.owner == owner, lease.c.term == term)
    connection.execute(update(lease).where(*mine).values(until=database_time(connection, -1)))
