"""What the bot itself remembers over a restart."""

from sqlalchemy import Connection, delete, select

from bot.store.engine.dialect import insert
from bot.store.tables import memory


def recall(connection: Connection) -> dict[str, str]:
    """All of it."""
    return {row.key: row.value for row in connection.execute(select(memory))}


def remember(connection: Connection, key: str, value: str) -> None:
    """Keep a value, in place of an earlier one."""
    statement = insert(connection, memory).values(key=key, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=[memory.c.key], set_={"value": value}))


def forget(connection: Connection, key: str, value: str) -> None:
    """Keep this value no longer; a newer one stays."""
    connection.execute(delete(memory).where(memory.c.key == key, memory.c.value == value))
