"""PostgreSQL: one process works on it, others stand by."""

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.errors import StoreError
from bot.store import erasure
from bot.store.engine import event_counts
from bot.store.engine.address import connect_arguments
from bot.store.tables import inbox

T = TypeVar("T")
CONNECTIONS = 3
SESSION_SETTINGS = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",  # a frozen process must not hold its locks for ever
    "plan_cache_mode": "force_custom_plan",  # a plan made while a table was empty would scan it when it has grown
}
REWRITE_LOCK_MILLISECONDS = 200
"""How long rewriting a table waits for its lock, which pg_dump may hold. Others who use the table wait behind it."""
OLD_SNAPSHOT_MILLISECONDS = 1000
"""A transaction that has been open for longer may have begun before somebody was erased, and still see their rows."""
HAS_OLD_SNAPSHOT = """
    SELECT count(*) > 0 FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type <> 'autovacuum worker'
    AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL)
    AND xact_start < clock_timestamp() - :milliseconds * interval '1 millisecond'
"""
"""Transactions of another database user are found only if ours may see them (``pg_read_all_stats``)."""
CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 6.0
"""Our own limits. They are longer than the server's, because the server's error says what it was waiting for."""
SHARING_ROUNDS = 3
"""PgBouncer is detected in the first round. A pooler that picks sessions at random is missed in half of the rounds."""
SHARING_SQLSTATES = ("26000", "42P05")
"""A prepared statement is missing, or exists already: the session is not the one in which it was prepared."""
SHARED_SESSIONS = (
    "DATABASE_URL: a connection pooler gives each transaction another session (transaction mode), and the bot cannot "
    "work like that; use the pooler's session mode or the address of PostgreSQL itself"
)


class PostgreSQL:
    """A database on a PostgreSQL server. Without ``time_limits``, a statement may take any time."""

    is_exclusive = False

    def __init__(self, url: str, *, time_limits: bool = True) -> None:
        self._url = url
        arguments = {"timeout": CONNECT_SECONDS, **connect_arguments(url)}
        if time_limits:
            arguments["command_timeout"] = ANSWER_SECONDS
        self.asyncio_engine = create_async_engine(
            "postgresql+asyncpg://", pool_size=CONNECTIONS, max_overflow=0, pool_pre_ping=True, connect_args=arguments
        )
        self.engine = self.asyncio_engine.sync_engine
        if time_limits:
            event.listen(self.engine, "connect", _prepare)
        event_counts.listen(self.engine)

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection during the block. Raises SQLAlchemy's errors and ``OSError``.

        SQLAlchemy translates the driver's errors into its own, but not those that come while a connection is prepared.
        """
        try:
            async with self.asyncio_engine.connect() as connection:
                yield connection
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise ConnectionError(str(error)) from error

    async def check(self) -> None:
        """Raise ``StoreError`` if a pooler lets two connections share their sessions."""
        try:
            async with self.connection() as one, self.connection() as other:
                for _ in range(SHARING_ROUNDS):
                    if await _share_a_session(one, other):
                        raise StoreError(SHARED_SESSIONS)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) in SHARING_SQLSTATES:
                raise StoreError(SHARED_SESSIONS) from None
            raise

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work``, which sees everything written before."""
        async with self.connection() as connection:
            return await connection.run_sync(work)

    quick_read = read

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction, and commit it if it raises nothing."""
        async with self.connection() as connection, connection.begin():
            return await connection.run_sync(work)

    async def wipe(self, *, rewrite: bool) -> bool:
        """With ``rewrite``, rewrite the tables about people; false if that is not possible now. Otherwise do nothing.

        It is not possible if a table is too large or in use, or while a long transaction is open. The server's own
        vacuum only marks the space of deleted rows as free. Their bytes stay there until something else overwrites
        them.
        """
        if not rewrite:
            return True
        patient = PostgreSQL(self._url, time_limits=False)
        try:
            async with patient.connection() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                await connection.exec_driver_sql(f"SET lock_timeout = {REWRITE_LOCK_MILLISECONDS}")
                if await connection.scalar(text(HAS_OLD_SNAPSHOT), {"milliseconds": OLD_SNAPSHOT_MILLISECONDS}):
                    return False  # VACUUM FULL would keep deleted rows that the old transaction can see
                names = [table.name for table in (inbox, *erasure.PERSONAL_TABLES)]
                sizes = [await connection.scalar(select(func.pg_table_size(name))) for name in names]
                small = [name for name, size in zip(names, sizes, strict=True) if int(size or 0) <= erasure.MOST_BYTES]
                for name in small:  # each is written to new files with its indexes, and writers wait meanwhile
                    await connection.exec_driver_sql(f"VACUUM (FULL) {name}")
                return small == names
        except (SQLAlchemyError, OSError):  # a table is in use, or the server is unavailable
            return False
        finally:
            await patient.close()

    async def close(self) -> None:
        """Close all connections."""
        await self.asyncio_engine.dispose()


def _prepare(connection: Any, _record: object) -> None:
    """Set ``SESSION_SETTINGS``. Options of the connection would do the same, but poolers refuse them."""
    settings = "; ".join(f"SET {name} = '{value}'" for name, value in SESSION_SETTINGS.items())
    connection.run_async(lambda session: session.execute(settings))


async def _share_a_session(one: AsyncConnection, other: AsyncConnection) -> bool:
    before = await _session(one)
    await one.rollback()
    try:
        # The other transaction stays open, so it keeps its session. If that is the session of `one`, ask no further:
        # a pooler with a single session would let us wait for ever.
        if await _session(other) == before:
            return True
        after = await _session(one)
        await one.rollback()
    finally:
        await other.rollback()
    return bool(before != after)


async def _session(connection: AsyncConnection) -> Any:
    """Return the process id of the backend that serves this connection now."""
    return await connection.scalar(select(func.pg_backend_pid()))
