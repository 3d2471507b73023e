"""Every test of the store runs on SQLite, and on PostgreSQL where a server can be started."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import Store, people
from tests.bot.store.annas_schedules import ANNA
from tests.support.postgresql import Server


@pytest.fixture(params=["sqlite", "postgresql"])
def postgresql(request: pytest.FixtureRequest) -> Server | None:
    """Return the server of PostgreSQL, or None for the test with SQLite."""
    running: Server | None = None if request.param == "sqlite" else request.getfixturevalue("server")
    return running


@pytest.fixture
def url(postgresql: Server | None, sqlite_url: str) -> str:
    """Return the address of an empty database of either kind."""
    return postgresql.new_database() if postgresql else sqlite_url


@pytest.fixture
async def store(postgresql: Server | None, sqlite_url: str) -> AsyncIterator[Store]:
    async with postgresql.lent_store() if postgresql else Store.open(sqlite_url) as opened:
        yield opened


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Return the address of an empty SQLite database."""
    return f"sqlite:///{tmp_path / 'charley.db'}"


@pytest.fixture
async def anna(store: Store) -> Store:
    """Return a store that knows Anna's time zone."""
    await store.write(lambda connection: people.set_zone(connection, ANNA, "Europe/Stockholm"))
    return store
