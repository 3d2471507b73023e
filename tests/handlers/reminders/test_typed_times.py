"""Times that are typed while a screen of a kind is shown."""

from datetime import timedelta

import pytest

from bot.app import Services
from bot.app.context import AWAIT_TEXT
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.content.wording import MAX_QUOTE
from handlers.reminders import reminder_kind, set_times
from handlers.reminders.typed_times import Words
from tests.support.conversation import Conversation, buttons, check_limits, words
from tests.support.reminders import read_snapshot, read_times, turn_on


@pytest.mark.parametrize("typed", ["20:15", "8.15 pm", "kl 20.15", "kvart över åtta på kvällen", "20h15"])
async def test_a_typed_time_takes_the_place_of_the_only_one(
    anna: Conversation, edition: Edition, services: Services, typed: str
) -> None:
    await anna.press(await turn_on(anna, "stretch"), "kind:stretch")
    answer = await anna.ask(typed)
    check_limits(answer)
    assert words(answer).startswith(edition.words(set_times.Words).replaced.format(old="21:30", new="20:15"))
    assert await read_times(services, anna, "stretch") == ["20:15"]


@pytest.mark.parametrize("screen", ["days:stretch", "kind:sound:stretch", "times:stretch", "times:change:stretch:v30"])
async def test_it_may_be_typed_on_every_screen_of_the_kind(anna: Conversation, services: Services, screen: str) -> None:
    """The hour between reminders does not count from the time that is replaced."""
    await anna.press(await turn_on(anna, "stretch"), screen)
    await anna.ask("21:15")
    assert await read_times(services, anna, "stretch") == ["21:15"]


async def test_a_typed_time_is_added_to_several(anna: Conversation, edition: Edition, services: Services) -> None:
    await anna.press(await turn_on(anna, "water"), "kind:water")
    answer = await anna.ask("noon")
    assert words(answer).startswith(edition.words(set_times.Words).there.format(times="09:00, 12:00, 15:00, 18:00"))
    answer = await anna.ask("13:30")
    assert words(answer).startswith(edition.words(set_times.Words).added.format(times="13:30"))
    assert await read_times(services, anna, "water") == ["09:00", "12:00", "13:30", "15:00", "18:00"]


async def test_a_list_takes_the_place_of_all(anna: Conversation, services: Services) -> None:
    await anna.press(await turn_on(anna, "water"), "kind:water")
    await anna.ask("08:30, 13:00 och 17:00")
    assert await read_times(services, anna, "water") == ["08:30", "13:00", "17:00"]


async def test_a_tapped_time_is_the_one_that_is_replaced(anna: Conversation, services: Services) -> None:
    await anna.press(await turn_on(anna, "water"), "times:change:water:m00")
    await anna.ask("12:30")
    assert await read_times(services, anna, "water") == ["09:00", "12:30", "15:00", "18:00"]


async def test_add_a_time_adds_to_the_only_one_too(anna: Conversation, services: Services) -> None:
    await anna.press(await turn_on(anna, "stretch"), "times:hours:stretch")
    await anna.ask("20:15")
    assert await read_times(services, anna, "stretch") == ["20:15", "21:30"]


@pytest.mark.parametrize(("typed", "at"), [("4", "16:00"), ("3.30", "15:30"), ("12:15", "12:15"), ("9", "09:00")])
async def test_the_possible_half_of_the_day_is_taken(
    anna: Conversation, edition: Edition, services: Services, typed: str, at: str
) -> None:
    """9 means the morning, because no water is offered in the two hours before bed."""
    message = await turn_on(anna, "water")
    await anna.press(message, "times:set:water:s00")
    await anna.press(message, "times:hours:water")
    answer = words(await anna.ask(typed))
    note = edition.words(set_times.Words).added.format(times=at)
    if early := {"16:00": "04:00", "15:30": "03:30"}.get(at):
        note += f" {edition.words(reminder_kind.Words).quiet.format(time=early, start='22:00', end='07:00')}"
    assert answer.splitlines()[0] == visible(note)
    assert at in await read_times(services, anna, "water")


@pytest.mark.parametrize("half", ["08:15", "20:15"])
async def test_the_person_chooses_between_two_possible_halves(
    anna: Conversation, edition: Edition, services: Services, half: str
) -> None:
    await anna.press(await turn_on(anna, "stretch"), "times:hours:stretch")
    which = await anna.ask("8.15")
    check_limits(which)
    assert words(which) == edition.words(set_times.Words).which
    assert await read_times(services, anna, "stretch") == ["21:30"]
    await anna.press(which, buttons(which)[half])
    assert half in await read_times(services, anna, "stretch")


async def test_a_time_far_from_the_only_one_is_asked_about(anna: Conversation, services: Services) -> None:
    message = await turn_on(anna, "stretch")
    await anna.press(message, "times:set:stretch:o00")
    which = await anna.ask("8")
    assert {"08:00", "20:00"} <= buttons(which).keys()


@pytest.mark.usefixtures("services")
async def test_there_is_no_question_if_neither_half_is_possible(anna: Conversation, edition: Edition) -> None:
    message = await turn_on(anna, "stretch")
    await anna.press(message, "times:set:stretch:i30u30")
    await anna.press(message, "times:hours:stretch")
    assert words(await anna.ask("8.15")) == edition.words(reminder_kind.Words).at_most.format(time="08:15", most=2)


async def test_an_asked_for_time_that_is_none_gets_an_example_and_another_try(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await anna.press(await turn_on(anna, "stretch"), "times:hours:stretch")
    answer = await anna.ask("half <b>past</b> something & more")
    said = edition.words(Words).not_read
    assert words(answer) == said.format(text="half <b>past</b> something & more"[:MAX_QUOTE])
    await anna.ask("19:00")
    assert await read_times(services, anna, "stretch") == ["19:00", "21:30"]


@pytest.mark.usefixtures("services")
async def test_a_text_that_nobody_asked_for_is_answered_as_always(anna: Conversation) -> None:
    await anna.press(await turn_on(anna, "stretch"), "kind:stretch")
    assert "/magnesium" in words(await anna.ask("/help"))
    await anna.press(await turn_on(anna, "tip"), "kind:tip")
    assert "photo" in await anna.ask("my calf cramps")


@pytest.mark.parametrize(("typed", "why"), [("23:00", "22:00"), ("21:00", None), ("03:00", "07:00")])
async def test_a_refused_time_is_answered_with_the_reason(
    anna: Conversation, services: Services, typed: str, why: str | None
) -> None:
    await anna.press(await turn_on(anna, "stretch"), "times:hours:stretch")
    answer = words(await anna.ask(typed))
    assert typed in answer, "what was understood"
    assert why is None or why in answer
    assert await read_times(services, anna, "stretch") == ["21:30"]


async def test_water_close_to_bedtime_is_refused(anna: Conversation, services: Services) -> None:
    await anna.press(await turn_on(anna, "water"), "times:hours:water")
    assert "22:00" in words(await anna.ask("20:30"))
    assert "20:30" not in await read_times(services, anna, "water")


async def test_more_than_six_a_day_are_never_taken(anna: Conversation, services: Services) -> None:
    await anna.press(await turn_on(anna, "water", "stretch", "tip"), "times:hours:water")
    assert "6" in words(await anna.ask("07:30"))
    assert len(await read_times(services, anna, "water")) == 4


async def test_a_time_may_be_typed_for_ten_minutes(anna: Conversation, services: Services) -> None:
    await anna.press(await turn_on(anna, "stretch"), "times:hours:stretch")
    services.clock.skip(AWAIT_TEXT - timedelta(seconds=1))  # type: ignore[attr-defined]
    await anna.ask("20:15")
    services.clock.skip(AWAIT_TEXT)  # type: ignore[attr-defined]
    await anna.ask("19:00")
    assert await read_times(services, anna, "stretch") == ["20:15", "21:30"]


async def test_all_reminders_end_the_waiting(anna: Conversation, services: Services) -> None:
    message = await turn_on(anna, "stretch")
    await anna.press(message, "times:hours:stretch")
    await anna.press(message, "remind")
    assert (await read_snapshot(services, anna)).person.awaiting is None
    await anna.ask("20:15")
    assert await read_times(services, anna, "stretch") == ["21:30"]
