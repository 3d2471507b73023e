"""Times that are typed."""

from datetime import timedelta

import pytest

from bot.app import AWAIT_TEXT, Services
from bot.content import Edition
from bot.content.telegram_html import visible
from handlers.reminders import reminder_kind, reminder_times
from handlers.reminders.typed_times import MAX_QUOTE, Words
from tests.support.conversation import Conversation, buttons, check_limits, words
from tests.support.reminders import read_snapshot, read_times, turn_on


@pytest.mark.parametrize("typed", ["20:15", "8.15 pm", "kl 20.15", "kvart över åtta på kvällen"])
async def test_a_time_is_added_by_typing(anna: Conversation, edition: Edition, services: Services, typed: str) -> None:
    message = await turn_on(anna, "stretch")
    await anna.press(message, "times:hours:stretch")
    answer = await anna.ask(typed)
    assert words(answer).startswith(visible(edition.words(Words).added.format(time="20:15")))
    assert await read_times(services, anna, "stretch") == ["20:15", "21:30"]


async def test_several_times_can_be_typed_in_a_row(anna: Conversation, edition: Edition, services: Services) -> None:
    said = edition.words(Words)
    message = await turn_on(anna, "water")
    for minute in (540, 720, 900):
        await anna.press(message, f"times:remove:water:{minute}")
    await anna.press(message, "times:hours:water")
    for typed in ("08:30", "12:00", "14:00", "16:30", "10:10"):
        services.clock.skip(AWAIT_TEXT - timedelta(seconds=1))  # type: ignore[attr-defined]
        answer = words(await anna.ask(typed)).splitlines()[0]
        assert answer.startswith(visible(said.added.format(time=typed)))
        assert answer.endswith(edition.words(reminder_times.Words).full if typed == "10:10" else said.more)
    assert await read_times(services, anna, "water") == ["08:30", "10:10", "12:00", "14:00", "16:30", "18:00"]


async def test_a_time_that_exists_is_not_added_again(anna: Conversation, edition: Edition, services: Services) -> None:
    message, said = await turn_on(anna, "water"), edition.words(Words)
    await anna.press(message, "times:hours:water")
    answer = words(await anna.ask("noon")).splitlines()[0]
    assert answer.startswith(said.there.format(time="12:00"))
    assert await read_times(services, anna, "water") == ["09:00", "12:00", "15:00", "18:00"]
    assert words(await anna.ask("13:30")).startswith(said.added.format(time="13:30")), "the next text is taken too"


@pytest.mark.parametrize(("typed", "at"), [("4", "16:00"), ("3.30", "15:30"), ("12:15", "12:15"), ("9", "09:00")])
async def test_the_possible_half_of_the_day_is_taken(
    anna: Conversation, edition: Edition, services: Services, typed: str, at: str
) -> None:
    """9 means the morning, because no water is offered in the two hours before bed."""
    message, said = await turn_on(anna, "water"), edition.words(Words)
    for minute in (540, 720, 900):
        await anna.press(message, f"times:remove:water:{minute}")
    await anna.press(message, "times:hours:water")
    answer = words(await anna.ask(typed))
    early = {"16:00": "04:00", "15:30": "03:30"}.get(at)
    why = edition.words(reminder_kind.Words).quiet.format(time=early, start="22:00", end="07:00")
    answered = said.instead.format(time=at, reason=why) if early else said.added.format(time=at)
    assert answer.startswith(f"{visible(answered)} ")
    assert at in await read_times(services, anna, "water")


@pytest.mark.parametrize("half", ["08:15", "20:15"])
async def test_the_person_chooses_between_two_possible_halves(
    anna: Conversation, edition: Edition, services: Services, half: str
) -> None:
    message, said = await turn_on(anna, "stretch"), edition.words(Words)
    await anna.press(message, "times:hours:stretch")
    which = await anna.ask("8.15")
    check_limits(which)
    assert words(which) == said.which.format(one="08:15", other="20:15")
    assert await read_times(services, anna, "stretch") == ["21:30"]
    chosen = await anna.press(which, buttons(which)[half])
    assert words(chosen).startswith(said.added.format(time=half))
    assert half in await read_times(services, anna, "stretch")
    again = await anna.ask(half)
    assert words(again).startswith(said.there.format(time=half)), "the next text is taken too"


@pytest.mark.usefixtures("services")
async def test_there_is_no_question_if_neither_half_is_possible(anna: Conversation, edition: Edition) -> None:
    message = await turn_on(anna, "stretch")
    await anna.press(message, "times:add:stretch:510")
    await anna.press(message, "times:add:stretch:1230")
    await anna.press(message, "times:hours:stretch")
    assert words(await anna.ask("8.15")) == edition.words(reminder_kind.Words).at_most.format(time="08:15", most=2)


async def test_a_text_without_a_time_gets_an_example_and_another_try(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    message = await turn_on(anna, "stretch")
    await anna.press(message, "times:hours:stretch")
    answer = await anna.ask("half <b>past</b> something & more")
    said = edition.words(Words).not_read
    assert words(answer) == said.format(text="half <b>past</b> something & more"[:MAX_QUOTE])
    await anna.ask("19:00")
    assert await read_times(services, anna, "stretch") == ["19:00", "21:30"]


@pytest.mark.parametrize(("typed", "why"), [("23:00", "22:00"), ("21:00", None), ("03:00", "07:00")])
async def test_a_refused_time_is_answered_with_the_reason(
    anna: Conversation, services: Services, typed: str, why: str | None
) -> None:
    message = await turn_on(anna, "stretch")
    await anna.press(message, "times:hours:stretch")
    answer = words(await anna.ask(typed))
    assert typed in answer, "what was understood"
    assert why is None or why in answer
    assert await read_times(services, anna, "stretch") == ["21:30"]


async def test_water_close_to_bedtime_is_refused(anna: Conversation, services: Services) -> None:
    message = await turn_on(anna, "water")
    await anna.press(message, "times:hours:water")
    assert "22:00" in words(await anna.ask("20:30"))
    assert "20:00" not in await read_times(services, anna, "water")


async def test_after_ten_minutes_a_text_is_not_taken_as_a_time(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    message = await turn_on(anna, "stretch")
    await anna.press(message, "times:hours:stretch")
    services.clock.skip(AWAIT_TEXT)  # type: ignore[attr-defined]
    await anna.ask("20:15")
    assert "20:15" not in await read_times(services, anna, "stretch")


async def test_going_back_ends_the_waiting(anna: Conversation, edition: Edition, services: Services) -> None:
    message = await turn_on(anna, "stretch")
    await anna.press(message, "times:hours:stretch")
    await anna.press(message, "kind:stretch")
    await anna.ask("20:15")
    assert "20:15" not in await read_times(services, anna, "stretch")
    assert (await read_snapshot(services, anna)).person.awaiting is None


async def test_more_than_six_a_day_are_never_taken(anna: Conversation, services: Services) -> None:
    message = await turn_on(anna, "water", "stretch", "tip")
    await anna.press(message, "times:hours:water")
    assert "6" in words(await anna.ask("07:30"))
    assert len(await read_times(services, anna, "water")) == 4


async def test_a_time_may_be_typed_within_ten_minutes(anna: Conversation, services: Services) -> None:
    message = await turn_on(anna, "stretch")
    await anna.press(message, "times:hours:stretch")
    services.clock.skip(AWAIT_TEXT - timedelta(seconds=1))  # type: ignore[attr-defined]
    await anna.ask("20:15")
    assert await read_times(services, anna, "stretch") == ["20:15", "21:30"]
