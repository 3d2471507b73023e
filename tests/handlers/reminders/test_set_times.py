"""Setting a kind to times that are named: what is replaced, what is asked, and what is refused."""

from datetime import time

import pytest

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from handlers.reminders import remind, reminder_kind, set_times
from handlers.reminders.set_times import Words
from tests.support.conversation import Conversation, buttons, check_limits, words
from tests.support.reminders import read_snapshot, read_times, turn_on


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ([9], [10], "replaced"),
        ([9], [9, 12], "added"),
        ([9, 12], [12], "removed"),
        ([9], [9], "there"),
    ],
)
def test_a_change_is_told_in_words(edition: Edition, before: list[int], after: list[int], note: str) -> None:
    said = edition.words(Words)
    expected = {
        "replaced": said.replaced.format(old="09:00", new="10:00"),
        "added": said.added.format(times="12:00"),
        "removed": said.removed.format(times="09:00"),
        "there": said.there.format(times="09:00"),
    }
    assert set_times.change_note(edition, tuple(map(time, before)), tuple(map(time, after))) == expected[note]


async def test_a_time_that_is_taken_leads_to_the_nearest_free_one(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    message = await turn_on(anna, "stretch", "tip")
    refused = await anna.press(message, "times:set:stretch:k15")
    check_limits(refused)
    assert words(refused) == visible(edition.words(reminder_kind.Words).near.format(time="10:15"))
    assert await read_times(services, anna, "stretch") == ["21:30"]
    await anna.press(refused, buttons(refused)[edition.words(Words).nearest_button.format(time="11:00")])
    assert await read_times(services, anna, "stretch") == ["11:00"]


async def test_a_time_in_the_quiet_hours_leads_to_the_nearest_free_one(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await anna.press(await turn_on(anna, "stretch"), "kind:stretch")
    refused = await anna.ask("22:40")
    assert "22:00" in words(refused)
    await anna.press(refused, buttons(refused)[edition.words(Words).nearest_button.format(time="21:45")])
    assert await read_times(services, anna, "stretch") == ["21:45"]


async def test_a_kind_that_is_off_is_offered_with_the_time_and_the_consent(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    offer = await anna.ask("remind me to stretch at 21:15")
    check_limits(offer)
    assert "21:15" in words(offer)
    assert visible(edition.reminder_consent) in words(offer)
    assert (await read_snapshot(services, anna)).active == []
    clock = await anna.press(offer, buttons(offer)[edition.words(remind.Words).turn_on_button])
    await anna.press(clock, "clock:zone:Europe/Stockholm:stretch")
    assert await read_times(services, anna, "stretch") == ["21:15"]


async def test_a_second_kind_is_turned_on_by_a_sentence_and_can_be_undone(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await turn_on(anna, "tip")
    answer = await anna.ask("remind me to stretch at 21:15")
    assert await read_times(services, anna, "stretch") == ["21:15"]
    await anna.press(answer, buttons(answer)[edition.words(reminder_kind.Words).undo_button])
    assert (await read_snapshot(services, anna)).active == ["tip"]


async def test_the_question_of_a_kind_comes_before_its_times(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await turn_on(anna, "tip")
    question = await anna.ask("remind me to drink water at 08:30 and 13:00")
    assert (await read_snapshot(services, anna)).active == ["tip"]
    await anna.press(question, buttons(question)[edition.words(remind.Words).no_button])
    assert await read_times(services, anna, "water") == ["08:30", "13:00"]


async def test_a_kind_starts_at_the_nearest_free_time_and_says_so(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    message, said = await turn_on(anna, "tip"), edition.words(reminder_kind.Words)
    await anna.press(message, "times:set:tip:v00")
    shown = await anna.press(message, "remind:on:stretch")
    assert visible(said.near.format(time="21:30")) in words(shown)
    assert said.nearest.format(time="20:00") in words(shown)
    assert await read_times(services, anna, "stretch") == ["20:00"]


async def test_an_old_button_turns_nothing_on(anna: Conversation, services: Services) -> None:
    shown = await anna.press(await turn_on(anna, "tip"), "times:set:stretch:u00")
    assert "remind:on:stretch" in buttons(shown).values()
    assert (await read_snapshot(services, anna)).active == ["tip"]
