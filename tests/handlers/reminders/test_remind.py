"""All reminders in one message."""

from datetime import datetime, timezone

import pytest

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.store.people import Person
from bot.store.snapshots import Snapshot
from handlers.reminders import confirmation, remind
from handlers.reminders.remind import Words
from tests.conftest import EVENING
from tests.support.conversation import Conversation, buttons, check_limits, words
from tests.support.reminders import STOCKHOLM, read_snapshot, turn_on

NEXT_MORNING = datetime(2026, 11, 2, 8, tzinfo=timezone.utc)
NOBODY = Snapshot(Person(1), {}, EVENING)


def test_everything_is_off_until_it_is_turned_on(edition: Edition) -> None:
    draft, said = remind.overview(edition, NOBODY), edition.words(Words)
    assert said.none in draft.text
    for block in edition.reminders.values():
        assert said.off_line.format(name=f"<b>{block.name}</b>") in draft.text
    data = [button.callback_data for row in draft.buttons for button in row]
    assert data == [f"remind:on:{kind}" for kind in edition.reminders]


def test_only_water_has_a_question(edition: Edition) -> None:
    assert [kind for kind in edition.reminders if remind.question(edition, kind)] == ["water"]


async def test_it_takes_four_taps_and_no_typing(anna: Conversation, edition: Edition, services: Services) -> None:
    said = edition.words(Words)
    message = await anna.ask("/remind")
    question = await anna.press(message, "remind:on:water")
    text = edition.reminders["water"].question
    assert text
    assert words(question) == visible(text.text)
    assert list(buttons(question))[:2] == [said.yes_button, said.no_button]
    clock = await anna.press(question, "remind:may:water")
    done = await anna.press(clock, f"clock:zone:{STOCKHOLM}:water")
    assert done["message_id"] == message["message_id"]
    chosen = await read_snapshot(services, anna)
    assert words(done).endswith(
        visible(confirmation.question(edition, chosen, "water", NEXT_MORNING).text.splitlines()[-1])
    )
    assert chosen.active == ["water"]
    assert chosen.wish("water").silent  # type: ignore[union-attr]
    assert chosen.person.telegram_language == edition.code


async def test_a_person_who_must_drink_less_is_not_offered_water(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    question = await anna.press(await anna.ask("/remind"), "remind:on:water")
    refused = await anna.press(question, "remind:refused:water")
    assert words(refused) == visible(edition.reminders["water"].refused or "")
    assert (await read_snapshot(services, anna)).schedules == {}


async def test_with_a_known_time_zone_the_next_kind_takes_one_tap(anna: Conversation, services: Services) -> None:
    await turn_on(anna, "stretch", "tip")
    assert (await read_snapshot(services, anna)).active == ["stretch", "tip"]


@pytest.mark.usefixtures("services")
async def test_kinds_that_are_on_are_listed_with_the_next_reminder(anna: Conversation, edition: Edition) -> None:
    message = await turn_on(anna, "water", "stretch")
    shown = await anna.press(message, "remind")
    check_limits(shown)
    assert "09:00, 12:00, 15:00, 18:00" in words(shown)
    block, said = edition.reminders["stretch"], edition.words(Words)
    moment = edition.moments.today.format(time="21:30")
    assert said.next_line.format(name=block.name, moment=moment) in words(shown)
    assert {"pause", "stop", "clock", "settings", "kind:water", "kind:stretch"} <= set(buttons(shown).values())


@pytest.mark.usefixtures("services")
async def test_a_pause_is_shown_with_its_end(anna: Conversation, edition: Edition) -> None:
    message = await turn_on(anna, "stretch")
    await anna.press(message, "pause:for:1")
    shown = await anna.press(message, "remind")
    moment = edition.moments.tomorrow.format(time="21:00")
    assert edition.words(Words).paused_line.format(moment=moment) in words(shown)
    assert "resume" in buttons(shown).values()
    assert "pause" not in buttons(shown).values()


async def test_every_name_of_the_command_shows_the_reminders(anna: Conversation, services: Services) -> None:
    answers = {words(await anna.ask(f"/{name}")) for name in services.content.names("remind")}
    assert len(answers) == 1


@pytest.mark.usefixtures("services")
async def test_relief_comes_first_whatever_was_being_set_up(anna: Conversation) -> None:
    message = await turn_on(anna, "stretch")
    await anna.press(message, "times:hours:stretch")
    assert "photo" in await anna.ask("aj")
    assert "photo" in await anna.ask("/crmap")


@pytest.mark.usefixtures("services")
async def test_a_button_for_an_unknown_kind_is_an_old_button(anna: Conversation) -> None:
    message = await anna.ask("/remind")
    await anna.touch(message, "remind:on:vitamins")
    assert anna.alert
