"""A running bot whose services a test can use, and people who talk to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import Services
from bot.updates.receiver import Receiver
from simulator import Simulator
from tests.support.assembled_bot import assembled_bot, receiving_updates
from tests.support.conversation import Conversation


@pytest.fixture
async def listener(simulator: Simulator, tmp_path: Path) -> AsyncIterator[tuple[Services, Receiver]]:
    async with (
        assembled_bot(simulator, tmp_path) as (services, application),
        receiving_updates(simulator, services, application) as receiver,
    ):
        yield services, receiver


@pytest.fixture
def services(listener: tuple[Services, Receiver]) -> Services:
    return listener[0]


@pytest.fixture
def receiver(listener: tuple[Services, Receiver]) -> Receiver:
    """Receives the updates of the bot that has these services."""
    return listener[1]


@pytest.fixture
def bo(simulator: Simulator) -> Conversation:
    """A person who speaks English."""
    return Conversation(simulator, simulator.add_person("Bo"))


@pytest.fixture
def there(bo: Conversation, simulator: Simulator) -> Conversation:
    """The same person in a group where the bot hears everything."""
    group = simulator.phone.new_group(bo.person, "Night shift")
    simulator.phone.set_bot_status(bo.person, group, "administrator")
    return Conversation(simulator, bo.person, group)
