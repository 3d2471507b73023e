"""Restarts: a person's choices are remembered, and a count goes on."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.content.telegram_html import visible
from simulator import Fault, Request, Simulator
from tests.support.conversation import Conversation, words
from tests.support.running_bot import content, running
from tests.support.waiting import PATIENCE_SECONDS

pytestmark = pytest.mark.usefixtures("no_complaints")


async def test_no_tip_is_repeated_after_a_restart(bo: Conversation, simulator: Simulator, tmp_path: Path) -> None:
    seen = set()
    for _ in range(3):
        async with running(simulator, tmp_path):
            seen.add(words(await bo.ask("/tip")))
    assert len(seen) == 3


async def test_the_language_survives_a_restart(bo: Conversation, simulator: Simulator, tmp_path: Path) -> None:
    swedish = content()["sv"]
    async with running(simulator, tmp_path):
        await bo.press(await bo.ask("/language"), "language:sv")
    async with running(simulator, tmp_path):
        assert words(await bo.ask("/about")) == visible(swedish.html(swedish.pages["about"]))


async def test_a_count_continues_after_a_restart(bo: Conversation, simulator: Simulator, tmp_path: Path) -> None:
    async with running(simulator, tmp_path):
        steps = await bo.ask("/cramp")
        await bo.press(steps, "cramp:hold:relief")
    before = simulator.judge.total
    simulator.clock.skip(timedelta(seconds=20))
    async with running(simulator, tmp_path):
        counted = (await bo.arrived(1, before, edits=True))[0]
    assert counted["message_id"] == steps["message_id"]
    assert "2" in words(counted).splitlines()[0]


async def test_an_end_during_a_count_logs_nothing(bo: Conversation, simulator: Simulator, tmp_path: Path) -> None:
    edited = asyncio.Event()

    def counts(_: Request) -> bool:
        edited.set()
        return True

    async with running(simulator, tmp_path):
        await bo.press(await bo.ask("/cramp"), "cramp:hold:relief")
        await bo.ask("/help")
        simulator.faults.add(Fault(chats={bo.chat.id}, when=counts, hold=0.5))
        simulator.clock.skip(timedelta(seconds=6))
        async with asyncio.timeout(PATIENCE_SECONDS):
            await edited.wait()
