"""One kind of reminder, and what can be changed of it."""

from datetime import time

import pytest

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.reminders.rules import Refusal
from bot.store.people import Person
from bot.store.schedules import Schedule, Wish
from bot.store.snapshots import Snapshot
from handlers import stop
from handlers.reminders import reminder_kind
from handlers.reminders.reminder_kind import Words
from tests.conftest import EVENING
from tests.support.conversation import Conversation, buttons, check_limits, words
from tests.support.reminders import read_snapshot, send_next_reminder, turn_on

NOBODY = Snapshot(Person(1), {}, EVENING)


def test_a_kind_that_is_off_offers_to_be_turned_on(edition: Edition) -> None:
    draft, said = reminder_kind.screen(edition, NOBODY, "stretch"), edition.words(Words)
    assert draft.text == said.off.format(name=f"<b>{edition.reminders['stretch'].name}</b>")
    assert draft.buttons[0][0].callback_data == "remind:on:stretch"


def test_a_kind_without_a_possible_time_says_why(edition: Edition) -> None:
    always_quiet = Snapshot(Person(1, quiet_from=0, quiet_until=24 * 60 - 1), {}, EVENING)
    draft = reminder_kind.screen(edition, always_quiet, "stretch")
    assert [button.callback_data for row in draft.buttons for button in row] == ["remind"]
    assert "23:59" in draft.text


def test_every_time_has_a_button_that_changes_it(edition: Edition) -> None:
    times = (time(9), time(12), time(15), time(18))
    schedule = Schedule(1, 1, "water", Wish(times, frozenset({7}), silent=True), True, 1, EVENING)
    draft = reminder_kind.screen(
        edition, Snapshot(Person(1, zone="Europe/London"), {"water": schedule}, EVENING), "water"
    )
    assert {button.text: button.callback_data for button in draft.buttons[0]} == {
        "09:00": "times:change:water:j00",
        "12:00": "times:change:water:m00",
        "15:00": "times:change:water:p00",
        "18:00": "times:change:water:s00",
    }


@pytest.mark.parametrize("refusal", list(Refusal))
def test_every_refusal_has_its_words(edition: Edition, refusal: Refusal) -> None:
    text = reminder_kind.reason(edition, time(6, 45), refusal, edition.reminders["water"], Person(1))
    assert "{" not in text
    shown = {Refusal.QUIET: "07:00", Refusal.BEDTIME: "22:00", Refusal.KIND_FULL: "6", Refusal.DAY_FULL: "6"}
    assert "06:45" in text
    assert shown.get(refusal, "") in text


def test_times_weekdays_and_sound_stand_in_one_line(edition: Edition) -> None:
    wish = Wish((time(9), time(15, 30)), frozenset({1, 3}), silent=True)
    line = reminder_kind.summary(edition, wish)
    assert line.startswith("09:00, 15:30, ")
    assert line.endswith(edition.words(Words).silent_line)


async def test_the_sound_is_turned_off_and_on(anna: Conversation, edition: Edition, services: Services) -> None:
    message, said = await turn_on(anna, "stretch"), edition.words(Words)
    check_limits(message)
    silent = await anna.press(message, "kind:sound:stretch")
    assert said.silent_line in words(silent)
    assert (await read_snapshot(services, anna)).schedules["stretch"].wish.silent
    loud = await anna.press(silent, "kind:sound:stretch")
    assert said.sound_line in words(loud)


async def test_one_kind_is_turned_off_and_on_again(anna: Conversation, edition: Edition, services: Services) -> None:
    message = await turn_on(anna, "stretch", "water")
    off = await anna.press(message, "kind:off:stretch")
    assert words(off) == visible(edition.words(stop.Words).one_off.format(name=edition.reminders["stretch"].name))
    assert (await read_snapshot(services, anna)).active == ["water"]
    undo = buttons(off)[edition.words(stop.Words).undo_button]
    await anna.press(off, undo)
    assert (await read_snapshot(services, anna)).active == ["stretch", "water"]


async def test_times_in_the_quiet_hours_are_shown_as_not_sent(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    message = await turn_on(anna, "tip")
    await anna.press(message, "quiet:hours:1260:630")
    shown = await anna.press(message, "kind:tip")
    assert visible(edition.words(Words).unsent_line.format(times="10:00")) in words(shown)
    assert (await read_snapshot(services, anna)).next_due("tip") is None


async def test_a_pause_is_shown(anna: Conversation, edition: Edition, services: Services) -> None:
    message = await turn_on(anna, "stretch")
    await anna.press(message, "pause:for:3")
    shown = await anna.press(message, "kind:stretch")
    said = edition.words(Words)
    assert said.paused_line.split("{")[0] in words(shown)
    assert (await read_snapshot(services, anna)).paused_until


async def test_a_kind_that_is_turned_on_again_keeps_its_times(anna: Conversation, services: Services) -> None:
    message = await turn_on(anna, "stretch")
    await anna.press(message, "days:flip:stretch:7")
    await anna.press(message, "kind:off:stretch")
    await anna.press(message, "remind:on:stretch")
    assert (await read_snapshot(services, anna)).schedules["stretch"].wish.days == frozenset(range(1, 7))


async def test_a_change_cancels_a_snooze(anna: Conversation, services: Services) -> None:
    message = await turn_on(anna, "stretch")
    number = await send_next_reminder(services, anna, "stretch")
    await anna.press(message, f"answer:later:{number}:15")
    await anna.press(message, "kind:off:stretch")
    assert (await read_snapshot(services, anna)).active == []
