"""The evenings of stretching: what is stored, how it is told, and the question after six weeks."""

from datetime import date, datetime, timedelta, timezone

import pytest

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.store import answers, evenings, people
from bot.store.evenings import Evenings
from bot.store.people import Person
from handlers import stretch
from handlers.reminders.answers import Words as AnswerWords
from handlers.stretch import evenings as topic
from scheduler.delivery import Delivery
from tests.conftest import EVENING
from tests.support import guided
from tests.support.conversation import Conversation, Json, buttons, words
from tests.support.reminders import STOCKHOLM, read_snapshot, send_next_reminder, turn_on

TODAY = date(2026, 11, 1)
DAY = timedelta(days=1)


async def logged_days(services: Services, who: Conversation, day: date = TODAY) -> Evenings:
    return await services.store.read(lambda connection: evenings.read(connection, who.person.id, day))


async def log(services: Services, who: Conversation, *days_ago: int) -> None:
    for days in days_ago:
        day = TODAY - days * DAY
        await services.store.write(lambda connection, day=day: evenings.log(connection, who.person.id, day))  # type: ignore[misc]


async def reminded(who: Conversation, services: Services) -> tuple[Json, int]:
    """Return a message that stands for a stretch reminder, and the reminder's number."""
    message = await turn_on(who, "stretch")
    return message, await send_next_reminder(services, who, "stretch")


async def deliver(services: Services) -> None:
    """Send what is due."""
    reserve = services.sender._gateway.reserve
    await Delivery(services, services.sender.push, reserve, stretch.DEFERRED, 1).tick()


@pytest.mark.parametrize(("moment", "day"), [
    (datetime(2026, 11, 1, 20, 30, tzinfo=timezone.utc), TODAY),
    (datetime(2026, 11, 1, 23, 30, tzinfo=timezone.utc), TODAY),
    (datetime(2026, 11, 2, 2, 59, tzinfo=timezone.utc), TODAY),
    (datetime(2026, 11, 2, 3, 0, tzinfo=timezone.utc), TODAY + DAY),
])  # fmt: skip
def test_after_midnight_it_is_still_the_evening_before(moment: datetime, day: date) -> None:
    assert topic.evening_of(moment, STOCKHOLM) == day


def test_evenings_are_counted_in_words_and_nothing_is_said_about_none(edition: Edition) -> None:
    said = edition.words(stretch.Words)
    assert topic.line(edition, Evenings(1, 1, TODAY)) == said.first_evening
    assert topic.line(edition, Evenings(5, 7, TODAY)) == said.evenings.format(done=5, days=7)
    assert topic.line(edition, Evenings(0, 7, TODAY)) is None
    assert topic.line(edition, Evenings(0, 0, None)) is None


async def test_done_logs_the_evening_and_says_how_many_there_were(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    message, number = await reminded(anna, services)
    await log(services, anna, 1, 2, 3, 6)
    done = await anna.press(message, f"answer:done:{number}")
    assert words(done).splitlines()[1] == edition.words(stretch.Words).evenings.format(done=5, days=7)
    assert (await logged_days(services, anna)).done == 5
    again = await anna.press(message, "remind")
    await anna.touch(again, f"answer:done:{number}")
    assert anna.alert == edition.words(AnswerWords).answered


async def test_done_with_water_logs_no_evening(bo: Conversation, services: Services) -> None:
    message = await turn_on(bo, "water")
    number = await send_next_reminder(services, bo, "water")
    done = await bo.press(message, f"answer:done:{number}")
    assert "\n" not in words(done)
    assert await logged_days(services, bo) == Evenings(0, 0, None)


async def test_the_button_of_the_reminder_starts_the_routine_in_the_same_message(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    message, number = await reminded(anna, services)
    run = await anna.press(message, f"answer:start:{number}")
    assert run["message_id"] == message["message_id"]
    assert words(run).startswith(edition.words(stretch.Words).ready)
    assert "photo" in run, "a text can be replaced by a picture"
    await anna.ask("/help")
    *_, done = await guided.pass_seconds(anna, services, 236)
    first = edition.words(stretch.Words).first_evening
    assert words(done) == visible(stretch.done(edition, "evening", first).text)
    assert (await logged_days(services, anna)).done == 1
    find = await services.store.read(lambda connection: answers.find(connection, anna.person.id, number))
    assert find
    assert find.answer == "done"
    await anna.touch(done, f"answer:start:{number}")
    assert anna.alert == edition.words(AnswerWords).answered


async def test_finishing_by_command_skips_the_reminder_that_is_near(bo: Conversation, services: Services) -> None:
    await turn_on(bo, "stretch")
    before = (await read_snapshot(services, bo)).next_due("stretch")
    assert before
    assert before - services.clock() < timedelta(hours=2)
    await bo.press(await bo.ask("/stretch"), "stretch:start:evening")
    await bo.ask("/help")
    await guided.pass_seconds(bo, services, 236)
    assert (await read_snapshot(services, bo)).next_due("stretch") == before + DAY
    assert (await logged_days(services, bo)).done == 1


@pytest.mark.parametrize("name", ["evening", "wall"])
async def test_without_reminders_nothing_is_stored(bo: Conversation, services: Services, name: str) -> None:
    await services.store.write(lambda connection: people.set_zone(connection, bo.person.id, STOCKHOLM))
    await bo.press(await bo.ask("/stretch"), f"stretch:start:{name}")
    await bo.ask("/help")
    *_, done = await guided.pass_seconds(bo, services, 236)
    assert words(done) == visible(stretch.done(services.content["en"], name).text)
    assert await logged_days(services, bo) == Evenings(0, 0, None)


async def test_whoever_skips_everything_logs_no_evening(bo: Conversation, services: Services) -> None:
    await turn_on(bo, "stretch")
    message = await bo.press(await bo.ask("/stretch"), "stretch:start:evening")
    await bo.ask("/help")
    for _ in range(4):
        await bo.press(message, "stretch:skip")
        await bo.ask("/help")
    assert await logged_days(services, bo) == Evenings(0, 0, None)


@pytest.mark.parametrize("end", ["done", "run"])
async def test_after_six_weeks_it_is_asked_once_whether_it_helps(
    anna: Conversation, edition: Edition, services: Services, end: str
) -> None:
    said = edition.words(stretch.Words)
    message, number = await reminded(anna, services)
    await log(services, anna, 42)
    if end == "done":
        asked = await anna.press(message, f"answer:done:{number}")
    else:
        await anna.press(message, f"answer:start:{number}")
        await anna.ask("/help")
        *_, asked = await guided.pass_seconds(anna, services, 236)
    assert words(asked).endswith(visible(said.review))
    assert list(buttons(asked)) == [said.keep_button, said.change_button, said.end_button]
    kept = await anna.press(asked, "stretch:keep")
    assert words(kept) == visible(said.kept)
    anna.simulator.clock.skip(DAY)
    later = await services.store.write(
        lambda connection: topic.log(connection, "stretch", people.get(connection, anna.person.id), services.clock())
    )
    assert later is False, "it is asked once"


@pytest.mark.parametrize("days", [0, 41])
async def test_before_six_weeks_nothing_is_asked(bo: Conversation, services: Services, days: int) -> None:
    message, number = await reminded(bo, services)
    await log(services, bo, days)
    done = await bo.press(message, f"answer:done:{number}")
    assert "stretch:keep" not in buttons(done).values()


async def test_the_answers_to_the_question_change_or_stop_the_reminders(bo: Conversation, services: Services) -> None:
    message, number = await reminded(bo, services)
    await log(services, bo, 42)
    asked = await bo.press(message, f"answer:done:{number}")
    changed = await bo.press(asked, "kind:stretch")
    assert "21:30" in words(changed)
    await bo.press(changed, "kind:off:stretch")
    assert (await read_snapshot(services, bo)).active == []


async def test_a_sound_comes_at_the_end_only_if_it_is_wanted(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    said = edition.words(stretch.Words)
    offer = await anna.ask("/stretch wall")
    assert said.silent_button in buttons(offer)
    offer = await anna.press(offer, "stretch:sound:wall")
    assert said.loud_button in buttons(offer)
    await anna.press(offer, "stretch:start:wall")
    await anna.ask("/help")
    before = anna.simulator.judge.counts[anna.chat.id]
    await guided.pass_seconds(anna, services, 176)
    await deliver(services)
    assert anna.simulator.judge.counts[anna.chat.id] == before + 1
    last = anna.simulator.judge.received(anna.chat.id)[-1]
    assert words(last.message) == visible(said.sound)
    shown = anna.chat.messages[last.message["message_id"]]
    assert not shown.silent
    offer = await anna.press(offer, "stretch:show:wall")
    await anna.press(offer, "stretch:sound:wall")
    await anna.press(offer, "stretch:start:wall")
    await anna.ask("/help")
    before = anna.simulator.judge.counts[anna.chat.id]
    await guided.pass_seconds(anna, services, 176)
    await deliver(services)
    assert anna.simulator.judge.counts[anna.chat.id] == before


async def test_a_week_without_stretching_is_not_mentioned(services: Services) -> None:
    nobody = Person(1, zone=STOCKHOLM)
    assert await services.store.read(lambda connection: topic.read(connection, nobody, EVENING)) == Evenings(0, 0, None)
