"""The one thing SQLite and PostgreSQL spell alike and SQLAlchemy does not: ``INSERT ... ON CONFLICT``."""

from importlib import import_module
from typing import Any

from sqlalchemy import Connection, Table


def insert(connection: Connection, table: Table) -> Any:
    """An insert that can say ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert(table)
