"""The tables are created once, and a damaged file is left alone."""

import asyncio
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.config import ROOT
from bot.errors import StoreError
from bot.sqlite_file import SQLITE_HEADER
from bot.store import Store
from bot.store.engine import migrate
from bot.store.engine.postgresql import PostgreSQL
from tests.bot.store.engine.test_store import recalled
from tests.bot.store.test_migrations import upgrade_to
from tests.support.postgresql import Server


async def test_a_damaged_database_is_reported_and_left_alone(tmp_path: Path) -> None:
    damaged = SQLITE_HEADER + b"holiday pictures" * 100
    (tmp_path / "charley.db").write_bytes(damaged)
    with pytest.raises(StoreError, match=r"^DATABASE_URL: the database cannot be used \(file is not a database\)$"):
        async with Store.open(f"sqlite:///{tmp_path / 'charley.db'}"):
            pytest.fail("it must not be opened")
    assert (tmp_path / "charley.db").read_bytes() == damaged


async def test_f66_a_database_of_a_newer_bot_is_refused_with_the_way_back(url: str) -> None:
    async with Store.open(url) as store:
        await store.write(
            lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        )
    with pytest.raises(StoreError) as caught:
        async with Store.open(url):
            pytest.fail("it must not be opened")
    (line,) = str(caught.value).splitlines()
    assert line.startswith("DATABASE_URL: a newer Charley has changed this database (revision 9999)")
    document, heading = re.findall(r"as (docs/\S+) says \((.+)\)", line)[0]
    assert f"\n### {heading}\n" in (ROOT / document).read_text(encoding="utf-8")


def test_a_database_that_is_up_to_date_is_opened_without_alembic(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from bot.store import Store\n"
        "async def open():\n"
        f"    async with Store.open('sqlite:///{tmp_path / 'charley.db'}'): pass\n"
        "asyncio.run(open()); asyncio.run(open())\n"
        "print('alembic' in sys.modules)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ended.stdout == "False\n"


async def test_two_that_start_at_once_make_the_tables_once(server: Server) -> None:
    url = server.new_database()

    async def start() -> None:
        async with Store.open(url) as store:
            await recalled(store)

    await asyncio.gather(*(start() for _ in range(4)))


async def test_f66_a_long_transaction_ends_a_migration_with_one_line(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of pg_dump. Whoever uses the tables would wait behind a migration that waits."""
    monkeypatch.setattr(migrate, "LOCK_MILLISECONDS", 50)
    url = server.new_database()
    dumping = PostgreSQL(url)
    await dumping.write(partial(upgrade_to, "0007"))
    try:
        async with dumping.asyncio_engine.begin() as snapshot:
            await snapshot.execute(text("SELECT count(*) FROM person"))
            with pytest.raises(StoreError, match=r"^DATABASE_URL: cannot bring the tables up to date, .*pg_dump.*$"):
                await migrate.migrate(url)
        await migrate.migrate(url)
    finally:
        await dumping.close()
