"""Sentences lead to the screens of commands and buttons, and change what they say."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.counters import counts
from bot.messages.sender import Draft
from bot.store.snapshots import Snapshot
from handlers import blood_tests, cramp, erasure, learn, sentences, settings, unknown
from handlers import help as help_topic
from handlers.reminders import quiet_hours, reminder_kind, set_times, weekdays
from simulator import Simulator
from tests.support.conversation import Conversation, buttons, words
from tests.support.reminders import read_snapshot, read_times, turn_on
from tests.support.running_bot import content

Screen = Callable[[Edition], Draft]
SCREENS: list[tuple[str, Screen]] = [
    ("does magnesium help", lambda edition: learn.page(edition, "magnesium")),
    ("är tonic bra", lambda edition: learn.page(edition, "quinine")),
    ("what do you save about me", lambda edition: learn.page(edition, "privacy")),
    ("which blood tests are there", blood_tests.tests),
    ("what can you do", help_topic.commands),
    ("delete my data", erasure.question),
    ("byt språk", lambda edition: settings.language_question(content(), edition)),
    ("i want to kill myself", cramp.crisis),
    ("hello", unknown.not_understood),
]


def test_no_update_comes_to_it_by_itself() -> None:
    assert sentences.handlers(None) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "draw"), SCREENS)
async def test_a_sentence_gets_the_screen(
    anna: Conversation, edition: Edition, services: Services, text: str, draw: Screen
) -> None:
    assert words(await anna.ask(text)) == visible(draw(edition).text)


@pytest.mark.parametrize("text", ["THANK YOU!", "tusen tack", "🙏", "❤️"])
async def test_thanks_get_a_reaction_and_no_message(anna: Conversation, services: Services, text: str) -> None:
    await anna.silent(text)
    (mine, _) = [message for message in anna.chat.messages.values() if message.mine]
    assert [emoji for emojis in mine.reactions.values() for emoji in emojis] == [sentences.THANKS_REACTION]


async def test_the_reminders_that_are_named_stop(anna: Conversation, services: Services) -> None:
    await turn_on(anna, "stretch", "water")
    await anna.ask("no more water reminders")
    assert (await read_snapshot(services, anna)).active == ["stretch"]
    await anna.ask("please stop sending me these")
    assert (await read_snapshot(services, anna)).active == []


@pytest.mark.parametrize(
    "text", ["okay it stopped", "how can i stop getting cramps", "stop the pain", "less reminders please"]
)
async def test_other_sentences_stop_no_reminders(anna: Conversation, services: Services, text: str) -> None:
    await turn_on(anna, "stretch", "water")
    await anna.ask(text)
    assert len((await read_snapshot(services, anna)).active) == 2


@pytest.mark.parametrize(
    ("text", "pause"), [("pause for 2 weeks", timedelta(days=14)), ("pausa i tre dagar", timedelta(days=3))]
)
async def test_a_pause_as_long_as_the_sentence_says(
    anna: Conversation, services: Services, text: str, pause: timedelta
) -> None:
    await turn_on(anna, "stretch")
    await anna.ask(text)
    snapshot = await read_snapshot(services, anna)
    assert snapshot.paused_until == snapshot.now + pause
    await anna.ask("fortsätt")
    assert (await read_snapshot(services, anna)).paused_until is None


async def test_a_pause_until_a_day(anna: Conversation, services: Services) -> None:
    await turn_on(anna, "stretch")
    await anna.ask("pause until friday")
    snapshot = await read_snapshot(services, anna)
    assert snapshot.paused_until
    assert snapshot.paused_until - snapshot.now < timedelta(days=7)


@pytest.mark.parametrize("text", ["pause", "pause until the cows come home", "pause for 4000 days"])
async def test_a_pause_of_no_clear_length_is_asked_about(anna: Conversation, services: Services, text: str) -> None:
    await turn_on(anna, "stretch")
    await anna.ask(text)
    assert (await read_snapshot(services, anna)).paused_until is None


async def test_a_time_in_a_sentence_is_added(anna: Conversation, services: Services) -> None:
    await turn_on(anna, "stretch")
    await anna.ask("remind me to stretch at 7.30 pm")
    assert "19:30" in await read_times(services, anna, "stretch")


@pytest.mark.parametrize(("text", "days", "times"), [
    ("remind me to stretch on mondays and thursdays at 9 pm", "14", ["21:00"]),
    ("stretch monday to friday", "12345", ["21:30"]),
    ("not on sundays", "123456", ["21:30"]),
    ("stretcha varje dag utom fredag kl 20", "123467", ["20:00"]),
    ("bara på vardagar", "12345", ["21:30"]),
])  # fmt: skip
async def test_a_sentence_sets_the_weekdays(
    anna: Conversation, services: Services, text: str, days: str, times: list[str]
) -> None:
    await turn_on(anna, "stretch")
    await anna.ask(text)
    wish = (await read_snapshot(services, anna)).schedules["stretch"].wish
    assert wish.days == frozenset(map(int, days))
    assert await read_times(services, anna, "stretch") == times


async def test_undo_brings_back_the_times_and_the_weekdays(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await turn_on(anna, "stretch")
    answer = await anna.ask("stretch on mondays and thursdays at 9 pm")
    await anna.press(answer, buttons(answer)[edition.words(reminder_kind.Words).undo_button])
    assert (await read_snapshot(services, anna)).schedules["stretch"].wish.days == frozenset(range(1, 8))
    assert await read_times(services, anna, "stretch") == ["21:30"]


async def test_weekdays_wait_with_the_times_for_the_answer(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    """A time that is refused changes nothing. The nearest one is taken with the weekdays that were named with it."""
    await turn_on(anna, "stretch")
    answer = await anna.ask("stretch on mondays at 23:30")
    assert (await read_snapshot(services, anna)).schedules["stretch"].wish.days == frozenset(range(1, 8))
    (data,) = (data for data in buttons(answer).values() if data.startswith("times:set:stretch:"))
    await anna.press(answer, data)
    assert (await read_snapshot(services, anna)).schedules["stretch"].wish.days == {1}
    assert await read_times(services, anna, "stretch") != ["21:30"]


async def test_weekdays_that_are_taken_away_leave_those_that_were_not_chosen(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await turn_on(anna, "tip")  # on Sundays
    said = edition.words(weekdays.Words)
    await anna.ask("tip not on mondays")
    assert words(await anna.ask("tip not on sundays")).startswith(visible(said.last))
    assert (await read_snapshot(services, anna)).schedules["tip"].wish.days == {7}


async def test_weekdays_of_a_kind_that_is_off_can_be_chosen_once_it_is_on(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    answer = await anna.ask("remind me to stretch on mondays")
    assert words(answer).startswith(visible(edition.words(weekdays.Words).first))
    assert "remind:on:stretch" in buttons(answer).values()


async def test_weekdays_that_do_not_fit_are_refused(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "tip", "water")  # on Sundays at ten, and every day
    await anna.ask("water not on sundays")
    await anna.ask("tip at 12")
    answer = await anna.ask("tip on mondays")
    assert words(answer).startswith(visible(edition.words(weekdays.Words).full))
    assert (await read_snapshot(services, anna)).schedules["tip"].wish.days == {7}


async def test_an_unclear_time_goes_to_the_half_of_the_day_that_is_possible(
    anna: Conversation, services: Services
) -> None:
    await turn_on(anna, "stretch")
    answer = words(await anna.ask("move it to half past two"))
    assert "02:30" in answer, "why it is not that"
    assert await read_times(services, anna, "stretch") == ["14:30"]


@pytest.mark.parametrize("said", ["move it to quarter past nine", "flytta den till kvart över nio", "stretch at 21.15"])
async def test_one_sentence_moves_the_only_time(
    anna: Conversation, edition: Edition, services: Services, said: str
) -> None:
    await turn_on(anna, "stretch")
    answer = await anna.ask(said)
    changed = edition.words(set_times.Words)
    assert words(answer).startswith(changed.replaced.format(old="21:30", new="21:15"))
    assert await read_times(services, anna, "stretch") == ["21:15"]
    await anna.press(answer, buttons(answer)[edition.words(reminder_kind.Words).undo_button])
    assert await read_times(services, anna, "stretch") == ["21:30"]


@pytest.mark.parametrize(
    "said", ["quiet hours 23 to 6:30", "tysta timmar 23-6.30", "my quiet hours from 23:00 until 6.30"]
)
async def test_a_sentence_moves_the_quiet_hours(
    anna: Conversation, edition: Edition, services: Services, said: str
) -> None:
    await turn_on(anna, "stretch")
    answer = await anna.ask(said)
    snapshot = await read_snapshot(services, anna)
    assert snapshot.person.quiet == (time(23), time(6, 30))
    assert words(answer) == visible(quiet_hours.quiet_hours(edition, snapshot).text)


@pytest.mark.parametrize("said", ["bedtime 23:15", "I go to bed at quarter past eleven", "läggdags kvart över elva"])
async def test_a_sentence_moves_the_bedtime_and_no_reminder_of_another_kind(
    anna: Conversation, edition: Edition, services: Services, said: str
) -> None:
    await turn_on(anna, "water")
    before = (await read_snapshot(services, anna)).active
    answer = await anna.ask(said)
    snapshot = await read_snapshot(services, anna)
    assert (snapshot.person.local_bedtime, snapshot.active) == (time(23, 15), before)
    assert words(answer) == visible(quiet_hours.bedtime(edition, snapshot).text)


@pytest.mark.parametrize(
    ("said", "draw"), [("quiet hours", quiet_hours.quiet_hours), ("läggdags", quiet_hours.bedtime)]
)
async def test_without_a_time_they_are_shown(
    anna: Conversation, edition: Edition, services: Services, said: str, draw: Callable[[Edition, Snapshot], Draft]
) -> None:
    await turn_on(anna, "stretch")
    answer = await anna.ask(said)
    assert words(answer) == visible(draw(edition, await read_snapshot(services, anna)).text)


@pytest.mark.parametrize(
    ("command", "presses"),
    [
        ("/timezone", []),
        ("/pause", ["pause:dates:0"]),
        ("/settings", ["quiet:hours"]),
        ("/remind", ["kind:stretch", "times:hours:stretch"]),
    ],
)
async def test_a_sentence_is_understood_although_something_else_is_awaited(
    anna: Conversation, services: Services, command: str, presses: list[str]
) -> None:
    await turn_on(anna, "stretch")
    message = await anna.ask(command)
    for data in presses:
        message = await anna.press(message, data)
    await anna.ask("move stretching to quarter past nine")
    assert await read_times(services, anna, "stretch") == ["21:15"]


@pytest.mark.parametrize(
    "said",
    [
        "change 21:30 to 21:15",
        "21:15 instead of 21:30",
        "change the stretch from 21:30 to 21:15",
        "ändra 21:30 till 21:15",
    ],
)
async def test_a_sentence_with_both_times_moves_the_one_to_the_other(
    anna: Conversation, services: Services, said: str
) -> None:
    await turn_on(anna, "stretch")
    await anna.ask(said)
    assert await read_times(services, anna, "stretch") == ["21:15"]


async def test_one_of_several_times_is_moved(anna: Conversation, services: Services) -> None:
    await turn_on(anna, "water")
    await anna.ask("change the water from 12:00 to 12:30")
    assert await read_times(services, anna, "water") == ["09:00", "12:30", "15:00", "18:00"]


async def test_a_time_that_is_not_for_one_kind_shows_all_kinds(anna: Conversation, services: Services) -> None:
    await turn_on(anna, "stretch", "water")
    before = (await read_snapshot(services, anna)).schedules
    await anna.ask("move it to half past nine")
    assert (await read_snapshot(services, anna)).schedules == before


async def test_weekdays_are_shown_to_choose_from(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "water")
    answer = await anna.ask("skip weekends for the water reminders")
    snapshot = await read_snapshot(services, anna)
    assert words(answer) == visible(weekdays.weekdays(edition, snapshot, "water").text)


async def test_cancel_ends_what_is_awaited_and_not_the_reminders(anna: Conversation, services: Services) -> None:
    await anna.press(await turn_on(anna, "stretch"), "times:hours:stretch")
    await anna.ask("cancel")
    snapshot = await read_snapshot(services, anna)
    assert snapshot.person.awaiting is None
    assert snapshot.active == ["stretch"]


async def test_never_mind_stops_nothing(anna: Conversation, services: Services) -> None:
    await turn_on(anna, "stretch")
    await anna.ask("never mind")
    assert (await read_snapshot(services, anna)).active == ["stretch"]


async def test_words_of_suicide_are_answered_whatever_is_awaited(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await anna.press(await turn_on(anna, "stretch"), "clock:city:")
    in_sweden = services.content.edition(edition.code, country="SE")
    assert words(await anna.ask("jag vill ta mitt liv")) == visible(cramp.crisis(in_sweden).text)


async def test_what_is_not_understood_is_counted(anna: Conversation, services: Services, simulator: Simulator) -> None:
    before = counts["fallbacks",]
    await anna.ask("lovely weather")
    await anna.ask("does magnesium help")
    assert counts["fallbacks",] == before + 1
