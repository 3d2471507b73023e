"""SQLite: a file for one process, set to lose nothing, without loading what only PostgreSQL needs."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.config import ROOT
from bot.errors import StoreError
from bot.store import Store
from bot.store.engine.sqlite import PRAGMAS
from tests.bot.store.engine.test_store import remember


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


async def test_a_second_process_is_kept_off_the_file(sqlite_url: str) -> None:
    async with Store.open(sqlite_url):
        with pytest.raises(StoreError, match="another process is using this SQLite file"):
            async with Store.open(sqlite_url):
                pytest.fail("it must not be opened")
    async with Store.open(sqlite_url) as store:
        await remember(store, "a")


async def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    async with Store.open(f"sqlite:///{tmp_path / 'new' / 'folder' / 'charley.db'}") as store:
        await remember(store, "a")
    assert (tmp_path / "new" / "folder" / "charley.db").is_file()


async def test_a_folder_that_cannot_be_used_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreError, match=r"^DATABASE_URL: the folder of the SQLite file cannot be used \(.+\)$"):
        async with Store.open(f"sqlite:///{tmp_path / 'file' / 'charley.db'}"):
            pytest.fail("it must not be opened")


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
