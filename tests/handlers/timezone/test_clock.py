"""The time zone, chosen by what the clock shows, by a city, or by a location that is not stored."""

from datetime import timedelta

import pytest

from bot.app import Services
from bot.app.context import AWAIT_TEXT
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.parsing.places import ZoneChoice
from bot.store import people
from handlers import cramp
from handlers.timezone import clock, moving
from handlers.timezone.clock import Words
from tests.support.conversation import Conversation, Json, buttons, check_limits, words
from tests.support.reminders import read_snapshot, turn_on

TOKYO = (35.68, 139.76)
MIDDLE_OF_NOWHERE = (91.0, 0.0)


async def test_the_likeliest_clocks_are_offered(anna: Conversation, edition: Edition, services: Services) -> None:
    shown = await anna.ask("/timezone")
    check_limits(shown)
    assert words(shown) == visible(edition.words(Words).ask)
    home = {"en": "20:00 London", "sv": "21:00 Stockholm"}[edition.code]
    chosen = await anna.press(shown, buttons(shown)[home])
    assert words(chosen) == visible(
        edition.words(moving.Words).chosen.format(city=home.split()[1], time=home.split()[0])
    )
    assert (await read_snapshot(services, anna)).person.zone == buttons(shown)[home].split(":")[2]


@pytest.mark.usefixtures("services")
async def test_the_pages_of_clocks_have_an_end(anna: Conversation) -> None:
    shown = await anna.ask("/timezone")
    seen = set(buttons(shown))
    for _ in range(12):
        turn = next(data for data in buttons(shown).values() if data.startswith("clock:page:"))
        before = anna.simulator.judge.total
        await anna.touch(shown, turn)
        changed = anna.simulator.judge.received(anna.chat.id, after=before, edits=True)
        if not changed:
            break
        shown = changed[0].message
        check_limits(shown)
        seen |= set(buttons(shown))
    else:
        pytest.fail("there is no end to the clocks")
    assert any("Honolulu" in label for label in seen)


@pytest.mark.parametrize(("typed", "zone"), [("Göteborg", "Europe/Stockholm"), ("tokyo", "Asia/Tokyo")])
async def test_a_city_may_be_typed_at_once(anna: Conversation, services: Services, typed: str, zone: str) -> None:
    await anna.ask("/tidszon")
    await anna.ask(typed)
    assert (await read_snapshot(services, anna)).person.zone == zone


async def test_a_typed_city_turns_on_the_kind(anna: Conversation, services: Services) -> None:
    message = await anna.ask("/remind")
    question = await anna.press(message, "remind:on:stretch")
    await anna.press(question, "clock:city:stretch")
    done = await anna.ask("Malmö")
    assert "clock:ask:stretch" in buttons(done).values(), "it asks whether the clock is right now"
    assert (await read_snapshot(services, anna)).active == ["stretch"]


async def test_a_name_of_several_cities_is_a_question(anna: Conversation, edition: Edition, services: Services) -> None:
    await anna.ask("/timezone")
    which = await anna.ask("Birmingham")
    assert words(which) == visible(edition.words(Words).which)
    assert all(":" in label for label in buttons(which)), "every place has the time on its clock"
    data = next(data for data in buttons(which).values() if "Chicago" in data)
    await anna.press(which, data)
    assert (await read_snapshot(services, anna)).person.zone == "America/Chicago"


async def test_a_time_may_be_typed_as_well(anna: Conversation, services: Services) -> None:
    await anna.ask("/timezone")
    which = await anna.ask("20:00")
    assert any("Europe/London" in data for data in buttons(which).values())
    assert (await read_snapshot(services, anna)).person.zone is None
    await anna.ask("05:00")
    assert (await read_snapshot(services, anna)).person.zone == "Asia/Tokyo", "there is one such clock"


@pytest.mark.parametrize(
    ("typed", "is_asked"),
    [("3:00", True), ("kl 3.00!", True), ("kl 03:00", False), ("3 pm", True), ("3:00 am", False)],
)
@pytest.mark.usefixtures("services")
async def test_a_time_on_a_clock_of_twelve_hours_may_mean_either_half(
    anna: Conversation, typed: str, is_asked: bool
) -> None:
    await anna.ask("/timezone")
    which = await anna.ask(typed)
    assert any("America/New_York" in data for data in buttons(which).values()) is is_asked, "it is 15:00 there"


async def test_an_unknown_city_may_be_tried_again(anna: Conversation, edition: Edition, services: Services) -> None:
    await anna.ask("/timezone")
    answer = await anna.ask("Xyzzyville & <b>sons</b>")
    assert words(answer) == edition.words(Words).not_found.format(text="Xyzzyville & <b>sons</b>")
    await anna.ask("Oslo, Norge")
    assert (await read_snapshot(services, anna)).person.zone == "Europe/Oslo"


async def share(who: Conversation, place: tuple[float, float], answers: int) -> list[Json]:
    """Share a location; return what answers it."""
    latitude, longitude = place
    return await who.send({"location": {"latitude": latitude, "longitude": longitude}}, answers)


def keys(who: Conversation) -> list[str]:
    """Return the labels of the keys below the chat, the topmost first."""
    keyboard = who.chat.reply_keyboard
    assert keyboard
    return [key["text"] for row in keyboard["keyboard"] for key in row]


async def test_a_location_is_used_once_and_answered_in_one_message(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await anna.press(await anna.ask("/timezone"), "clock:location:")
    relief = edition.words(cramp.Words).key
    assert keys(anna) == [edition.words(Words).location_key, relief], "relief stays within reach"
    (answer,) = await share(anna, TOKYO, 1)
    await anna.nothing_came(anna.simulator.judge.total)
    said = edition.words(moving.Words)
    assert words(answer) == visible(f"{said.chosen.format(city='Tokyo', time='05:00')} {said.not_stored}")
    assert keys(anna) == [relief]
    assert (await read_snapshot(services, anna)).person.zone == "Asia/Tokyo"


async def test_a_location_turns_on_the_kind(anna: Conversation, edition: Edition, services: Services) -> None:
    question = await anna.press(await anna.ask("/remind"), "remind:on:stretch")
    await anna.press(question, "clock:location:stretch")
    answer, done = await share(anna, TOKYO, 2)
    assert words(answer) == visible(edition.words(moving.Words).not_stored)
    assert keys(anna) == [edition.words(cramp.Words).key]
    assert "clock:ask:stretch" in buttons(done).values()
    assert (await read_snapshot(services, anna)).person.zone == "Asia/Tokyo"


async def test_a_location_elsewhere_is_a_question_to_whoever_has_reminders(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await turn_on(anna, "stretch")
    await anna.press(await anna.ask("/timezone"), "clock:location:")
    _, question = await share(anna, TOKYO, 2)
    said = edition.words(moving.Words)
    assert words(question) == visible(said.ask.format(city="Tokyo", time="05:00", home="Stockholm"))
    assert keys(anna) == [edition.words(cramp.Words).key]
    assert (await read_snapshot(services, anna)).zone == "Europe/Stockholm"


async def test_a_location_that_nobody_asked_for_changes_nothing(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    (answer,) = await share(anna, TOKYO, 1)
    assert words(answer) == visible(edition.words(Words).unasked)
    assert await services.store.read(lambda connection: people.get_known(connection, [anna.person.id])) == {}


async def test_a_location_that_comes_too_late_changes_nothing_but_the_key(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await anna.press(await anna.ask("/timezone"), "clock:location:")
    anna.simulator.clock.skip(AWAIT_TEXT + timedelta(seconds=1))
    (answer,) = await share(anna, TOKYO, 1)
    assert words(answer) == visible(edition.words(Words).unasked)
    assert keys(anna) == [edition.words(cramp.Words).key]
    assert (await read_snapshot(services, anna)).person.zone is None


async def test_a_city_instead_of_the_location_is_answered_in_one_message_too(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await anna.press(await anna.ask("/timezone"), "clock:location:")
    answer = await anna.ask("Oslo")
    said = edition.words(moving.Words)
    assert words(answer) == visible(f"{said.chosen.format(city='Oslo', time='21:00')} {said.key_back}")
    assert keys(anna) == [edition.words(cramp.Words).key]
    assert (await read_snapshot(services, anna)).person.zone == "Europe/Oslo"


async def test_a_clock_instead_of_the_location_brings_the_key_back_too(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    shown = await anna.ask("/timezone")
    await anna.press(shown, "clock:location:")
    before = anna.simulator.judge.total
    await anna.touch(shown, "clock:zone:Europe/Oslo:")
    said = edition.words(moving.Words)
    answers = [words(message) for message in await anna.arrived(2, before, edits=True)]
    assert sorted(answers) == sorted([said.key_back, visible(said.chosen.format(city="Oslo", time="21:00"))])
    assert keys(anna) == [edition.words(cramp.Words).key]
    assert (await read_snapshot(services, anna)).person.zone == "Europe/Oslo"


async def test_a_place_without_a_time_zone_is_answered(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await anna.press(await anna.ask("/timezone"), "clock:location:")
    (answer,) = await share(anna, MIDDLE_OF_NOWHERE, 1)
    assert words(answer) == visible(edition.words(Words).nowhere)
    assert (await read_snapshot(services, anna)).person.zone is None


async def test_the_time_zone_is_shown(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "stretch")
    shown = await anna.ask("/timezone")
    assert words(shown).startswith(visible(edition.words(Words).now.format(city="Stockholm", time="21:00")))
    assert (await read_snapshot(services, anna)).zone == "Europe/Stockholm"


async def test_after_ten_minutes_a_text_is_not_taken_as_a_city(anna: Conversation, services: Services) -> None:
    await anna.ask("/timezone")
    anna.simulator.clock.skip(AWAIT_TEXT + timedelta(seconds=1))
    await anna.ask("Tokyo")
    assert (await read_snapshot(services, anna)).person.zone is None


def test_only_a_label_that_a_phone_would_cut_has_a_row_of_its_own(edition: Edition) -> None:
    labels = ["14:07 London", "08:07 Chicago", "06:07 Los Angeles", "15:07 Berlin", "19:37 Kolkata", "01:07 Sydney"]
    draft = clock.place_question(edition, [ZoneChoice("Europe/London", label) for label in labels], "")
    assert [[button.text for button in row] for row in draft.buttons] == [
        labels[:2],
        labels[2:3],
        labels[3:5],
        labels[5:],
    ]
