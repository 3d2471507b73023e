"""What the bot itself remembers across restarts: short texts by key, such as the file ids of its pictures."""

from sqlalchemy import Connection, select
from sqlalchemy import delete as sql_delete

from bot.store.engine.dialect import insert
from bot.store.tables import bot_state as table

ERASED = "erased"
"""The key of the time of the last erasure. It is deleted when the files have been rewritten after that erasure."""


def read_all(connection: Connection) -> dict[str, str]:
    """Return all values by key, except the marks of erased people (``erasure_marks``), which may be many."""
    without_marks = select(table).where(~table.c.key.startswith("erased:"))
    return {row.key: row.value for row in connection.execute(without_marks)}


def put(connection: Connection, key: str, value: str) -> None:
    """Store a value (at most 250 characters). It replaces an earlier one."""
    statement = insert(connection, table).values(key=key, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=[table.c.key], set_={"value": value}))


def delete(connection: Connection, key: str, value: str) -> None:
    """Delete ``value``. If another one has been stored under the key since the caller read it, that one stays."""
    connection.execute(sql_delete(table).where(table.c.key == key, table.c.value == value))
