"""SQLite databases that share what SQLAlchemy has compiled. A fifth of the time of a test with a bot went into that."""

from functools import cache
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, Engine, create_mock_engine

from bot.store.tables import REVISION, metadata, revisions

with sqlalchemy.create_engine("sqlite://").connect() as _first:  # the first connection completes the dialect
    _DIALECT = _first.dialect
_COMPILED: dict[Any, Any] = {}


def create_engine(url: str, **options: Any) -> Engine:
    """Create an engine as ``sqlalchemy.create_engine``. SQLAlchemy keeps compiled statements by their dialect."""
    engine = sqlalchemy.create_engine(url, **options)
    engine.dialect = _DIALECT
    engine.update_execution_options(compiled_cache=_COMPILED)
    return engine


def create(connection: Connection) -> None:
    """Create the tables as ``bot.store.engine.migrate.create``."""
    for statement in _definitions():
        connection.exec_driver_sql(statement)
    connection.execute(revisions.insert().values(version_num=REVISION))


@cache
def _definitions() -> tuple[str, ...]:
    definitions: list[str] = []
    engine = create_mock_engine(
        "sqlite://", lambda ddl, *_, **__: definitions.append(str(ddl.compile(dialect=_DIALECT)))
    )
    metadata.create_all(engine, checkfirst=False)
    return tuple(definitions)
