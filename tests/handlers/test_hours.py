"""Times: added by tapping or typing, removed by tapping."""

from datetime import timedelta

import pytest

from bot.app import Services
from bot.edition import Edition
from bot.html import visible
from handlers import hours, unknown
from handlers.hours import PATIENCE, Words
from tests.acceptance.conversation import Conversation, buttons, check_limits, words
from tests.handlers.reminding import plan, times, turned_on


async def test_a_time_is_added_by_hour_and_minute(anna: Conversation, services: Services) -> None:
    message = await turned_on(anna, "stretch")
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
    assert await times(services, anna, "stretch") == ["20:15", "21:30"]


@pytest.mark.parametrize("typed", ["20:15", "8.15 pm", "kl 20.15", "kvart över åtta på kvällen"])
async def test_a_time_is_added_by_typing(anna: Conversation, edition: Edition, services: Services, typed: str) -> None:
    message = await turned_on(anna, "stretch")
    await anna.press(message, "times:hours:stretch")
    answer = await anna.ask(typed)
    assert words(answer).startswith(visible(edition.words(Words).added.format(time="20:15")))
    assert await times(services, anna, "stretch") == ["20:15", "21:30"]
    assert words(await anna.ask(typed)) == visible(edition.words(unknown.Words).free), "one time was asked for"


async def test_what_is_no_time_gets_an_example_and_another_try(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    message = await turned_on(anna, "stretch")
    await anna.press(message, "times:hours:stretch")
    answer = await anna.ask("half <b>past</b> something & more")
    said = edition.words(Words).not_read
    assert words(answer) == said.format(text="half <b>past</b> something & more"[: hours.LONGEST_QUOTE])
    await anna.ask("19:00")
    assert await times(services, anna, "stretch") == ["19:00", "21:30"]


@pytest.mark.parametrize(("typed", "why"), [("23:00", "22:00"), ("21:00", None), ("3", "07:00")])
async def test_a_time_that_cannot_be_is_told_with_the_reason(
    anna: Conversation, services: Services, typed: str, why: str | None
) -> None:
    message = await turned_on(anna, "stretch")
    await anna.press(message, "times:hours:stretch")
    answer = words(await anna.ask(typed))
    assert typed.zfill(2) in answer, "what was understood"
    assert why is None or why in answer
    assert await times(services, anna, "stretch") == ["21:30"]


async def test_near_bedtime_there_is_no_water(anna: Conversation, services: Services) -> None:
    message = await turned_on(anna, "water")
    await anna.press(message, "times:hours:water")
    assert "22:00" in words(await anna.ask("20:30"))
    assert "20:00" not in await times(services, anna, "water")


async def test_after_ten_minutes_a_text_is_a_text_again(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    message = await turned_on(anna, "stretch")
    await anna.press(message, "times:hours:stretch")
    services.clock.skip(PATIENCE)  # type: ignore[attr-defined]
    assert words(await anna.ask("20:15")) == visible(edition.words(unknown.Words).free)


async def test_going_back_ends_the_waiting(anna: Conversation, edition: Edition, services: Services) -> None:
    message = await turned_on(anna, "stretch")
    await anna.press(message, "times:hours:stretch")
    await anna.press(message, "kind:stretch")
    assert words(await anna.ask("20:15")) == visible(edition.words(unknown.Words).free)
    assert (await plan(services, anna)).person.awaiting is None


async def test_a_time_is_removed_but_not_the_last(anna: Conversation, edition: Edition, services: Services) -> None:
    message, said = await turned_on(anna, "water"), edition.words(Words)
    listed = await anna.press(message, "times:water")
    check_limits(listed)
    for at, left in (("540", 3), ("720", 2), ("900", 1)):
        listed = await anna.press(listed, f"times:remove:water:{at}")
        assert len(await times(services, anna, "water")) == left
    await anna.touch(listed, "times:remove:water:1080")
    assert anna.toast == said.last
    await anna.touch(listed, "times:remove:water:540")
    assert anna.toast == said.gone
    assert await times(services, anna, "water") == ["18:00"]


async def test_when_there_is_no_room_it_is_said(anna: Conversation, edition: Edition, services: Services) -> None:
    message = await turned_on(anna, "tip")
    listed = await anna.press(message, "times:tip")
    assert visible(edition.words(Words).full) in words(listed)
    assert "times:hours:tip" not in buttons(listed).values()
    await anna.press(listed, "times:hours:tip")
    await anna.ask("12:00")
    assert await times(services, anna, "tip") == ["10:00"]


async def test_more_than_six_a_day_are_never_taken(anna: Conversation, services: Services) -> None:
    message = await turned_on(anna, "water", "stretch", "tip")
    await anna.press(message, "times:hours:water")
    assert "6" in words(await anna.ask("07:30"))
    assert len(await times(services, anna, "water")) == 4


async def test_a_chosen_time_turns_on_what_did_not_fit(anna: Conversation, services: Services) -> None:
    message = await turned_on(anna, "tip")
    await anna.press(message, "quiet:hours:1260:420")
    off = await anna.press(message, "remind:on:stretch")
    await anna.press(off, buttons(off)[next(iter(buttons(off)))])
    await anna.press(message, "times:add:stretch:1200")
    assert await times(services, anna, "stretch") == ["20:00"]


async def test_a_time_that_was_free_a_moment_ago_is_refused_by_now(anna: Conversation, services: Services) -> None:
    message = await turned_on(anna, "stretch")
    await anna.press(message, "times:add:stretch:1200")
    refused = await anna.press(message, "times:add:stretch:1215")
    assert "20:15" in words(refused).splitlines()[0]
    assert await times(services, anna, "stretch") == ["20:00", "21:30"]


async def test_the_question_survives_a_while_without_a_word(anna: Conversation, services: Services) -> None:
    message = await turned_on(anna, "stretch")
    await anna.press(message, "times:hours:stretch")
    services.clock.skip(PATIENCE - timedelta(seconds=1))  # type: ignore[attr-defined]
    await anna.ask("20:15")
    assert await times(services, anna, "stretch") == ["20:15", "21:30"]


@pytest.mark.usefixtures("services")
async def test_an_hour_that_has_no_room_shows_the_hours_again(anna: Conversation, edition: Edition) -> None:
    message = await turned_on(anna, "stretch")
    shown = await anna.press(message, "times:minutes:stretch:23")
    name = edition.reminders["stretch"].name
    assert words(shown) == visible(edition.words(Words).which_hour.format(name=name))
