"""The picture of the last weeks, with the same counts in words."""

from datetime import timedelta

import pytest

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.store.cramps import Cramp
from handlers.diary.history import Words
from simulator import Fault
from tests.support.conversation import Conversation, buttons, check_limits, words
from tests.support.cramps import BAD
from tests.support.diaries import agree, answers_to_three_taps


async def test_three_quick_taps_draw_one_picture(bo: Conversation, services: Services) -> None:
    await agree(services, bo, BAD)
    shown = await bo.ask("/history")
    answers = await answers_to_three_taps(bo, shown, "history:14")
    assert ["photo" in message for message in answers] == [True, False]


async def test_the_picture_has_the_counts_in_words_below_it(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await agree(services, anna, BAD)
    shown = await anna.ask("/history")
    assert "photo" in shown
    assert words(shown).startswith(visible(edition.words(Words).title.format(days=30)))
    check_limits(shown)
    other = await anna.press(shown, "history:90")
    assert "photo" in other
    assert words(other).startswith(visible(edition.words(Words).title.format(days=90)))


async def test_a_diary_of_today_says_so(bo: Conversation, services: Services) -> None:
    await agree(services, bo, Cramp(services.clock(), "UTC"))
    assert "Cramps: 1, on 1 day\nLogged since: " in words(await bo.ask("/history"))
    await agree(services, bo, Cramp(services.clock() - timedelta(days=200), "UTC"))
    assert "on 1 of 30 days (0.2 a week)" in words(await bo.ask("/history"))


async def test_without_entries_there_are_only_words(bo: Conversation, services: Services) -> None:
    await agree(services, bo)
    shown = await bo.ask("/history")
    assert "photo" not in shown
    assert "30 days" in words(shown)
    assert "report" not in buttons(shown).values()


async def test_without_a_diary_it_asks_for_one(bo: Conversation, services: Services) -> None:
    assert "consent:ask:" in buttons(await bo.ask("/history")).values()


async def test_a_picture_that_telegram_refuses_leaves_the_words(bo: Conversation, services: Services) -> None:
    await agree(services, bo, BAD)
    bo.simulator.faults.add(Fault(methods={"sendPhoto"}, status=400))
    shown = await bo.ask("/history")
    assert "photo" not in shown
    assert "Cramps: 1" in words(shown)


@pytest.mark.parametrize("command", ["/history", "/report", "/log"])
async def test_a_group_gets_a_link_only(there: Conversation, services: Services, command: str) -> None:
    await agree(services, there, BAD)
    answer = await there.ask(command)
    assert "url" in answer["reply_markup"]["inline_keyboard"][0][0]
