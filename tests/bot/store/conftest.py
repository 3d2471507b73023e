"""Every test of the store runs on SQLite, and on PostgreSQL where a server can be started."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import Store, people
from tests.bot.store.annas_schedules import ANNA


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'charley.db'}"
    running = request.getfixturevalue("server")
    return str(running.new_database())


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    async with Store.open(url) as opened:
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
