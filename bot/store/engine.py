"""Which database it is, which tables there must be, and what goes wrong with it, in words."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine, func, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StoreError
from bot.store.schema import REVISION, metadata, revisions
from bot.store.sqlite import SQLite

T = TypeVar("T")
AWAY = (SQLAlchemyError, OSError)
"""What is raised when the database cannot be used; a server that cannot be reached is an OSError."""
PASSING = ("08", "40", "53", "55", "57")
"""The classes of PostgreSQL errors for which no statement is to blame: no connection, no room, a lock, an operator."""
MIGRATION_LOCK = 0x436861726C6579
"""The number by which processes that migrate a PostgreSQL wait for each other."""


class Database(Protocol):
    """What runs work: ``read`` and ``write`` give what it gives, and raise what it and SQLAlchemy raise."""

    engine: Engine
    is_alone: bool

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work``, which sees everything written before."""
        ...

    async def look(self, work: Callable[[Connection], T]) -> T:
        """As ``read``, for what is over at once and is not to wait."""
        ...

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction, committed if it raises nothing."""
        ...

    async def wipe(self, *, anew: bool) -> bool:
        """Let its files keep no bytes of what was deleted; false if not now."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...


def is_sqlite(url: str) -> bool:
    """Whether the address is that of a file."""
    return url.startswith("sqlite")


def make(url: str, *, patient: bool = False) -> Database:
    """The database at this address, whose statements may take any time if it is ``patient``.

    Raises ``ValueError`` and what SQLAlchemy raises.
    """
    if is_sqlite(url):
        return SQLite(url)
    from bot.store.postgresql import PostgreSQL  # noqa: PLC0415  # asyncio, asyncpg and all: 13 MiB that SQLite spares

    return PostgreSQL(url, patient=patient)


@contextlib.contextmanager
def told() -> Iterator[None]:
    """What goes wrong at the start, as a line for the operator: raises ``StoreError`` for it."""
    try:
        yield
    except AWAY as error:
        raise StoreError(f"DATABASE_URL: the database cannot be used ({reason(error)})") from None
    except ValueError:  # its text may be a part of the address, and so of the password
        raise StoreError("DATABASE_URL: is no address; write / @ : in a password as %2F %40 %3A") from None


async def migrate(url: str) -> None:
    """Bring the tables up to date: an empty database gets them as they are now, an older one step by step."""
    database = make(url, patient=True)
    try:
        await database.write(_migrate)
    finally:
        await database.close()


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":  # others may be starting too; SQLite's writers wait by themselves
        connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
    revision = _revision(connection)
    if revision is None:
        create(connection)
    elif revision > REVISION:
        raise StoreError(f"DATABASE_URL: was made by a newer Charley, at {revision}; this one knows {REVISION}")
    elif revision < REVISION:
        from bot.store.migrations import upgrade  # noqa: PLC0415  # Alembic is slow to import and seldom needed

        upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(revisions.name):
        return None
    return connection.execute(select(revisions.c.version_num)).scalar()


def create(connection: Connection) -> None:
    """Make the tables as they are now."""
    metadata.create_all(connection)
    connection.execute(revisions.insert().values(version_num=REVISION))


def is_passing(error: BaseException) -> bool:
    """Whether a statement failed for no fault of its own, so that it may do better soon."""
    state = str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")
    return isinstance(error, OSError) or is_disconnect(error) or state.startswith(PASSING)


def is_disconnect(error: BaseException) -> bool:
    """Whether the connection is lost."""
    return bool(getattr(error, "connection_invalidated", False))


def reason(error: Exception) -> str:
    """What is wrong in one line, without the statement and its values."""
    cause = getattr(error, "orig", None) or error
    return next(iter(str(cause).splitlines()), "") or type(cause).__name__
