"""A bot that is running, and the people who talk with it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.edition import Edition
from simulator import Simulator
from tests import fakes
from tests.acceptance.conversation import Conversation

LANGUAGES = ("en", "sv")


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with fakes.telegram() as telegram:
        yield telegram


@pytest.fixture
async def bot(simulator: Simulator, tmp_path: Path) -> AsyncIterator[asyncio.Task[None]]:
    async with fakes.running(simulator, tmp_path) as task:
        yield task


@pytest.fixture(params=LANGUAGES)
def edition(request: pytest.FixtureRequest) -> Edition:
    """What the bot says, in each language in turn."""
    return fakes.content()[request.param]


@pytest.fixture
def anna(simulator: Simulator, edition: Edition) -> Conversation:
    """Somebody whose Telegram is in the language in turn."""
    return Conversation(simulator, simulator.add_person("Anna", language=edition.code))


@pytest.fixture
def bo(simulator: Simulator) -> Conversation:
    """Somebody who speaks English."""
    return Conversation(simulator, simulator.add_person("Bo"))


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing that happens in this test gives the bot a reason to complain."""
    yield
    said = [each.getMessage() for when in ("setup", "call") for each in caplog.get_records(when) if is_trouble(each)]
    assert not said


def is_trouble(record: logging.LogRecord) -> bool:
    """Whether an operator would have to look into it."""
    return record.levelno >= logging.WARNING
