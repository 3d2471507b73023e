"""Fixtures of the fault tests: the bot, stopped or running, and two people."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from bot import run as running
from bot.messages.limiter import Limiter
from bot.messages.rates import UNLIMITED
from bot.messages.sender import Sender
from bot.updates import polling
from simulator import Simulator
from tests.faults.bot_under_test import BotUnderTest
from tests.support import running_bot
from tests.support.bot_process import Installation
from tests.support.conversation import Conversation
from tests.support.recording import Pauses, Requests


@pytest.fixture
def pauses(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Pauses:
    """Record the sender's pauses instead of waiting, shorten the poller's, and take the rate limits away."""
    recorded = Pauses(simulator)
    monkeypatch.setattr(running, "Sender", partial(Sender, sleep=recorded))
    limiter = partial(Limiter, monotonic=running_bot.monotonic(simulator.clock), sleep=recorded)
    monkeypatch.setattr(running, "Limiter", lambda _: limiter(UNLIMITED))
    monkeypatch.setattr(polling, "SHORTEST_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(polling, "CONFLICT_SECONDS", 0.01)
    return recorded


@pytest.fixture
def stopped_bot(simulator: Simulator, pauses: Pauses, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> BotUnderTest:
    """A bot that the test starts."""
    return BotUnderTest(simulator, tmp_path, Requests(simulator), pauses, caplog)


@pytest.fixture
async def bot(stopped_bot: BotUnderTest) -> AsyncIterator[BotUnderTest]:
    """A running bot that has set its own names and texts. What it sends from now on, it sends because of a person."""
    async with stopped_bot.running():
        await stopped_bot.requests.until(lambda: len(stopped_bot.requests.of("setMyName")) > 1)
        yield stopped_bot


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    """A bot that the test runs as a process of its own, and a Telegram whose clock runs, as the process's clock does."""
    async with (
        running_bot.telegram(keep=None) as simulator,
        Installation(simulator, tmp_path, forked=True) as installed,
    ):
        yield installed


@pytest.fixture
def bo(simulator: Simulator) -> Conversation:
    """Somebody who speaks English."""
    return Conversation(simulator, simulator.add_person("Bo"))


@pytest.fixture
def cilla(simulator: Simulator) -> Conversation:
    """Somebody else who speaks English."""
    return Conversation(simulator, simulator.add_person("Cilla"))
