"""What the bot itself remembers over a restart."""

from sqlalchemy import Connection, select

from bot.store.dialect import insert
from bot.store.schema import memory


def recall(connection: Connection) -> dict[str, str]:
    """All of it."""
    return {row.key: row.value for row in connection.execute(select(memory))}


def remember(connection: Connection, key: str, value: str) -> None:
    """Keep a value, in place of an earlier one."""
    statement = insert(connection, memory).values(key=key, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=[memory.c.key], set_={"value": value}))
