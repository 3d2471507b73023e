"""The engine and its settings, and the writer that lets many small writes share one transaction."""

import asyncio
import contextlib
import fcntl
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import IO, Any, TypeVar

from sqlalchemy import Connection, event, func, inspect, make_url, select
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StoreError
from bot.store.asyncio_engine import AsyncConnection, AsyncEngine, create_async_engine
from bot.store.schema import REVISION, metadata, revisions

T = TypeVar("T")
Work = Callable[[Connection], T]

AWAY = (SQLAlchemyError, OSError)
"""What is raised when the database cannot be used; a server that cannot be reached is an OSError."""
MIGRATION_LOCK = 0x436861726C6579
"""The number by which processes that migrate a PostgreSQL wait for each other."""
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # an opt-out must survive a power cut
    "foreign_keys=ON",
    "secure_delete=ON",  # what is erased is gone from the file's bytes
    "busy_timeout=5000",
)


class Store:
    """The database. ``write`` is durable when it returns; ``read`` sees everything written before it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._waiting: list[tuple[Work[Any], asyncio.Future[Any]]] = []
        self._last: list[tuple[Work[Any], asyncio.Future[Any]]] = []
        self._writer: asyncio.Task[None] | None = None

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, url: str) -> AsyncIterator["Store"]:
        """Open the database, make or migrate its tables, and close it at the end. Raises ``StoreError``."""
        with _alone(url):
            with _told():
                store = cls(_engine(url))
            try:
                with _told():
                    await _migrate(store._engine)
                yield store
            finally:
                await store._settled()
                await store._engine.dispose()

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` on a connection of its own. Raises ``StoreError``."""
        try:
            async with self._engine.connect() as connection:
                return await connection.run_sync(work)
        except AWAY as error:
            raise StoreError(f"the database cannot be used ({_reason(error)})") from None

    async def write(self, work: Work[T], *, last: bool = False) -> T:
        """Run ``work`` in a transaction, which it may share with others; its failure undoes only its own.

        What is ``last`` sees all that it is committed with. Raises ``StoreError``, and what ``work`` itself raises.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        (self._last if last else self._waiting).append((work, future))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._commit_all())
        return await future

    async def _settled(self) -> None:
        while self._writer and not self._writer.done():
            await asyncio.wait([self._writer])

    async def _commit_all(self) -> None:
        """One commit at a time: what comes in meanwhile is the next one's batch."""
        while self._waiting or self._last:
            batch, self._waiting, self._last = self._waiting + self._last, [], []
            await self._commit(batch)

    async def _commit(self, batch: list[tuple[Work[Any], asyncio.Future[Any]]]) -> None:
        try:
            async with _writing(self._engine) as connection:
                results = await connection.run_sync(lambda each: [work(each) for work, _ in batch])
        except Exception as error:  # noqa: BLE001  # whatever it is, those who wait for it are told
            if len(batch) == 1:
                _settle(batch[0][1], error)
                return
            for one in batch:
                await self._commit([one])
        else:
            for (_, future), result in zip(batch, results, strict=True):
                _settle(future, result)


def _settle(future: asyncio.Future[Any], outcome: Any) -> None:
    if future.done():
        return
    if isinstance(outcome, AWAY):
        future.set_exception(StoreError(f"the database cannot be used ({_reason(outcome)})"))
    elif isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)


@contextlib.asynccontextmanager
async def _writing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    async with engine.connect() as connection:
        await connection.execution_options(writes=True)
        async with connection.begin():
            yield connection


def _engine(url: str) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=3, max_overflow=0, pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
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
def _told() -> Iterator[None]:
    """What goes wrong at the start, as a line for the operator."""
    try:
        yield
    except AWAY as error:
        raise StoreError(f"DATABASE_URL: the database cannot be used ({_reason(error)})") from None
    except ValueError:  # its text may be a part of the address, and so of the password
        raise StoreError("DATABASE_URL: is no address; write / @ : in a password as %2F %40 %3A") from None


@contextlib.contextmanager
def _alone(url: str) -> Iterator[None]:
    """Keep a second process off the same SQLite file; PostgreSQL takes any number."""
    if not url.startswith("sqlite"):
        yield
        return
    with _lock_file(Path(f"{make_url(url).database}.lock")) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError("DATABASE_URL: another process is using this SQLite file") from None
        yield


def _lock_file(path: Path) -> IO[bytes]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("ab")
    except OSError as error:
        raise StoreError(f"DATABASE_URL: the folder of the SQLite file cannot be used ({error.strerror})") from None


async def _migrate(engine: AsyncEngine) -> None:
    """Bring the tables up to date: an empty database gets them as they are now, an older one step by step."""
    async with _writing(engine) as connection:
        if engine.dialect.name == "postgresql":  # others may be starting too; SQLite's writers wait by themselves
            await connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        revision = await connection.run_sync(_revision)
        if revision is None:
            await connection.run_sync(_create)
        elif revision > REVISION:
            raise StoreError(f"DATABASE_URL: was made by a newer Charley, at {revision}; this one knows {REVISION}")
        elif revision < REVISION:
            from bot.store.migrations import upgrade  # noqa: PLC0415  # Alembic is slow to import and seldom needed

            await connection.run_sync(upgrade)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(revisions.name):
        return None
    return connection.execute(select(revisions.c.version_num)).scalar()


def _create(connection: Connection) -> None:
    metadata.create_all(connection)
    connection.execute(revisions.insert().values(version_num=REVISION))


def _reason(error: Exception) -> str:
    """What is wrong in one line, without the statement and its values."""
    cause = getattr(error, "orig", None) or error
    return next(iter(str(cause).splitlines()), "") or type(cause).__name__
