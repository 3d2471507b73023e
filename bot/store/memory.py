"""What the bot itself remembers across restarts: short texts by key."""

from sqlalchemy import Connection, delete, select

from bot.store.engine.dialect import insert
from bot.store.tables import memory

ERASED = "erased"
"""The key of the time of the last erasure. It is deleted when the files have been rewritten after that erasure."""


def recall(connection: Connection) -> dict[str, str]:
    """Return all values by key, except the marks of erased people (``erasure_marks``), which may be many."""
    without_marks = select(memory).where(~memory.c.key.startswith("erased:"))
    return {row.key: row.value for row in connection.execute(without_marks)}


def remember(connection: Connection, key: str, value: str) -> None:
    """Store a value (at most 250 characters). It replaces an earlier one."""
    statement = insert(connection, memory).values(key=key, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=[memory.c.key], set_={"value": value}))


def forget(connection: Connection, key: str, value: str) -> None:
    """Delete ``value``. If another one has been stored under the key since the caller read it, that one stays."""
    connection.execute(delete(memory).where(memory.c.key == key, memory.c.value == value))
