"""What has helped this person most often, on top of the steps."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.diary.words import Words as DiaryWords
from bot.store import diaries
from bot.store.cramps import Helped
from bot.store.vault import Vault
from handlers import cramp
from handlers.cramp import own_method
from handlers.cramp.screens import helped_before
from tests.support.conversation import Conversation, Json, check_limits, words
from tests.support.cramps import BAD
from tests.support.diaries import agree
from tests.support.waiting import PATIENCE_SECONDS

WALKS = [replace(BAD, helped=method) for method in (Helped.WALK, Helped.WALK, Helped.NOTHING)]


Answers = Callable[[Conversation], Awaitable[list[Json]]]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Return a function that sends /cramp, waits until the diary has been looked at, and returns what arrived."""
    finished, show = asyncio.Event(), own_method.show

    async def show_and_tell(*arguments: Any) -> None:
        await show(*arguments)
        finished.set()

    async def send(who: Conversation) -> list[Json]:
        judge = who.simulator.judge
        before = judge.total
        await who.ask("/cramp")
        async with asyncio.timeout(PATIENCE_SECONDS):
            await finished.wait()
        return [delivery.message for delivery in judge.received(who.chat.id, after=before, edits=True)]

    monkeypatch.setattr(own_method, "show", show_and_tell)
    return send


async def test_what_helped_most_often_comes_first(
    anna: Conversation, edition: Edition, services: Services, answers: Answers
) -> None:
    await agree(services, anna, *WALKS)
    steps, edited = await answers(anna)
    first, _, rest = words(edited).partition("\n")
    name = edition.words(DiaryWords).answers("helped")[Helped.WALK]
    assert first == visible(edition.words(cramp.Words).helped_before.format(method=name))
    assert rest == words(steps)
    assert edited["message_id"] == steps["message_id"]
    assert edited["reply_markup"] == steps["reply_markup"]
    check_limits(edited)


async def test_two_ratings_change_nothing(bo: Conversation, services: Services, answers: Answers) -> None:
    await agree(services, bo, *WALKS[:2])
    assert len(await answers(bo)) == 1


async def test_a_closed_diary_is_not_read(bo: Conversation, services: Services, answers: Answers) -> None:
    await agree(services, bo, *WALKS)
    await services.store.write(partial(diaries.withdraw, chat_id=bo.person.id, now=services.clock()))
    assert len(await answers(bo)) == 1


async def test_a_group_is_not_told(there: Conversation, services: Services, answers: Answers) -> None:
    await agree(services, there, *WALKS)
    assert len(await answers(there)) == 1


async def test_without_the_key_the_steps_stay(
    bo: Conversation, services: Services, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    await agree(services, bo, *WALKS)
    monkeypatch.setattr(Vault, "unwrap", Vault().unwrap)
    assert len(await answers(bo)) == 1


@pytest.mark.parametrize("method", [Helped.RUB, Helped.WARM])
@pytest.mark.parametrize("muscle", cramp.MUSCLES)
def test_nobody_is_told_to_rub_or_warm_before_the_warning(edition: Edition, muscle: str, method: Helped) -> None:
    text, line = helped_before(edition, muscle, method).text, edition.words(DiaryWords).answers("helped")[method]
    check = getattr(edition.words(cramp.Words), muscle).body["check"].text
    assert text.index(check) < text.index(f"<b>{line}:</b>")
