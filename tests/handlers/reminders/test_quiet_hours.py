"""Quiet hours and bedtime, moved by tapping and by typing."""

from datetime import time

import pytest

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.timetable import local, next_occurrence
from handlers.reminders import reminder_kind
from handlers.reminders.quiet_hours import Words
from tests.support.conversation import Conversation, buttons, check_limits, words
from tests.support.reminders import read_snapshot, read_times, turn_on


async def test_the_quiet_hours_move_by_half_hours(anna: Conversation, edition: Edition, services: Services) -> None:
    said = edition.words(Words)
    shown = await anna.press(await anna.ask("/settings"), "quiet:hours")
    check_limits(shown)
    assert words(shown) == visible(said.quiet.format(start="22:00", end="07:00"))
    shown = await anna.press(shown, buttons(shown)[said.start_later_button])
    shown = await anna.press(shown, buttons(shown)[said.end_earlier_button])
    assert words(shown) == visible(said.quiet.format(start="22:30", end="06:30"))
    assert (await read_snapshot(services, anna)).person.quiet == (time(22, 30), time(6, 30))
    shown = await anna.press(shown, buttons(shown)[said.start_earlier_button])
    shown = await anna.press(shown, buttons(shown)[said.end_later_button])
    assert (await read_snapshot(services, anna)).person.quiet == (time(22), time(7))


async def test_quiet_hours_cannot_be_removed(anna: Conversation, services: Services) -> None:
    shown = await anna.press(await anna.ask("/settings"), "quiet:hours")
    await anna.touch(shown, "quiet:hours:600:600")
    assert (await read_snapshot(services, anna)).person.quiet == (time(22), time(7))


async def test_times_in_the_quiet_hours_are_shown_and_not_due(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    message = await turn_on(anna, "tip")
    shown = await anna.press(message, "quiet:hours:1320:630")
    name = edition.reminders["tip"].name
    assert visible(edition.words(Words).unsent.format(times=f"{name} 10:00")) in words(shown)
    assert (await read_snapshot(services, anna)).next_due("tip") is None
    shown = await anna.press(shown, "quiet:hours:1320:420")
    assert name not in words(shown)
    assert (await read_snapshot(services, anna)).next_due("tip")


async def test_the_stretch_reminder_follows_the_bedtime(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    message, said = await turn_on(anna, "stretch", "tip"), edition.words(Words)
    name = edition.reminders["stretch"].name
    shown = await anna.press(message, "quiet:bed")
    check_limits(shown)
    follows = said.follows.format(name=name, time="21:30")
    assert words(shown) == visible(f"{said.bedtime.format(time='22:00')}\n{follows}")
    shown = await anna.press(shown, buttons(shown)[edition.words(Words).earlier_button])
    assert visible(said.follows.format(name=name, time="21:00")) in words(shown)
    assert await read_times(services, anna, "stretch") == ["21:00"]
    assert await read_times(services, anna, "tip") == ["10:00"]
    shown = await anna.press(shown, buttons(shown)[edition.words(Words).later_button])
    assert await read_times(services, anna, "stretch") == ["21:30"]


async def test_water_stops_two_hours_before_bed(anna: Conversation, edition: Edition, services: Services) -> None:
    message = await turn_on(anna, "water")
    name = edition.reminders["water"].name
    shown = await anna.press(message, "quiet:bed:1170")
    assert visible(edition.words(Words).unsent.format(times=f"{name} 18:00")) in words(shown)
    assert await times_due(services, anna, "water") == {time(9), time(12), time(15)}
    shown = await anna.press(shown, "quiet:bed:1320")
    assert "18:00" not in words(shown)
    assert await times_due(services, anna, "water") == {time(9), time(12), time(15), time(18)}


async def times_due(services: Services, who: Conversation, kind: str) -> set[time]:
    """Return the local times at which a reminder is due on the next days."""
    planned = await read_snapshot(services, who)
    timetable = planned.schedules[kind].timetable(planned.person)
    occurrence, seen = next_occurrence(timetable, planned.now), set()
    for _ in range(8):
        assert occurrence
        seen.add(local(occurrence.due_at, timetable.zone).time())
        occurrence = next_occurrence(timetable, occurrence.due_at)
    return seen


async def test_the_stretch_reminder_starts_before_the_persons_own_bedtime(
    anna: Conversation, services: Services
) -> None:
    await anna.press(await anna.ask("/settings"), "quiet:bed:1260")
    await turn_on(anna, "stretch")
    assert await read_times(services, anna, "stretch") == ["20:30"]


@pytest.mark.usefixtures("services")
async def test_a_bedtime_whose_stretch_time_is_in_the_quiet_hours_says_so(anna: Conversation, edition: Edition) -> None:
    message, name = await turn_on(anna, "stretch"), edition.reminders["stretch"].name
    shown = await anna.press(message, "quiet:bed:1380")
    earlier = visible(edition.words(Words).earlier.format(name=name, time="21:45", wanted="22:30"))
    assert earlier in words(shown)
    assert earlier in words(await anna.press(shown, "quiet:hours")), "the quiet hours are the other half of the reason"


async def test_a_chosen_stretch_time_stays_and_says_so(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    message, name = await turn_on(anna, "stretch"), edition.reminders["stretch"].name
    await anna.press(message, "times:set:stretch:u00")
    shown = await anna.press(message, "quiet:bed:1290")
    assert visible(edition.words(Words).chosen.format(name=name, times="20:00")) in words(shown)
    assert await read_times(services, anna, "stretch") == ["20:00"]


@pytest.mark.usefixtures("services")
async def test_a_stretch_time_that_cannot_follow_says_why(anna: Conversation, edition: Edition) -> None:
    message, name = await turn_on(anna, "stretch", "tip"), edition.reminders["stretch"].name
    await anna.press(message, "times:set:tip:u00")
    shown = await anna.press(message, "quiet:bed:1260")
    why = edition.words(reminder_kind.Words).near.format(time="20:30")
    assert visible(edition.words(Words).blocked.format(reason=why, name=name, times="21:30")) in words(shown)


@pytest.mark.parametrize("typed", ["22:30 to 6:30", "10.30 pm - 6.30 am", "från 22:30 till halv sju"])
async def test_the_quiet_hours_are_typed(anna: Conversation, edition: Edition, services: Services, typed: str) -> None:
    await anna.press(await turn_on(anna, "stretch"), "quiet:hours")
    answer = await anna.ask(typed)
    assert words(answer) == visible(edition.words(Words).quiet.format(start="22:30", end="06:30"))
    assert (await read_snapshot(services, anna)).person.quiet == (time(22, 30), time(6, 30))
    await anna.ask("23-7")
    assert (await read_snapshot(services, anna)).person.quiet == (time(23), time(7)), "the next text is taken too"


async def test_quiet_hours_need_two_ends(anna: Conversation, edition: Edition, services: Services) -> None:
    await anna.press(await turn_on(anna, "stretch"), "quiet:hours")
    answer = await anna.ask("22:30")
    assert words(answer) == visible(edition.words(Words).not_read.format(text="22:30"))
    assert (await read_snapshot(services, anna)).person.quiet == (time(22), time(7))


@pytest.mark.parametrize(("typed", "bedtime"), [("half past ten", 22 * 60 + 30), ("1", 60), ("21", 21 * 60)])
async def test_the_bedtime_is_typed(anna: Conversation, services: Services, typed: str, bedtime: int) -> None:
    """Of the two halves of the day, the one that is nearer to the bedtime so far is meant."""
    await anna.press(await turn_on(anna, "stretch"), "quiet:bed")
    await anna.ask(typed)
    assert (await read_snapshot(services, anna)).person.bedtime == bedtime


@pytest.mark.parametrize("screen", ["quiet:hours", "quiet:bed"])
async def test_another_text_is_answered_as_always(anna: Conversation, screen: str, services: Services) -> None:
    before = (await read_snapshot(services, anna)).person.quiet
    await anna.press(await turn_on(anna, "stretch"), screen)
    assert "photo" in await anna.ask("my calf cramps")
    assert (await read_snapshot(services, anna)).person.quiet == before
