"""One Telegram and one bot for all conversations: people come and go, as in life.

What one test does must not be seen by another: whoever breaks something breaks it for the own people only, and those
who need a restart have a Telegram of their own.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from simulator import Simulator
from tests.support import running_bot
from tests.support.conversation import Conversation


@pytest_asyncio.fixture(scope="package", loop_scope="session", params=["polling", "webhook"])
async def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Simulator]:
    """A Telegram on which the bot runs, its updates fetched and then brought: nobody should notice which.

    It ends before tests of other packages: nobody would give it a turn.
    """
    given = running_bot.webhook_settings() if request.param == "webhook" else {}
    async with (
        running_bot.telegram() as telegram,
        running_bot.running(telegram, tmp_path_factory.mktemp("bot"), **given),
    ):
        yield telegram


@pytest.fixture
def simulator(served: Simulator) -> Simulator:
    """The Telegram that all share."""
    return served


@pytest.fixture
def bo(simulator: Simulator) -> Conversation:
    """Somebody who speaks English."""
    return Conversation(simulator, simulator.add_person("Bo"))
