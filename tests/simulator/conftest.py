"""A served simulator whose clock stands still until it is skipped, and a bare client for its bot."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from simulator import Person, Simulator, SkippableClock
from tests.support.bot_api_client import Client

EVENING = datetime(2026, 11, 1, 20, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> SkippableClock:
    return SkippableClock(lambda: EVENING)


@pytest.fixture
async def simulator(clock: SkippableClock) -> AsyncIterator[Simulator]:
    async with Simulator(clock=clock, brake=0).serve() as served:
        yield served


@pytest.fixture
async def bot(simulator: Simulator) -> AsyncIterator[Client]:
    async with Client(simulator) as client:
        yield client


@pytest.fixture
def anna(simulator: Simulator) -> Person:
    return simulator.add_person("Anna", started=True)
