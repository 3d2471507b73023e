"""PostgreSQL: a server that several processes share, with time limits for statements."""

import asyncio

import pytest
from sqlalchemy import Connection

from bot.errors import StoreError, UnavailableError
from bot.store import Store
from bot.store.engine.postgresql import SESSION_SETTINGS, PostgreSQL
from tests.support import pgbouncer
from tests.support.postgresql import Server
from tests.support.tcp_proxy import TcpProxy
from tests.support.waiting import PATIENCE_SECONDS, pause


def settings(connection: Connection) -> dict[str, object]:
    return {name: connection.exec_driver_sql(f"SHOW {name}").scalar() for name in SESSION_SETTINGS}


async def test_postgresql_itself_ends_statements_that_take_too_long(server: Server) -> None:
    async with Store.open(server.new_database()) as store:
        assert await store.read(settings) == SESSION_SETTINGS


@pytest.fixture
def charley(server: Server) -> str:
    """Return the URL of an empty database."""
    if not pgbouncer.PROGRAM.exists():
        pytest.skip(f"PgBouncer is not installed: there is no {pgbouncer.PROGRAM}")
    return server.new_database()


async def test_a_pooler_that_keeps_sessions_needs_no_settings_for_the_bot(charley: str) -> None:
    async with pgbouncer.pooled(charley, "session") as url, Store.open(url) as store:
        assert await store.read(settings) == SESSION_SETTINGS


async def test_f61_f85_a_pooler_that_shares_sessions_is_refused_at_the_start(charley: str) -> None:
    """The bot would start, and then answer people twice."""
    async with pgbouncer.pooled(charley, "transaction") as url:
        with pytest.raises(StoreError, match="^DATABASE_URL: a connection pooler gives each transaction another"):
            async with Store.open(url):
                pytest.fail("it must not be opened")


async def test_a_cancelled_transaction_ends_as_cancelled(server: Server) -> None:
    def sleep(connection: Connection) -> None:
        connection.exec_driver_sql("SELECT pg_sleep(4)")

    def is_sleeping(connection: Connection) -> bool:
        sleepers = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
        return bool(connection.exec_driver_sql(sleepers).scalar_one())

    async with Store.open(server.new_database()) as store, asyncio.timeout(PATIENCE_SECONDS):
        transaction = asyncio.create_task(store.write_alone(sleep))
        while not await store.read(is_sleeping):
            await pause(0.05)
        transaction.cancel()
        with pytest.raises(asyncio.CancelledError):
            await transaction


@pytest.mark.parametrize("step", [b"postgres", b"SET statement_timeout"], ids=["login", "settings"])
async def test_a_server_that_falls_while_a_connection_is_prepared_is_unavailable(step: bytes, server: Server) -> None:
    """SQLAlchemy lets the driver's own errors through then. They must end neither the bot nor a tick."""
    async with TcpProxy(server.port) as line:
        url = server.new_database().replace(f":{server.port}/", f":{line.port}/")
        async with Store.open(url) as store:
            assert isinstance(store.database, PostgreSQL)
            await store.database.asyncio_engine.dispose()
            line.breaks_at = step
            for use in (store.read, store.write, store.write_alone):
                with pytest.raises(UnavailableError, match=r"^the database cannot be used \("):
                    await use(settings)
            line.breaks_at = None
            assert await store.write(settings) == SESSION_SETTINGS
