"""Fixtures of the acceptance tests: a running bot, by polling or by webhook, and people who talk to it."""

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
    """Serve a Telegram whose clock runs."""
    async with running_bot.telegram() as telegram:
        yield telegram


@pytest.fixture(params=["polling", "webhook"])
async def bot(
    request: pytest.FixtureRequest, simulator: Simulator, tmp_path: Path
) -> AsyncIterator[asyncio.Task[None]]:
    """Run the bot, first by polling and then by webhook: people must not notice a difference."""
    given = running_bot.webhook_settings() if request.param == "webhook" else {}
    async with running_bot.running(simulator, tmp_path, **given) as task:
        yield task


@pytest.fixture
def bo(simulator: Simulator) -> Conversation:
    """Somebody who speaks English."""
    return Conversation(simulator, simulator.add_person("Bo"))


@pytest.fixture
def no_complaints(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail if the bot logs a warning or an error during this test."""
    yield
    complaints = [
        record.getMessage() for when in ("setup", "call") for record in caplog.get_records(when) if is_complaint(record)
    ]
    assert not complaints


def is_complaint(record: logging.LogRecord) -> bool:
    """Return whether an operator would have to look into it.

    What only a busy machine causes does not count: a tick that is skipped, and a read without which the answer is right.
    """
    busy = record.name == "apscheduler.scheduler" or "(the database is slow)" in record.getMessage()
    return record.levelno >= logging.WARNING and not busy


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the webhook in Swedish: how an update arrives does not change the texts."""
    items[:] = [item for item in items if not {"webhook", "sv"} <= _parameters(item)]


def _parameters(item: pytest.Item) -> set[str]:
    call = getattr(item, "callspec", None)
    return set(call.id.split("-")) if call else set()
