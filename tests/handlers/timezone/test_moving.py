"""From one clock to another."""

from datetime import timedelta

import pytest

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from handlers.timezone import moving
from handlers.timezone.moving import Words
from tests.conftest import EVENING
from tests.support.conversation import Conversation, buttons, words
from tests.support.reminders import read_plan, turn_on

TOKYO = "Asia/Tokyo"


def test_a_clock_is_told_by_its_city_and_its_time(edition: Edition) -> None:
    city = {"en": "Copenhagen", "sv": "Köpenhamn"}[edition.code]
    assert moving.city_and_time(edition, "Europe/Copenhagen", EVENING) == {"city": city, "time": "21:00"}


async def test_who_has_reminders_is_asked_and_nothing_moves_before(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await turn_on(anna, "stretch")
    asked = await anna.press(await anna.ask("/timezone"), f"clock:zone:{TOKYO}:")
    said = edition.words(Words)
    assert words(asked) == visible(said.ask.format(city="Tokyo", time="05:00", home="Stockholm"))
    assert list(buttons(asked)) == [said.move_button, said.keep_button]
    assert (await read_plan(services, anna)).zone == "Europe/Stockholm"


async def test_moving_keeps_the_times_on_the_new_clock(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await turn_on(anna, "stretch")
    asked = await anna.press(await anna.ask("/timezone"), f"clock:zone:{TOKYO}:")
    moved = await anna.press(asked, f"clock:move:{TOKYO}")
    assert words(moved) == visible(edition.words(Words).chosen.format(city="Tokyo", time="05:00"))
    assert (await read_plan(services, anna)).next_due("stretch") == EVENING + timedelta(hours=16, minutes=30)


async def test_keeping_changes_nothing(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "stretch")
    before = await read_plan(services, anna)
    asked = await anna.press(await anna.ask("/timezone"), f"clock:zone:{TOKYO}:")
    kept = await anna.press(asked, "clock:keep")
    assert words(kept) == visible(edition.words(Words).kept.format(home="Stockholm"))
    after = await read_plan(services, anna)
    assert (after.zone, after.next_due("stretch")) == (before.zone, before.next_due("stretch"))


async def test_the_same_clock_needs_no_question(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "stretch")
    same = await anna.press(await anna.ask("/timezone"), "clock:zone:Europe/Stockholm:")
    assert words(same) == visible(edition.words(Words).chosen.format(city="Stockholm", time="21:00"))
    assert (await read_plan(services, anna)).active == ["stretch"]


@pytest.mark.parametrize("data", ["clock:zone:Mars/Olympus:", "clock:move:Mars/Olympus", "clock:zone:../etc:"])
async def test_a_zone_that_there_is_not_is_not_lived_in(anna: Conversation, services: Services, data: str) -> None:
    message = await anna.ask("/timezone")
    before = anna.simulator.judge.total
    await anna.touch(message, data)
    await anna.nothing_came(before)
    assert (await read_plan(services, anna)).person.zone is None


async def test_without_a_clock_there_is_none_to_keep(anna: Conversation, services: Services) -> None:
    message = await anna.ask("/timezone")
    before = anna.simulator.judge.total
    await anna.touch(message, "clock:keep")
    await anna.nothing_came(before)
    assert (await read_plan(services, anna)).person.zone is None
