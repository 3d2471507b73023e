"""Times: added and removed by tapping."""

import pytest

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from handlers.reminders.reminder_times import Words
from tests.support.conversation import Conversation, buttons, check_limits, words
from tests.support.reminders import read_times, turn_on


async def test_a_time_is_added_by_hour_and_minute(anna: Conversation, services: Services) -> None:
    message = await turn_on(anna, "stretch")
    listed = await anna.press(message, "times:stretch")
    assert "times:remove:stretch:1290" in buttons(listed).values()
    which = await anna.press(listed, "times:hours:stretch")
    check_limits(which)
    assert {"07", "20"} <= buttons(which).keys()
    assert not {"06", "21", "22"} & buttons(which).keys()
    minutes = await anna.press(which, "times:minutes:stretch:20")
    check_limits(minutes)
    assert list(buttons(minutes))[:-1] == ["20:00", "20:15", "20:30"]
    done = await anna.press(minutes, buttons(minutes)["20:15"])
    assert "20:15, 21:30" in words(done)
    assert await read_times(services, anna, "stretch") == ["20:15", "21:30"]


async def test_a_time_is_removed_but_not_the_last(anna: Conversation, edition: Edition, services: Services) -> None:
    message, said = await turn_on(anna, "water"), edition.words(Words)
    listed = await anna.press(message, "times:water")
    check_limits(listed)
    for at, left in (("540", 3), ("720", 2), ("900", 1)):
        listed = await anna.press(listed, f"times:remove:water:{at}")
        assert len(await read_times(services, anna, "water")) == left
    await anna.touch(listed, "times:remove:water:1080")
    assert anna.toast == said.last
    await anna.touch(listed, "times:remove:water:540")
    assert anna.toast == said.gone
    assert await read_times(services, anna, "water") == ["18:00"]


async def test_a_kind_without_room_says_so(anna: Conversation, edition: Edition, services: Services) -> None:
    message = await turn_on(anna, "tip")
    listed = await anna.press(message, "times:tip")
    assert visible(edition.words(Words).full) in words(listed)
    assert "times:hours:tip" not in buttons(listed).values()
    await anna.press(listed, "times:hours:tip")
    await anna.ask("12:00")
    assert await read_times(services, anna, "tip") == ["10:00"]


async def test_a_chosen_time_turns_the_kind_on(anna: Conversation, services: Services) -> None:
    message = await turn_on(anna, "tip")
    await anna.press(message, "quiet:hours:1260:420")
    off = await anna.press(message, "remind:on:stretch")
    await anna.press(off, buttons(off)[next(iter(buttons(off)))])
    await anna.press(message, "times:add:stretch:1200")
    assert await read_times(services, anna, "stretch") == ["20:00"]


async def test_a_time_that_is_taken_by_now_is_refused(anna: Conversation, services: Services) -> None:
    message = await turn_on(anna, "stretch")
    await anna.press(message, "times:add:stretch:1200")
    refused = await anna.press(message, "times:add:stretch:1215")
    assert "20:15" in words(refused).splitlines()[0]
    assert await read_times(services, anna, "stretch") == ["20:00", "21:30"]


@pytest.mark.usefixtures("services")
async def test_a_full_hour_shows_the_hours_again(anna: Conversation, edition: Edition) -> None:
    message = await turn_on(anna, "stretch")
    shown = await anna.press(message, "times:minutes:stretch:23")
    name = edition.reminders["stretch"].name
    assert words(shown) == visible(edition.words(Words).which_hour.format(name=name))
