"""PostgreSQL: a server that many share, and that nobody keeps waiting."""

from sqlalchemy import Connection

from bot.store import Store
from bot.store.postgresql import LIMITS
from tests.bot.store.postgresql import Server


def settings(connection: Connection) -> dict[str, object]:
    return {name: connection.exec_driver_sql(f"SHOW {name}").scalar() for name in LIMITS}


async def test_postgresql_ends_by_itself_what_takes_too_long(server: Server) -> None:
    async with Store.open(server.new_database()) as store:
        assert await store.read(settings) == LIMITS
