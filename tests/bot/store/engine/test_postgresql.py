"""PostgreSQL: a server that several processes share, with time limits for statements."""

import asyncio

import pytest
from sqlalchemy import Connection

from bot.config import ROOT
from bot.store import Store
from bot.store.engine.postgresql import CONNECTIONS, SESSION_SETTINGS
from tests.support.postgresql import Server
from tests.support.waiting import PATIENCE_SECONDS


def settings(connection: Connection) -> dict[str, object]:
    return {name: connection.exec_driver_sql(f"SHOW {name}").scalar() for name in SESSION_SETTINGS}


async def test_postgresql_itself_ends_statements_that_take_too_long(server: Server) -> None:
    async with Store.open(server.new_database()) as store:
        assert await store.read(settings) == SESSION_SETTINGS


def test_the_settings_a_server_must_allow_are_documented() -> None:
    text = " ".join((ROOT / "docs" / "hosting.md").read_text(encoding="utf-8").split())
    assert f"Each process keeps up to {CONNECTIONS} connections" in text
    assert f"`ignore_startup_parameters` names `{', '.join(SESSION_SETTINGS)}`" in text
    assert all(f"SET {name} = '{limit}';" in text for name, limit in SESSION_SETTINGS.items())


async def test_a_cancelled_transaction_ends_as_cancelled(server: Server) -> None:
    def sleep(connection: Connection) -> None:
        connection.exec_driver_sql("SELECT pg_sleep(4)")

    def is_sleeping(connection: Connection) -> bool:
        sleepers = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
        return bool(connection.exec_driver_sql(sleepers).scalar_one())

    async with Store.open(server.new_database()) as store, asyncio.timeout(PATIENCE_SECONDS):
        transaction = asyncio.create_task(store.write_alone(sleep))
        while not await store.read(is_sleeping):
            pass
        transaction.cancel()
        with pytest.raises(asyncio.CancelledError):
            await transaction
