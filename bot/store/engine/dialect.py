"""What SQLite and PostgreSQL have in common and SQLAlchemy does not: ``ON CONFLICT``, and the database's own clock."""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, literal_column, type_coerce

from bot.store.tables import Moment


def insert(connection: Connection, table: Table) -> Any:
    """An insert that can say ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert(table)


def once(build: Callable[[Connection], Any]) -> Callable[[Connection], Any]:
    """``build``, but once for each kind of database: to put a statement together takes as long as to carry it out."""
    built: dict[str, Any] = {}

    def statement(connection: Connection) -> Any:
        name = connection.dialect.name
        if name not in built:
            built[name] = build(connection)
        return built[name]

    return statement


def moment(connection: Connection, seconds: int = 0) -> ColumnElement[datetime]:
    """So many seconds from now by the clock of the database, which is the same for all processes."""
    if connection.dialect.name == "sqlite":
        return type_coerce(func.strftime("%Y-%m-%d %H:%M:%f", "now", f"{seconds:+} seconds"), Moment())
    return type_coerce(func.clock_timestamp() + literal_column(f"interval '{int(seconds)} seconds'"), Moment())
