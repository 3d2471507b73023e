"""Weekdays, switched by tapping. The last one stays."""

from datetime import time

from bot.app import Services
from bot.content import Edition
from bot.reminders.time_codes import encode
from handlers.reminders import weekdays
from handlers.reminders.weekdays import Words
from tests.support.conversation import Conversation, buttons, check_limits, words
from tests.support.reminders import read_snapshot, turn_on


async def test_a_weekday_is_removed_and_added_again(anna: Conversation, edition: Edition, services: Services) -> None:
    message = await turn_on(anna, "stretch")
    shown = await anna.press(message, "days:stretch")
    check_limits(shown)
    assert edition.moments.every_day in words(shown)
    assert list(buttons(shown).values())[:7] == [f"days:flip:stretch:{day}" for day in range(1, 8)]
    shown = await anna.press(shown, "days:flip:stretch:7")
    assert (await read_snapshot(services, anna)).schedules["stretch"].wish.days == frozenset(range(1, 7))
    shown = await anna.press(shown, "days:flip:stretch:7")
    assert edition.moments.every_day in words(shown)


async def test_a_day_says_whether_it_is_on(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "tip")
    draft, said = weekdays.weekdays(edition, await read_snapshot(services, anna), "tip"), edition.words(Words)
    labels = [button.text for row in draft.buttons for button in row]
    assert labels[0] == said.off_button.format(day={"en": "Mon", "sv": "Mån"}[edition.code])
    assert labels[6] == said.on_button.format(day={"en": "Sun", "sv": "Sön"}[edition.code])


async def test_the_usual_weekdays_are_set_with_one_tap(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    message = await turn_on(anna, "stretch")
    shown = await anna.press(message, "days:stretch")
    label = {"en": "Mon to Fri", "sv": "Mån till fre"}[edition.code]
    shown = await anna.press(shown, buttons(shown)[label])
    check_limits(shown)
    assert {"en": "Monday to Friday", "sv": "måndag till fredag"}[edition.code] in words(shown)
    assert (await read_snapshot(services, anna)).schedules["stretch"].wish.days == {1, 2, 3, 4, 5}
    assert label not in buttons(shown), "it is chosen already"
    shown = await anna.press(shown, buttons(shown)[edition.words(Words).every_day_button])
    assert (await read_snapshot(services, anna)).schedules["stretch"].wish.days == set(range(1, 8))


async def test_the_last_day_stays(anna: Conversation, edition: Edition, services: Services) -> None:
    message = await turn_on(anna, "tip")
    await anna.press(message, "days:tip")
    await anna.touch(message, "days:flip:tip:7")
    assert anna.alert == edition.words(Words).last
    assert (await read_snapshot(services, anna)).schedules["tip"].wish.days == {7}


async def test_a_full_weekday_is_not_added(anna: Conversation, edition: Edition, services: Services) -> None:
    message = await turn_on(anna, "stretch", "water", "tip")
    await anna.press(message, "days:flip:stretch:7")
    await anna.press(message, f"times:set:water:{encode([*map(time, (7, 9, 12, 15, 18))])}")
    await anna.touch(message, "days:flip:stretch:7")
    assert anna.alert == edition.words(Words).full
    assert 7 not in (await read_snapshot(services, anna)).schedules["stretch"].wish.days


async def test_a_kind_that_is_off_has_no_weekdays_to_choose(anna: Conversation, services: Services) -> None:
    message = await turn_on(anna, "tip")
    shown = await anna.press(message, "days:stretch")
    assert "remind:on:stretch" in buttons(shown).values()
    assert (await read_snapshot(services, anna)).active == ["tip"]
