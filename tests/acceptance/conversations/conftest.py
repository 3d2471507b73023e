"""One simulator and one bot for all conversations. Each test adds people of its own.

No test may affect another. A test that injects a fault does so for its own people only, and a test that needs a restart
has a simulator of its own.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from simulator import Simulator
from tests.support import running_bot
from tests.support.conversation import Conversation

by_polling_and_by_webhook = pytest.mark.parametrize("served", ["polling", "webhook"], indirect=True)
"""How an update arrives changes no answer. So only the first conversations, /start and /cramp, are held both ways."""


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Simulator]:
    """The simulator with a running bot. It polls, unless a test asks for the webhook.

    It ends before the tests of other packages, because the event loop does not run for it there.
    """
    given = running_bot.webhook_settings() if getattr(request, "param", "polling") == "webhook" else {}
    async with (
        running_bot.telegram() as telegram,
        running_bot.running(telegram, tmp_path_factory.mktemp("bot"), **given),
    ):
        yield telegram


@pytest.fixture
def simulator(served: Simulator) -> Simulator:
    """The simulator that all conversations share."""
    return served


@pytest.fixture
def bo(simulator: Simulator) -> Conversation:
    """A person who speaks English."""
    return Conversation(simulator, simulator.add_person("Bo"))
