"""What the fault tests share."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from bot import run as running
from bot.messages.limiter import Limiter
from bot.messages.rates import UNLIMITED
from bot.messages.sender import Sender
from bot.updates import polling
from bot.updates.polling import Poller
from simulator import Simulator
from tests.support import running_bot
from tests.support.conversation import Conversation
from tests.support.recording import Pauses, Requests
from tests.support.running_bot import running_with_limits


@pytest.fixture
def requests(simulator: Simulator) -> Requests:
    return Requests(simulator)


@pytest.fixture
def naps(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Pauses:
    """The bot's pauses, which nobody waits for: those on the way out are noted, the poller's are short. No limits."""
    taken = Pauses(simulator)
    monkeypatch.setattr(running, "Sender", partial(Sender, sleep=taken))
    limiter = partial(Limiter, monotonic=running_bot.monotonic(simulator.clock), sleep=taken)
    monkeypatch.setattr(running, "Limiter", lambda _: limiter(UNLIMITED))
    monkeypatch.setattr(polling, "SHORTEST_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(polling, "CONFLICT_SECONDS", 0.01)
    return taken


@pytest.fixture
async def bot(simulator: Simulator, requests: Requests, naps: Pauses, tmp_path: Path) -> AsyncIterator[Poller]:
    """The bot, which has told Telegram who it is: what it asks from now on, it asks for somebody."""
    async with running_with_limits(simulator, tmp_path) as poller:
        await requests.until(lambda: len(requests.of("setMyName")) > 1)
        yield poller


@pytest.fixture
def bo(simulator: Simulator) -> Conversation:
    """Somebody who speaks English."""
    return Conversation(simulator, simulator.add_person("Bo"))


@pytest.fixture
def cilla(simulator: Simulator) -> Conversation:
    """Somebody else who speaks English."""
    return Conversation(simulator, simulator.add_person("Cilla"))
