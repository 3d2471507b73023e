"""The consent to a diary, and its end."""

import pytest

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.store import diaries
from handlers.diary import consent
from handlers.diary.consent import TEXT_VERSION, Words
from handlers.diary.log import screens
from tests.support.conversation import Conversation, buttons, check_limits, words
from tests.support.cramps import BAD
from tests.support.diaries import agree, agree_by_tapping, diary_of, entries_of


async def test_two_steps_and_nothing_is_stored_before(anna: Conversation, edition: Edition, services: Services) -> None:
    said = edition.words(Words)
    introduction = await anna.ask("/log")
    assert words(introduction) == visible(said.about)
    assert buttons(introduction) == {said.go_on_button: "consent:ask:", said.no_button: "consent:no"}
    question = await anna.press(introduction, "consent:ask:")
    assert words(question) == visible(said.ask)
    assert await diary_of(services, anna) is None
    for message in (introduction, question):
        check_limits(message)
    await anna.press(question, "consent:agree:")
    diary = await diary_of(services, anna)
    assert diary
    assert (diary.consented_to, diary.language, diary.consented_at) == (TEXT_VERSION, edition.code, services.clock())


async def test_a_no_stores_nothing(anna: Conversation, edition: Edition, services: Services) -> None:
    refused = await anna.press(await anna.ask("/log"), "consent:no")
    assert words(refused) == visible(edition.words(Words).refused)
    assert await diary_of(services, anna) is None


async def test_without_a_diary_nothing_can_be_logged(bo: Conversation, services: Services) -> None:
    message = await bo.ask("/log")
    for data in ("log:new:3", "log:at:29360000:", "log:hour"):
        assert words(await bo.press(message, data)) == visible(services.content["en"].words(Words).about)
        await bo.press(message, "consent:no")
    assert await entries_of(services, bo) == []


async def test_one_tap_takes_it_back_and_stops_the_writing_at_once(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await agree(services, anna, BAD)
    message = await anna.ask("/log")
    overview = await anna.press(message, "diary")
    check_limits(overview)
    closed = await anna.press(overview, "consent:withdraw")
    assert edition.words(Words).erase_button in buttons(closed)
    assert words(closed).startswith(visible(edition.words(Words).closed).splitlines()[0])
    await anna.press(closed, "log:new:3")
    assert await entries_of(services, anna) == [BAD]
    assert words(await anna.ask("/log")) == words(closed), "it can be deleted from here, or opened again"
    question = await anna.press(closed, "consent:ask:")
    check_limits(question)
    said = edition.words(Words)
    assert words(question) == visible(f"{said.reopens}\n\n{said.ask}"), "that old entries come back is part of it"
    await anna.press(question, "consent:agree:")
    diary = await diary_of(services, anna)
    assert diary
    assert diary.is_open


async def test_the_diary_is_deleted_with_one_more_tap(anna: Conversation, edition: Edition, services: Services) -> None:
    await agree(services, anna, BAD)
    erased = await anna.press(await anna.ask("/log"), "consent:erase")
    assert words(erased) == visible(edition.words(Words).erased)
    assert await diary_of(services, anna) is None


async def test_the_time_that_entries_are_kept_can_be_chosen(anna: Conversation, services: Services) -> None:
    await agree(services, anna)
    overview = await anna.press(await anna.ask("/log"), "diary")
    changed = await anna.press(overview, "consent:months:6")
    check_limits(changed)
    assert "6" in words(changed)
    diary = await diary_of(services, anna)
    assert diary
    assert diary.keep_months == 6


async def test_without_a_diary_its_settings_offer_one(anna: Conversation, edition: Edition, services: Services) -> None:
    shown = await anna.press(await anna.ask("/help"), "diary")
    assert words(shown) == visible(edition.words(Words).none)
    assert await diary_of(services, anna) is None


@pytest.mark.parametrize("data", ["diary", "consent:ask:", "consent:agree:", "consent:erase", "log", "log:new:3"])
async def test_nothing_of_a_diary_is_shown_in_a_group(there: Conversation, services: Services, data: str) -> None:
    message = await there.ask("/cramp")
    before = there.simulator.judge.total
    await there.touch(message, data)
    assert there.alert
    await there.nothing_came(before)
    assert await diary_of(services, there) is None


async def test_the_language_of_the_screen_is_stored(anna: Conversation, edition: Edition, services: Services) -> None:
    first = await agree_by_tapping(anna)
    assert words(first) == visible(edition.words(screens.Words).ask_without_clock)


def test_the_page_names_the_days_and_months_that_a_diary_is_kept(edition: Edition) -> None:
    page = visible(edition.html(edition.pages["diary"]))
    assert f" {diaries.KEEP_WITHDRAWN.days} " in page
    assert f" {max(consent.MONTHS)} " in page
