"""A served simulator whose clock stands still until it is skipped, and a bare client for its bot."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from simulator import Person, Simulator, SkippableClock
from simulator.json_objects import Json
from tests.support.bot_api_client import Client
from tests.support.bot_api_types import problems

EVENING = datetime(2026, 11, 1, 20, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> SkippableClock:
    return SkippableClock(lambda: EVENING)


@pytest.fixture
async def simulator(clock: SkippableClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Simulator]:
    """A served simulator. Every update is checked against the specification, except those that a test queues raw."""
    async with Simulator(clock=clock, brake=0).serve() as served:
        queue_update = served.updates.add

        def check_and_queue(kind: str, content: Json, order_key: int) -> int | None:
            assert list(problems({"update_id": 1, kind: content}, "Update")) == []
            return queue_update(kind, content, order_key)

        monkeypatch.setattr(served.updates, "add", check_and_queue)
        yield served


@pytest.fixture
async def bot(simulator: Simulator) -> AsyncIterator[Client]:
    async with Client(simulator) as client:
        yield client


@pytest.fixture
def anna(simulator: Simulator) -> Person:
    return simulator.add_person("Anna", started=True)
