"""A change of time zone."""

from datetime import timedelta

import pytest

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from handlers.timezone import moving
from handlers.timezone.moving import Words
from tests.conftest import EVENING
from tests.support.conversation import Conversation, buttons, words
from tests.support.reminders import read_snapshot, turn_on

TOKYO = "Asia/Tokyo"


def test_a_time_zone_is_shown_by_its_city_and_its_time(edition: Edition) -> None:
    city = {"en": "Copenhagen", "sv": "Köpenhamn"}[edition.code]
    assert moving.city_and_time(edition, "Europe/Copenhagen", EVENING) == {"city": city, "time": "21:00"}


async def test_a_person_with_reminders_is_asked_before_anything_moves(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await turn_on(anna, "stretch")
    question = await anna.press(await anna.ask("/timezone"), f"clock:zone:{TOKYO}:")
    said = edition.words(Words)
    assert words(question) == visible(said.ask.format(city="Tokyo", time="05:00", home="Stockholm"))
    assert list(buttons(question)) == [said.move_button, said.keep_button]
    assert (await read_snapshot(services, anna)).zone == "Europe/Stockholm"


async def test_moving_keeps_the_local_times(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "stretch")
    question = await anna.press(await anna.ask("/timezone"), f"clock:zone:{TOKYO}:")
    moved = await anna.press(question, f"clock:move:{TOKYO}")
    assert words(moved) == visible(edition.words(Words).chosen.format(city="Tokyo", time="05:00"))
    assert (await read_snapshot(services, anna)).next_due("stretch") == EVENING + timedelta(hours=16, minutes=30)


async def test_keeping_changes_nothing(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "stretch")
    before = await read_snapshot(services, anna)
    question = await anna.press(await anna.ask("/timezone"), f"clock:zone:{TOKYO}:")
    kept = await anna.press(question, "clock:keep")
    assert words(kept) == visible(edition.words(Words).kept.format(home="Stockholm"))
    after = await read_snapshot(services, anna)
    assert (after.zone, after.next_due("stretch")) == (before.zone, before.next_due("stretch"))


async def test_the_same_time_zone_needs_no_question(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "stretch")
    same = await anna.press(await anna.ask("/timezone"), "clock:zone:Europe/Stockholm:")
    assert words(same) == visible(edition.words(Words).chosen.format(city="Stockholm", time="21:00"))
    assert (await read_snapshot(services, anna)).active == ["stretch"]


@pytest.mark.parametrize("data", ["clock:zone:Mars/Olympus:", "clock:move:Mars/Olympus", "clock:zone:../etc:"])
async def test_an_unknown_time_zone_is_refused(anna: Conversation, services: Services, data: str) -> None:
    message = await anna.ask("/timezone")
    before = anna.simulator.judge.total
    await anna.touch(message, data)
    await anna.nothing_came(before)
    assert (await read_snapshot(services, anna)).person.zone is None


async def test_without_a_time_zone_there_is_none_to_keep(anna: Conversation, services: Services) -> None:
    message = await anna.ask("/timezone")
    before = anna.simulator.judge.total
    await anna.touch(message, "clock:keep")
    await anna.nothing_came(before)
    assert (await read_snapshot(services, anna)).person.zone is None
