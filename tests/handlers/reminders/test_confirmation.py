"""The question whether the clock is right, after a kind has been turned on."""

from datetime import timedelta

import pytest

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from handlers.reminders import reminder_kind
from handlers.reminders.confirmation import Words
from handlers.timezone import clock
from tests.conftest import EVENING
from tests.support.conversation import Conversation, buttons, check_limits, words
from tests.support.reminders import read_snapshot, read_times, turn_on


async def test_the_first_reminder_is_also_shown_by_the_phones_clock(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    question = await turn_on(anna, "stretch")
    check_limits(question)
    (moment,) = [entity for entity in question["entities"] if entity["type"] == "date_time"]
    due = (await read_snapshot(services, anna)).next_due("stretch")
    assert due == EVENING + timedelta(minutes=30)
    assert (moment["unix_time"], moment["date_time_format"]) == (int(due.timestamp()), "t")
    today = edition.moments.today.format(time="21:30")
    assert words(question).endswith(visible(edition.words(Words).check.format(moment=today, phone="21:30")))


async def test_yes_shows_the_kind_and_nothing_asks_again(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    said = edition.words(Words)
    question = await turn_on(anna, "stretch")
    shown = await anna.press(question, buttons(question)[said.yes_button])
    assert words(shown) == visible(reminder_kind.screen(edition, await read_snapshot(services, anna), "stretch").text)
    second = await anna.press(shown, "remind:on:tip")
    assert said.yes_button not in buttons(second)
    await anna.press(second, "kind:off:tip")
    assert said.yes_button not in buttons(await anna.press(second, "remind:on:tip"))


@pytest.mark.parametrize("code", ["", ".u00"])
async def test_no_asks_for_the_clock_and_keeps_what_was_chosen(
    anna: Conversation, edition: Edition, services: Services, code: str
) -> None:
    begun = await anna.press(await anna.ask("/remind"), f"remind:on:stretch{code}")
    question = await anna.press(begun, "clock:zone:Asia/Tokyo:stretch")
    times = await read_times(services, anna, "stretch")
    assert times == (["20:00"] if code else ["21:30"])
    asked = await anna.press(question, buttons(question)[edition.words(Words).no_button])
    assert words(asked) == visible(edition.words(clock.Words).ask)
    again = await anna.press(asked, "clock:zone:Europe/Stockholm:stretch")
    assert edition.words(Words).yes_button in buttons(again), "the new clock is checked too"
    assert (await read_snapshot(services, anna)).person.zone == "Europe/Stockholm"
    assert await read_times(services, anna, "stretch") == times
