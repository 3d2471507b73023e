"""The engine and its settings: how long it waits, who may use the file, and which tables there must be."""

import contextlib
import fcntl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, event, func, inspect, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StoreError
from bot.store import tally
from bot.store.asyncio_engine import AsyncConnection, AsyncEngine, create_async_engine
from bot.store.journal import Journal
from bot.store.schema import REVISION, metadata, revisions

AWAY = (SQLAlchemyError, OSError)
"""What is raised when the database cannot be used; a server that cannot be reached is an OSError."""
PASSING = ("08", "40", "53", "55", "57")
"""The classes of PostgreSQL errors for which no statement is to blame: no connection, no room, a lock, an operator."""
MIGRATION_LOCK = 0x436861726C6579
"""The number by which processes that migrate a PostgreSQL wait for each other."""
CONNECTIONS = 3
POSTGRESQL_LIMITS = {"statement_timeout": "5s", "lock_timeout": "2s", "idle_in_transaction_session_timeout": "10s"}
CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 6.0
"""How long PostgreSQL may take; longer than its own limits, as it says what it has been waiting for."""
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # an opt-out must survive a power cut
    "foreign_keys=ON",
    "secure_delete=ON",  # what is erased is gone from the file's bytes
    "busy_timeout=5000",
)


@contextlib.asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction that writes, committed at the end of the block."""
    async with engine.connect() as connection:
        await connection.execution_options(writes=True)
        async with connection.begin():
            yield connection


def make(url: str, *, patient: bool = False) -> AsyncEngine:
    """An engine for this address, whose statements may take any time if it is ``patient``.

    Raises ``ValueError`` and what SQLAlchemy raises.
    """
    is_sqlite = url.startswith("sqlite")
    limits = {} if patient else {"command_timeout": ANSWER_SECONDS, "server_settings": POSTGRESQL_LIMITS}
    engine = create_async_engine(
        url,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_pre_ping=not is_sqlite,
        connect_args={} if is_sqlite else {"timeout": CONNECT_SECONDS, **limits},
    )
    tally.listen(engine.sync_engine)
    if is_sqlite:
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # or the driver would begin, and commit, when it sees fit
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock at once: one that began as a reader could lose its update to another."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextlib.contextmanager
def told() -> Iterator[None]:
    """What goes wrong at the start, as a line for the operator: raises ``StoreError`` for it."""
    try:
        yield
    except AWAY as error:
        raise StoreError(f"DATABASE_URL: the database cannot be used ({reason(error)})") from None
    except ValueError:  # its text may be a part of the address, and so of the password
        raise StoreError("DATABASE_URL: is no address; write / @ : in a password as %2F %40 %3A") from None


@contextlib.contextmanager
def alone(url: str) -> Iterator[None]:
    """Keep a second process off the same SQLite file, with ``StoreError``; PostgreSQL takes any number."""
    if not url.startswith("sqlite"):
        yield
        return
    with _lock_file(Path(f"{make_url(url).database}.lock")) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError("DATABASE_URL: another process is using this SQLite file") from None
        yield


@contextlib.contextmanager
def journal(url: str, suffix: str = "left") -> Iterator[Journal | None]:
    """A journal beside an SQLite file. Raises ``StoreError``."""
    if not url.startswith("sqlite"):
        yield None
        return
    with _usable_folder():
        notes = Journal(Path(f"{make_url(url).database}.{suffix}"))
    with notes:
        yield notes


def _lock_file(path: Path) -> IO[bytes]:
    with _usable_folder():
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("ab")


@contextlib.contextmanager
def _usable_folder() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"DATABASE_URL: the folder of the SQLite file cannot be used ({error.strerror})") from None


async def migrate(url: str) -> None:
    """Bring the tables up to date: an empty database gets them as they are now, an older one step by step."""
    engine = make(url, patient=True)
    try:
        async with writing(engine) as connection:
            if engine.dialect.name == "postgresql":  # others may be starting too; SQLite's writers wait by themselves
                await connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            await connection.run_sync(_migrate)
    finally:
        await engine.dispose()


def _migrate(connection: Connection) -> None:
    revision = _revision(connection)
    if revision is None:
        _create(connection)
    elif revision > REVISION:
        raise StoreError(f"DATABASE_URL: was made by a newer Charley, at {revision}; this one knows {REVISION}")
    elif revision < REVISION:
        from bot.store.migrations import upgrade  # noqa: PLC0415  # Alembic is slow to import and seldom needed

        upgrade(connection)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(revisions.name):
        return None
    return connection.execute(select(revisions.c.version_num)).scalar()


def _create(connection: Connection) -> None:
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
