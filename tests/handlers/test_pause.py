"""A pause and its end."""

from datetime import date, datetime, timedelta, timezone

import pytest

from bot.app import Services
from bot.content import Edition, wording
from bot.content.telegram_html import visible
from bot.store.people import Person
from bot.store.snapshots import Snapshot
from handlers import pause
from handlers.pause import Words
from scheduler.delivery import Delivery
from tests.conftest import EVENING
from tests.support.conversation import Conversation, buttons, check_limits, words
from tests.support.reminders import read_snapshot, turn_on

CHRISTMAS = datetime(2026, 12, 23, 23, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize("days", [1, 3, 7])
async def test_a_pause_of_some_days(anna: Conversation, services: Services, days: int) -> None:
    await turn_on(anna, "stretch")
    question = await anna.ask("/pause")
    check_limits(question)
    paused = await anna.press(question, f"pause:for:{days}")
    assert (await read_snapshot(services, anna)).paused_until == EVENING + timedelta(days=days)
    assert (await read_snapshot(services, anna)).next_due("stretch") == EVENING + timedelta(days=days, minutes=30)
    assert "21:00" in words(paused)


async def test_a_pause_until_a_date_that_was_tapped(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "stretch")
    shown = await anna.press(await anna.ask("/paus"), "pause:dates:0")
    check_limits(shown)
    assert next(iter(buttons(shown).values())) == "pause:until:2026-11-03"
    shown = await anna.press(shown, "pause:dates:1")
    check_limits(shown)
    paused = await anna.press(shown, "pause:until:2026-11-20")
    moment = {"en": "on Friday 20 November", "sv": "fredag 20 november"}[edition.code]
    assert words(paused) == visible(edition.words(Words).paused.format(moment=moment))
    assert (await read_snapshot(services, anna)).next_due("stretch") == datetime(
        2026, 11, 20, 20, 30, tzinfo=timezone.utc
    )


@pytest.mark.parametrize("typed", ["24 december", "24/12", "December 24"])
async def test_a_pause_until_a_date_that_was_typed(anna: Conversation, services: Services, typed: str) -> None:
    await turn_on(anna, "stretch")
    await anna.press(await anna.ask("/pause"), "pause:dates:0")
    await anna.ask(typed)
    assert (await read_snapshot(services, anna)).paused_until == CHRISTMAS


async def test_a_text_without_a_date_gets_an_example_and_another_try(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await turn_on(anna, "stretch")
    await anna.press(await anna.ask("/pause"), "pause:dates:0")
    answer = await anna.ask("when <i>pigs</i> fly")
    assert words(answer) == edition.words(Words).not_read.format(text="when <i>pigs</i> fly")
    await anna.ask("24 december")
    assert (await read_snapshot(services, anna)).paused_until == CHRISTMAS


@pytest.mark.parametrize(("typed", "day"), [("today", date(2026, 11, 1)), ("2028-01-01", date(2028, 1, 1))])
async def test_an_impossible_date_is_refused(
    anna: Conversation, edition: Edition, services: Services, typed: str, day: date
) -> None:
    await turn_on(anna, "stretch")
    await anna.press(await anna.ask("/pause"), "pause:dates:0")
    answer = await anna.ask(typed)
    assert words(answer) == visible(edition.words(Words).not_possible.format(day=wording.date_of(edition, day)))
    assert (await read_snapshot(services, anna)).paused_until is None


@pytest.mark.parametrize("typed", ["30 october", "30/10", "30 oktober"])
async def test_a_date_that_has_just_passed_is_asked_about(
    anna: Conversation, edition: Edition, services: Services, typed: str
) -> None:
    await turn_on(anna, "stretch")
    await anna.press(await anna.ask("/pause"), "pause:dates:0")
    reply = await anna.ask(typed)
    check_limits(reply)
    day = {"en": "Saturday 30 October 2027", "sv": "lördag 30 oktober 2027"}[edition.code]
    said = edition.words(Words)
    assert words(reply) == visible(said.far.format(day=day, days=363))
    assert (await read_snapshot(services, anna)).paused_until is None
    assert list(buttons(reply)) == [said.far_button, said.other_button]
    await anna.ask("24 december")
    assert (await read_snapshot(services, anna)).paused_until == CHRISTMAS, "another date may be typed at once"
    await anna.press(reply, buttons(reply)[said.far_button])
    until = datetime(2027, 10, 29, 22, 0, tzinfo=timezone.utc)
    assert (await read_snapshot(services, anna)).paused_until == until


async def test_in_a_pause_its_end_is_shown_and_can_be_changed(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await turn_on(anna, "stretch")
    await anna.press(await anna.ask("/pause"), "pause:for:3")
    shown, said = await anna.ask("/pause"), edition.words(Words)
    check_limits(shown)
    moment = {"en": "on Wednesday at 21:00", "sv": "på onsdag kl. 21:00"}[edition.code]
    assert words(shown) == visible(f"{said.paused.format(moment=moment)}\n\n{said.again}")
    assert next(iter(buttons(shown))) == said.resume_button
    longer = await anna.press(shown, buttons(shown)[said.week_button])
    assert (await read_snapshot(services, anna)).paused_until == EVENING + timedelta(days=7)
    await anna.press(longer, buttons(longer)[said.resume_button])
    assert (await read_snapshot(services, anna)).paused_until is None
    assert words(await anna.ask("/pause")) == visible(said.ask), "the pause is over"


async def test_a_pause_is_ended_by_a_command_or_a_button(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await turn_on(anna, "stretch")
    for end in ("/resume", "/fortsatt", None):
        paused = await anna.press(await anna.ask("/pause"), "pause:for:7")
        over = await anna.ask(end) if end else await anna.press(paused, "resume")
        moment = edition.moments.today.format(time="21:30")
        said = edition.words(Words).resumed.format(name=edition.reminders["stretch"].name, moment=moment)
        assert words(over) == visible(said)
        assert (await read_snapshot(services, anna)).paused_until is None


async def test_a_person_without_reminders_cannot_pause(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    for command in ("/pause", "/resume"):
        answer = await anna.ask(command)
        said = edition.words(Words)
        assert words(answer) in {visible(said.nothing), visible(said.resumed_quiet)}
    assert (await read_snapshot(services, anna)).paused_until is None


@pytest.mark.parametrize("data", ["pause:for:1", "pause:dates:0", "pause:until:2026-11-20", "pause:until:2026-99-99"])
async def test_without_a_time_zone_nothing_is_paused(anna: Conversation, services: Services, data: str) -> None:
    message = await anna.ask("/remind")
    await anna.touch(message, data)
    assert (await read_snapshot(services, anna)).person.paused_until is None


async def test_a_past_date_does_not_pause(anna: Conversation, services: Services) -> None:
    message = await turn_on(anna, "stretch")
    await anna.touch(message, "pause:until:2025-01-01")
    assert (await read_snapshot(services, anna)).person.paused_until is None


def test_the_news_of_the_end_is_silent(edition: Edition) -> None:
    draft = pause.ended(edition, Snapshot(Person(1), {}, EVENING))
    assert draft.silent
    assert draft.text == edition.words(Words).over_quiet


async def test_the_news_of_the_end_names_the_next_reminder(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await turn_on(anna, "stretch")
    draft = pause.ended(edition, await read_snapshot(services, anna))
    moment = edition.moments.today.format(time="21:30")
    assert draft.text == edition.words(Words).over.format(name=edition.reminders["stretch"].name, moment=moment)


async def told_at_the_end(who: Conversation, services: Services, days: int) -> list[str]:
    """Return what is sent when a pause of this many days has ended."""
    before = who.simulator.judge.total
    who.simulator.clock.skip(timedelta(days=days, seconds=1))
    await Delivery(services, services.sender.push, services.sender._gateway.reserve, pause.DEFERRED, 1).tick()
    return [words(sent.message) for sent in who.simulator.judge.received(who.chat.id, after=before)]


async def test_the_news_of_the_end_comes_when_the_pause_ends(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await turn_on(anna, "stretch")
    await anna.press(await anna.ask("/pause"), "pause:for:1")
    (news,) = await told_at_the_end(anna, services, 1)
    moment = edition.moments.today.format(time="21:30")
    assert news == visible(edition.words(Words).over.format(name=edition.reminders["stretch"].name, moment=moment))


@pytest.mark.parametrize(("days", "number"), [(1, 1), (7, 0)], ids=["a Monday", "a Sunday with six reminders"])
async def test_the_news_of_the_end_counts_as_one_of_the_six_messages_of_a_day(
    anna: Conversation, services: Services, days: int, number: int
) -> None:
    await turn_on(anna, "water", "stretch", "tip")
    await anna.press(await anna.ask("/pause"), f"pause:for:{days}")
    assert len(await told_at_the_end(anna, services, days)) == number


@pytest.mark.parametrize("after", ["/stop", "/resume"])
async def test_there_is_no_news_if_the_pause_does_not_end(anna: Conversation, services: Services, after: str) -> None:
    await turn_on(anna, "stretch")
    await anna.press(await anna.ask("/pause"), "pause:for:1")
    await anna.ask(after)
    assert await told_at_the_end(anna, services, 1) == []
