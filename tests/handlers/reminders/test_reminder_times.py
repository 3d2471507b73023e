"""Times: changed, added and removed by tapping."""

import pytest

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from handlers.reminders import reminder_kind, set_times
from handlers.reminders.reminder_times import Words
from tests.support.conversation import Conversation, buttons, check_limits, words
from tests.support.reminders import read_times, turn_on


async def test_a_time_is_changed_in_three_taps(anna: Conversation, edition: Edition, services: Services) -> None:
    question = await turn_on(anna, "stretch")
    shown = await anna.press(question, "kind:stretch")
    change = await anna.press(shown, buttons(shown)["21:30"])
    check_limits(change)
    name = edition.reminders["stretch"].name
    assert words(change) == visible(edition.words(Words).change.format(name=name, time="21:30"))
    assert [label for label in buttons(change) if ":" in label] == [
        "19:45", "20:00", "20:15", "20:30", "20:45", "21:00", "21:15", "21:45",
    ]  # fmt: skip
    done = await anna.press(change, buttons(change)["21:15"])
    assert words(done).startswith(edition.words(set_times.Words).replaced.format(old="21:30", new="21:15"))
    assert await read_times(services, anna, "stretch") == ["21:15"]
    await anna.press(done, buttons(done)[edition.words(reminder_kind.Words).undo_button])
    assert await read_times(services, anna, "stretch") == ["21:30"]


async def test_a_time_is_changed_to_another_hour(anna: Conversation, edition: Edition, services: Services) -> None:
    change = await anna.press(await turn_on(anna, "stretch"), "times:change:stretch:v30")
    hours = await anna.press(change, buttons(change)[edition.words(Words).other_hour_button])
    minutes = await anna.press(hours, buttons(hours)["08"])
    back = await anna.press(minutes, buttons(minutes)[edition.words(Words).back_button])
    assert buttons(back) == buttons(hours)
    await anna.press(minutes, buttons(minutes)["08:45"])
    assert await read_times(services, anna, "stretch") == ["08:45"]


async def test_a_time_is_added_by_hour_and_minute(anna: Conversation, edition: Edition, services: Services) -> None:
    shown = await anna.press(await turn_on(anna, "stretch"), "kind:stretch")
    which = await anna.press(shown, buttons(shown)[edition.words(reminder_kind.Words).add_button])
    check_limits(which)
    assert {"07", "20"} <= buttons(which).keys()
    assert not {"06", "21", "22"} & buttons(which).keys()
    minutes = await anna.press(which, buttons(which)["20"])
    check_limits(minutes)
    assert list(buttons(minutes))[:-1] == ["20:00", "20:15", "20:30"]
    done = await anna.press(minutes, buttons(minutes)["20:15"])
    assert "20:15, 21:30" in words(done)
    assert await read_times(services, anna, "stretch") == ["20:15", "21:30"]


async def test_a_time_is_removed_but_not_the_last(anna: Conversation, edition: Edition, services: Services) -> None:
    message, said = await turn_on(anna, "stretch"), edition.words(Words)
    await anna.press(message, "times:set:stretch:u00v30")
    change = await anna.press(message, "times:change:stretch:u00")
    await anna.press(change, buttons(change)[said.remove_button.format(time="20:00")])
    assert await read_times(services, anna, "stretch") == ["21:30"]
    only = await anna.press(message, "times:change:stretch:v30")
    assert said.remove_button.format(time="21:30") not in buttons(only)


async def test_a_time_that_has_changed_by_now_shows_the_kind(anna: Conversation, services: Services) -> None:
    message = await turn_on(anna, "stretch")
    shown = await anna.press(message, "times:change:stretch:h00")
    assert "times:change:stretch:v30" in buttons(shown).values()


async def test_a_kind_with_all_its_times_offers_no_more(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    shown = await anna.press(await turn_on(anna, "tip"), "kind:tip")
    assert "times:hours:tip" not in buttons(shown).values()
    full = await anna.press(shown, "times:hours:tip")
    assert words(full) == visible(edition.words(Words).full)
    assert await read_times(services, anna, "tip") == ["10:00"]


@pytest.mark.usefixtures("services")
async def test_a_full_hour_shows_the_hours_again(anna: Conversation, edition: Edition) -> None:
    message = await turn_on(anna, "stretch")
    shown = await anna.press(message, "times:minutes:stretch:23")
    name = edition.reminders["stretch"].name
    assert words(shown) == visible(edition.words(Words).which_hour.format(name=name))


@pytest.mark.usefixtures("services")
async def test_the_list_removes_one_of_several_and_changes_the_only_one(anna: Conversation, edition: Edition) -> None:
    message = await turn_on(anna, "water", "stretch")
    listed = await anna.press(message, "times:water")
    check_limits(listed)
    assert "times:set:water:m00p00s00" in buttons(listed).values()
    assert words(await anna.press(message, "times:stretch")) == visible(
        edition.words(Words).change.format(name=edition.reminders["stretch"].name, time="21:30")
    )
