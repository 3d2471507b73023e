"""Leases: what one process at a time has, and loses by itself when it is heard of no more.

Only the clock of the database counts, so that the clocks of the processes' machines may differ. SQLite has one process.
"""

from sqlalchemy import ColumnElement, Connection, case, delete, exists, false, literal

from bot.store.engine.dialect import insert, moment
from bot.store.tables import lease

TTL_SECONDS = 30
"""How long a process that is not heard of is believed to be alive."""
KEPT_SECONDS = 3600
"""How long after its end a lease is kept, to be looked at."""
PROCESS = "process:"


def renew(connection: Connection, name: str, owner: str) -> bool:
    """Take or keep a lease for so long from now; false if another has it."""
    values = {"owner": owner, "elected_at": moment(connection), "until": moment(connection, TTL_SECONDS)}
    statement = insert(connection, lease).values(name=name, **values)
    taken = statement.on_conflict_do_update(
        index_elements=[lease.c.name],
        set_={
            **values,
            "elected_at": case((lease.c.owner == owner, lease.c.elected_at), else_=statement.excluded.elected_at),
        },
        where=(lease.c.owner == owner) | (lease.c.until < moment(connection)),
    )
    return connection.execute(taken).rowcount == 1


def live(connection: Connection, owner: str) -> None:
    """Let the others know that this process is alive; forget who has not been for long."""
    renew(connection, f"{PROCESS}{owner}", owner)
    connection.execute(delete(lease).where(lease.c.until < moment(connection, -KEPT_SECONDS)))


def release(connection: Connection, owner: str) -> None:
    """Give back all that a process has, so that nobody has to wait for it."""
    connection.execute(delete(lease).where(lease.c.owner == owner))


def alive(connection: Connection, owner: ColumnElement[str | None]) -> ColumnElement[bool]:
    """The condition that the process whose name stands in this column is believed to be alive.

    With SQLite no other than this one ever is, so that this is false there: who asks excepts their own rows.
    """
    if connection.dialect.name == "sqlite":
        return false()
    return exists().where(lease.c.name == literal(PROCESS) + owner, lease.c.until >= moment(connection))
