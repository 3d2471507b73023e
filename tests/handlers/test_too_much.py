"""A person who sends without end gets one notice, and nobody else is affected."""

import asyncio
from pathlib import Path

import pytest

from bot.content import Edition
from bot.content.telegram_html import visible
from bot.updates.flood import BURST
from handlers import cramp, too_much
from simulator import Simulator
from tests.support.conversation import Conversation
from tests.support.running_bot import running
from tests.support.waiting import PATIENCE_SECONDS

pytestmark = pytest.mark.usefixtures("flood_limit")


def notice(edition: Edition) -> str:
    return visible(too_much.notice(edition).text)


async def test_f41_the_notice_comes_once_and_relief_still_works(
    anna: Conversation, edition: Edition, tmp_path: Path
) -> None:
    for _ in range(3 * BURST):
        anna.simulator.phone.say(anna.person, "hello")
    async with running(anna.simulator, tmp_path):
        await anna.arrived(BURST // 2, 0)
        anna.simulator.phone.say(anna.person, "/cramp")
        steps = visible(cramp.steps(edition).text)
        judge = anna.simulator.judge
        await judge.until(lambda _: steps in judge.texts(anna.person.id), PATIENCE_SECONDS)
    texts = judge.texts(anna.person.id)
    assert texts.count(notice(edition)) == 1
    assert len(texts) < 2 * BURST


async def test_presses_get_an_alert(anna: Conversation, edition: Edition, tmp_path: Path) -> None:
    async with running(anna.simulator, tmp_path):
        steps = await anna.ask("/help")
        presses = [
            asyncio.create_task(anna.simulator.phone.press(anna.person, steps["message_id"], "nothing", anna.chat))
            for _ in range(BURST)
        ]
        async with asyncio.timeout(PATIENCE_SECONDS):
            answers = await asyncio.gather(*presses)
    assert [message["text"] for message in answers].count(edition.words(too_much.Words).alert) == 1


async def test_a_group_gets_no_notice(simulator: Simulator, bo: Conversation, tmp_path: Path) -> None:
    group = Conversation(simulator, bo.person, simulator.phone.new_group(bo.person, "Night shift"))
    for _ in range(BURST + 10):
        simulator.phone.say(bo.person, "/help", group.chat)
    async with running(simulator, tmp_path):
        await group.arrived(BURST // 2, 0)
        await bo.ask("/cramp")
    assert len(set(simulator.judge.texts(group.chat.id))) == 1
