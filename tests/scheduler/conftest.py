"""The fixtures of ticks."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import Services
from simulator import Simulator
from tests.support.assembled_bot import assembled_bot


@pytest.fixture
async def services(simulator: Simulator, tmp_path: Path) -> AsyncIterator[Services]:
    async with assembled_bot(simulator, tmp_path) as (made, _):
        yield made
