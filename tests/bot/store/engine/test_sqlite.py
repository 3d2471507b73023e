"""SQLite: a file for one process, set to lose nothing, without loading what only PostgreSQL needs."""

import subprocess
import sys

from sqlalchemy import Connection

from bot.config import ROOT
from bot.store import Store
from bot.store.engine.sqlite import PRAGMAS


async def test_sqlite_is_set_to_lose_nothing(sqlite_url: str) -> None:
    def setting(connection: Connection) -> dict[str, object]:
        names = [pragma.partition("=")[0] for pragma in PRAGMAS]
        return {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}

    async with Store.open(sqlite_url) as store:
        assert await store.read(setting) == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "secure_delete": 1,
            "busy_timeout": 5000,
        }


def test_sqlite_loads_nothing_of_postgresql(sqlite_url: str) -> None:
    unneeded = {"sqlalchemy.orm", "sqlalchemy.ext.asyncio", "asyncpg", "greenlet", "alembic"}
    code = (
        "import asyncio, sys, bot.run; from bot.store import Store\n"
        "async def open():\n"
        f"    async with Store.open({sqlite_url!r}): print(*{unneeded!r} & sys.modules.keys())\n"
        "asyncio.run(open())"
    )
    command = [sys.executable, "-c", code]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout == "\n"
