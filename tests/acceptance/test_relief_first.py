"""A call for relief goes before everything else in its chat, with the limits that the bot and Telegram really have."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.content.telegram_html import visible
from handlers.unknown import not_understood
from simulator import Simulator
from tests.faults.bot_under_test import BotUnderTest
from tests.support.conversation import Conversation, words
from tests.support.recording import Pauses, Requests
from tests.support.running_bot import content
from tests.support.waiting import PATIENCE_SECONDS, pause

OTHERS = 20


@pytest.fixture
async def bot(simulator: Simulator, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[BotUnderTest]:
    tested = BotUnderTest(simulator, tmp_path, Requests(simulator), Pauses(simulator), caplog)
    async with tested.running():
        yield tested


@pytest.fixture
def bo(simulator: Simulator) -> Conversation:
    return Conversation(simulator, simulator.add_person("Bo"))


@pytest.mark.parametrize("is_answered_before", [False, True])
async def test_after_twenty_other_messages_relief_comes_next_and_stays_last(
    bot: BotUnderTest, bo: Conversation, is_answered_before: bool
) -> None:
    phone, judge = bot.simulator.phone, bot.simulator.judge
    for number in range(OTHERS):
        phone.say(bo.person, f"lorem {number}")
    if is_answered_before:
        await judge.until(lambda judge: len(judge.received(bo.chat.id)) >= 2, PATIENCE_SECONDS)
    phone.say(bo.person, "/cramp")
    await judge.until(lambda judge: any("photo" in one.message for one in judge.received(bo.chat.id)), PATIENCE_SECONDS)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await bot.update_outcomes() != {"done": OTHERS + 1}:  # relief does not wait for its row
            await pause(0.01)
    *before, relief = [delivery.message for delivery in judge.received(bo.chat.id)]
    assert "photo" in relief
    assert len(before) <= 4, "what had left already, and no more"
    assert {words(message) for message in before} <= {words_of_the_fallback()}
    assert bot.complaints() == []


def words_of_the_fallback() -> str:
    return visible(not_understood(content().edition()).text)
