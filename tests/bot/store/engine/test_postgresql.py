"""PostgreSQL: a server that several processes share, with time limits for statements."""

from sqlalchemy import Connection

from bot.config import ROOT
from bot.store import Store
from bot.store.engine.postgresql import CONNECTIONS, SESSION_SETTINGS
from tests.support.postgresql import Server


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
