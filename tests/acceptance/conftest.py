"""A bot that is running, and the people who talk with it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from simulator import Simulator
from tests.support import running_bot
from tests.support.conversation import Conversation


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """A Telegram whose clock runs."""
    async with running_bot.telegram() as telegram:
        yield telegram


@pytest.fixture(params=["polling", "webhook"])
async def bot(
    request: pytest.FixtureRequest, simulator: Simulator, tmp_path: Path
) -> AsyncIterator[asyncio.Task[None]]:
    """The bot, running, with its updates fetched and then with them brought: nobody should notice which."""
    given = running_bot.webhook_settings() if request.param == "webhook" else {}
    async with running_bot.running(simulator, tmp_path, **given) as task:
        yield task


@pytest.fixture
def bo(simulator: Simulator) -> Conversation:
    """Somebody who speaks English."""
    return Conversation(simulator, simulator.add_person("Bo"))


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing that happens in this test gives the bot a reason to complain."""
    yield
    said = [
        record.getMessage() for when in ("setup", "call") for record in caplog.get_records(when) if is_trouble(record)
    ]
    assert not said


def is_trouble(record: logging.LogRecord) -> bool:
    """Whether an operator would have to look into it; that a busy machine skips a tick is none."""
    return record.levelno >= logging.WARNING and record.name != "apscheduler.scheduler"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every language is fetched and one is brought too: how an update comes does not change what is said."""
    items[:] = [item for item in items if "[webhook-sv" not in item.nodeid]
