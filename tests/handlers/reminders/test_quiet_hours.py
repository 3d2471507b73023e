"""Quiet hours and bedtime, moved by tapping."""

from datetime import time

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.timetable import local, next_occurrence
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
    message = await turn_on(anna, "stretch")
    shown = await anna.press(message, "quiet:hours:1290:420")
    name = edition.reminders["stretch"].name
    assert visible(edition.words(Words).unsent.format(times=f"{name} 21:30")) in words(shown)
    assert (await read_snapshot(services, anna)).next_due("stretch") is None
    shown = await anna.press(shown, "quiet:hours:1320:420")
    assert name not in words(shown)
    assert (await read_snapshot(services, anna)).next_due("stretch")


async def test_the_stretch_reminder_follows_the_bedtime(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    message = await turn_on(anna, "stretch", "tip")
    shown = await anna.press(message, "quiet:bed")
    check_limits(shown)
    assert words(shown) == visible(edition.words(Words).bedtime.format(time="22:00"))
    shown = await anna.press(shown, buttons(shown)[edition.words(Words).earlier_button])
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
