"""What a person has chosen and seen is known after a restart."""

from pathlib import Path

import pytest

from bot.html import visible
from simulator import Simulator
from tests.acceptance.conversation import Conversation, words
from tests.fakes import content, running

pytestmark = pytest.mark.usefixtures("quiet")


async def test_a_restart_forgets_no_tip(bo: Conversation, simulator: Simulator, tmp_path: Path) -> None:
    seen = set()
    for _ in range(3):
        async with running(simulator, tmp_path):
            seen.add(words(await bo.ask("/tip")))
    assert len(seen) == 3


async def test_the_choice_survives_a_restart(bo: Conversation, simulator: Simulator, tmp_path: Path) -> None:
    swedish = content()["sv"]
    async with running(simulator, tmp_path):
        await bo.press(await bo.ask("/language"), "language:sv")
    async with running(simulator, tmp_path):
        assert words(await bo.ask("/about")) == visible(swedish.html(swedish.pages["about"]))
