"""``ON CONFLICT`` and the database's own clock: both databases have them, but SQLAlchemy has no common form."""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, literal_column, type_coerce

from bot.store.tables import Moment


def insert(connection: Connection, table: Table) -> Any:
    """Return an insert that has ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert(table)


def once_per_database(build: Callable[[Connection], Any]) -> Callable[[Connection], Any]:
    """Call ``build`` only once for each kind of database: building a statement takes about as long as executing it."""
    statements: dict[str, Any] = {}

    def statement(connection: Connection) -> Any:
        name = connection.dialect.name
        if name not in statements:
            statements[name] = build(connection)
        return statements[name]

    return statement


def database_time(connection: Connection, seconds: int = 0) -> ColumnElement[datetime]:
    """Return the moment ``seconds`` from now by the database's clock, which is the same for all processes."""
    if connection.dialect.name == "sqlite":
        return type_coerce(func.strftime("%Y-%m-%d %H:%M:%f", "now", f"{seconds:+} seconds"), Moment())
    # clock_timestamp() is the present; now() is the start of the transaction, which may have waited for a lock
    return type_coerce(func.clock_timestamp() + literal_column(f"interval '{int(seconds)} seconds'"), Moment())
