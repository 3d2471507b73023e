"""What the bot itself remembers over a restart: short texts by name."""

from sqlalchemy import Connection, delete, select

from bot.store.engine.dialect import insert
from bot.store.tables import memory

ERASED = "erased"
"""The memory keeps under this key when something about a person was last erased, until the file has been rewritten."""


def recall(connection: Connection) -> dict[str, str]:
    """Return all that is remembered, but for marks (``erasure_marks``), of which there may be many."""
    without_marks = select(memory).where(~memory.c.key.startswith("erased:"))
    return {row.key: row.value for row in connection.execute(without_marks)}


def remember(connection: Connection, key: str, value: str) -> None:
    """Store a value (at most 250 characters), in place of an earlier one."""
    statement = insert(connection, memory).values(key=key, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=[memory.c.key], set_={"value": value}))


def forget(connection: Connection, key: str, value: str) -> None:
    """Delete a value. If another was stored since the caller read it, that one stays."""
    connection.execute(delete(memory).where(memory.c.key == key, memory.c.value == value))
