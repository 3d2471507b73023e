"""What a tick is given, and the messages on which it counts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import Services
from simulator import Simulator
from tests.support.listening import built


@pytest.fixture
async def services(simulator: Simulator, tmp_path: Path) -> AsyncIterator[Services]:
    async with built(simulator, tmp_path) as (made, _):
        yield made
