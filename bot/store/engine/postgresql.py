"""PostgreSQL: one process works on it, others stand by."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.engine import event_counts

T = TypeVar("T")
CONNECTIONS = 3
SESSION_SETTINGS = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",  # a frozen process must not hold its locks for ever
    "plan_cache_mode": "force_custom_plan",  # a plan made while a table was empty would scan it when it has grown
}
CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 6.0
"""Our own limits: longer than the server's, whose error says what it was waiting for."""


class PostgreSQL:
    """The server. Without ``time_limits``, a statement may take any time."""

    is_exclusive = False

    def __init__(self, url: str, *, time_limits: bool = True) -> None:
        limits: dict[str, Any] = {"command_timeout": ANSWER_SECONDS, "server_settings": SESSION_SETTINGS}
        self.asyncio_engine = create_async_engine(
            url,
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_pre_ping=True,
            connect_args={"timeout": CONNECT_SECONDS, **(limits if time_limits else {})},
        )
        self.engine = self.asyncio_engine.sync_engine
        event_counts.listen(self.engine)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work``, which sees everything written before."""
        async with self.asyncio_engine.connect() as connection:
            return await connection.run_sync(work)

    quick_read = read

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction, and commit it if it raises nothing."""
        async with self.asyncio_engine.begin() as connection:
            return await connection.run_sync(work)

    async def wipe(self, *, rewrite: bool) -> bool:  # noqa: ARG002  # the server takes care of its files
        """Return true: there is nothing to do."""
        return True

    async def close(self) -> None:
        """Close all connections."""
        await self.asyncio_engine.dispose()
