"""The statements that a store executes, and how SQLite looks up their rows."""

from typing import Any, NamedTuple

from sqlalchemy import event

from bot.store import Store


class Statement(NamedTuple):
    """A statement as the driver gets it, with its values."""

    text: str
    values: Any


def record_statements(store: Store) -> list[Statement]:
    """Return a list to which every statement is added that the store executes from now on."""
    statements: list[Statement] = []
    event.listen(
        store.database.engine, "before_cursor_execute", lambda *given: statements.append(Statement(given[2], given[3]))
    )
    return statements


async def query_plan(store: Store, statement: Statement) -> str:
    """Return SQLite's plan for a statement: the indexes that it uses, and their conditions."""
    explain = f"EXPLAIN QUERY PLAN {statement.text}"
    return await store.read(lambda connection: str(connection.exec_driver_sql(explain, statement.values).all()))
