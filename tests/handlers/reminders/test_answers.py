"""Answers to a reminder, which is replaced. People can answer only their own."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import select

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.store import schedules
from bot.store.tables import outbox, schedule
from handlers import stop, stretch
from handlers.reminders import answers
from handlers.reminders.answers import OLD, Words
from simulator import Simulator
from tests.conftest import EVENING
from tests.support.conversation import Conversation, Json, buttons, words
from tests.support.reminders import pending_due_times, read_snapshot, send_next_reminder, turn_on


async def answer_of(services: Services, number: int) -> str | None:
    query = select(outbox.c.answer).where(outbox.c.id == number)
    return await services.store.read(lambda connection: connection.execute(query).scalar_one())


def test_an_answered_reminder_says_so_and_leaves_no_buttons(edition: Edition) -> None:
    name, said = f"<b>{edition.reminders['stretch'].name}</b>", edition.words(Words)
    texts = {
        "done": said.done.format(name=name, time="21:40"),
        "later": said.later.format(name=name, time="21:40"),
        "skip": said.skipped.format(name=name),
        "night": said.skipped_night.format(name=name),
    }
    drafts = {answer: answers.answered(edition, "stretch", answer, "21:40") for answer in texts}
    assert {answer: draft.text for answer, draft in drafts.items()} == texts
    assert not any(draft.buttons for draft in drafts.values())
    assert "vitamins" in answers.answered(edition, "vitamins", "later", "21:40").text


async def test_done_edits_the_message(anna: Conversation, edition: Edition, services: Services) -> None:
    message = await turn_on(anna, "stretch")
    number = await send_next_reminder(services, anna, "stretch")
    before = anna.simulator.judge.counts[anna.chat.id]
    done = await anna.press(message, f"answer:done:{number}")
    block = edition.reminders["stretch"]
    said = edition.words(Words).done.format(name=block.name, time="21:32")
    assert words(done) == f"{visible(said)}\n{edition.words(stretch.Words).first_evening}"
    assert done["message_id"] == message["message_id"]
    assert anna.simulator.judge.counts[anna.chat.id] == before, "nothing new is sent"
    assert await answer_of(services, number) == "done"


async def test_later_opens_two_spans_and_leads_back(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "stretch")
    number, said = await send_next_reminder(services, anna, "stretch"), edition.answers
    place = await anna.ask("/remind")
    opened = await anna.press(place, f"answer:later:{number}")
    assert list(buttons(opened)) == [said.quarter_button, said.hour_button, said.back_button]
    assert words(opened) == words(place), "only the buttons change"
    back = await anna.press(opened, buttons(opened)[said.back_button])
    assert set(buttons(back)) == {
        said.start_button,
        said.done_button,
        said.later_button,
        said.skip_button,
        said.stop_button,
        said.more_button,
    }
    assert await pending_due_times(services) == []


async def test_later_offers_only_what_is_possible(anna: Conversation, edition: Edition, services: Services) -> None:
    message, said = await turn_on(anna, "water"), edition.answers
    number = await send_next_reminder(services, anna, "water")
    await anna.press(message, f"answer:later:{number}:15")
    anna.simulator.clock.skip(timedelta(hours=11, minutes=40))  # 20:42
    opened = await anna.press(message, f"answer:later:{number + 1}")
    assert list(buttons(opened)) == [said.quarter_button, said.hour_button, said.back_button]
    anna.simulator.clock.skip(timedelta(minutes=30))  # 21:12, and in an hour it is quiet
    opened = await anna.press(message, f"answer:later:{number + 1}")
    assert list(buttons(opened)) == [said.quarter_button, said.back_button]
    anna.simulator.clock.skip(timedelta(minutes=40))  # 21:52
    await anna.touch(message, f"answer:later:{number + 1}")
    assert anna.alert == edition.words(Words).quiet


async def test_later_on_an_answered_reminder_says_so(anna: Conversation, edition: Edition, services: Services) -> None:
    message = await turn_on(anna, "stretch")
    number = await send_next_reminder(services, anna, "stretch")
    await anna.press(message, f"answer:done:{number}")
    await anna.touch(message, f"answer:later:{number}")
    assert anna.alert == edition.words(Words).answered


@pytest.mark.parametrize(("minutes", "at"), [(15, "21:47"), (60, "22:32")])
async def test_a_snooze_may_end_in_the_quiet_hours(
    anna: Conversation, edition: Edition, services: Services, minutes: int, at: str
) -> None:
    message = await turn_on(anna, "stretch")
    number = await send_next_reminder(services, anna, "stretch")
    next_due = (await read_snapshot(services, anna)).next_due("stretch")
    later = await anna.press(message, f"answer:later:{number}:{minutes}")
    said = edition.words(Words).later.format(name=edition.reminders["stretch"].name, time=at)
    assert words(later) == visible(said)
    assert await pending_due_times(services) == [services.clock() + timedelta(minutes=minutes)]
    assert (await read_snapshot(services, anna)).next_due("stretch") == next_due, "the schedule is not moved"


async def test_a_snooze_passes_the_quiet_hours_only_once(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    message = await turn_on(anna, "stretch")
    number = await send_next_reminder(services, anna, "stretch")
    await anna.press(message, f"answer:later:{number}:60")
    anna.simulator.clock.skip(timedelta(hours=1))
    await anna.touch(message, f"answer:later:{number + 1}:15")
    assert anna.alert == edition.words(Words).quiet
    assert await answer_of(services, number + 1) is None


async def test_by_day_a_reminder_may_be_snoozed_again(anna: Conversation, services: Services) -> None:
    message = await turn_on(anna, "water")
    number = await send_next_reminder(services, anna, "water")
    await anna.press(message, f"answer:later:{number}:15")
    anna.simulator.clock.skip(timedelta(minutes=15))
    await anna.press(message, f"answer:later:{number + 1}:15")
    assert len(await pending_due_times(services)) == 2


async def test_not_today_cancels_the_rest_of_the_day(anna: Conversation, edition: Edition, services: Services) -> None:
    message = await turn_on(anna, "water")
    number = await send_next_reminder(services, anna, "water")
    skipped = await anna.press(message, f"answer:skip:{number}")
    assert words(skipped) == visible(edition.words(Words).skipped.format(name=edition.reminders["water"].name))
    due = (await read_snapshot(services, anna)).next_due("water")
    assert due == EVENING + timedelta(days=1, hours=12), "09:00 of the day after"


async def late_evening(who: Conversation, services: Services) -> tuple[Json, int]:
    """Remind somebody at 23:30 who goes to bed at two; return a message, and the number of the reminder."""
    message = await turn_on(who, "stretch")
    await who.press(message, "quiet:hours:120:540")
    late = replace((await read_snapshot(services, who)).schedules["stretch"].wish, times=(time(23, 30),))
    await services.store.write(
        lambda connection: schedules.change(connection, who.person.id, "stretch", late, services.clock())
    )
    return message, await send_next_reminder(services, who, "stretch")


async def test_not_today_on_a_snooze_after_midnight_is_about_the_evening_before(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    message, number = await late_evening(anna, services)
    await anna.press(message, f"answer:later:{number}:60")
    anna.simulator.clock.skip(timedelta(hours=1))  # 00:32
    skipped = await anna.press(message, f"answer:skip:{number + 1}")
    name = edition.reminders["stretch"].name
    assert words(skipped) == visible(edition.words(Words).skipped_night.format(name=name))
    due = (await read_snapshot(services, anna)).next_due("stretch")
    assert due == EVENING + timedelta(days=1, hours=2, minutes=30), "23:30 of the new day still comes"


async def test_not_today_soon_after_midnight_is_about_the_evening_before(
    anna: Conversation, services: Services
) -> None:
    message, number = await late_evening(anna, services)
    anna.simulator.clock.skip(answers.EVENING - timedelta(minutes=2))  # 05:30
    await anna.press(message, f"answer:skip:{number}")
    assert await answer_of(services, number) == "skip"
    due = (await read_snapshot(services, anna)).next_due("stretch")
    assert due == EVENING + timedelta(days=1, hours=2, minutes=30)


async def test_not_today_on_yesterdays_reminder_cancels_nothing(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    message = await turn_on(anna, "stretch")
    number = await send_next_reminder(services, anna, "stretch")
    anna.simulator.clock.skip(timedelta(hours=10))
    await anna.touch(message, f"answer:skip:{number}")
    assert anna.alert == edition.words(Words).old
    assert await answer_of(services, number) is None
    assert (await read_snapshot(services, anna)).next_due("stretch") == EVENING + timedelta(days=1, minutes=30)
    unanswered = await services.store.read(
        lambda connection: connection.execute(select(schedule.c.unanswered)).scalar_one()
    )
    assert unanswered == 0, "somebody is there"


async def test_stop_turns_the_kind_off_and_can_be_undone(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    message = await turn_on(anna, "stretch", "water")
    number = await send_next_reminder(services, anna, "stretch")
    off = await anna.press(message, f"answer:stop:{number}")
    said = edition.words(stop.Words)
    assert words(off) == visible(said.one_off.format(name=edition.reminders["stretch"].name))
    assert (await read_snapshot(services, anna)).active == ["water"]
    assert await answer_of(services, number) == "stop"
    await anna.press(off, buttons(off)[said.undo_button])
    assert set((await read_snapshot(services, anna)).active) == {"stretch", "water"}


@pytest.mark.parametrize("second", ["done", "later:15", "skip"])
async def test_a_second_answer_changes_nothing(
    anna: Conversation, edition: Edition, services: Services, second: str
) -> None:
    message = await turn_on(anna, "stretch")
    number = await send_next_reminder(services, anna, "stretch")
    await anna.press(message, f"answer:done:{number}")
    what, _, minutes = second.partition(":")
    before = anna.simulator.judge.total
    await anna.touch(message, f"answer:{what}:{number}{minutes and ':' + minutes}")
    assert anna.alert == edition.words(Words).answered
    assert await answer_of(services, number) == "done"
    assert await pending_due_times(services) == []
    await anna.nothing_came(before)


@pytest.mark.parametrize("what", ["done:{}", "later:{}:15", "skip:{}", "stop:{}"])
async def test_nobody_can_answer_somebody_elses_reminder(
    anna: Conversation, edition: Edition, services: Services, simulator: Simulator, what: str
) -> None:
    await turn_on(anna, "stretch")
    number = await send_next_reminder(services, anna, "stretch")
    thief = Conversation(simulator, simulator.add_person("Eve", language=edition.code))
    await thief.touch(await turn_on(thief, "tip"), f"answer:{what.format(number)}")
    assert thief.alert == edition.words(Words).unknown
    assert await answer_of(services, number) is None
    assert (await read_snapshot(services, anna)).active == ["stretch"]


@pytest.mark.parametrize("what", ["done:{}", "later:{}:15", "skip:{}"])
async def test_yesterdays_reminder_can_only_be_stopped(
    anna: Conversation, edition: Edition, services: Services, what: str
) -> None:
    message = await turn_on(anna, "stretch")
    number = await send_next_reminder(services, anna, "stretch")
    anna.simulator.clock.skip(OLD)
    await anna.touch(message, f"answer:{what.format(number)}")
    assert anna.alert == edition.words(Words).old
    assert await answer_of(services, number) is None
    await anna.press(message, f"answer:stop:{number}")
    assert (await read_snapshot(services, anna)).active == []


async def test_a_kind_that_is_off_cannot_be_snoozed(anna: Conversation, edition: Edition, services: Services) -> None:
    message = await turn_on(anna, "stretch")
    number = await send_next_reminder(services, anna, "stretch")
    await anna.ask("/stop")
    await anna.touch(message, f"answer:later:{number}:15")
    assert anna.alert == edition.words(Words).off
    assert await pending_due_times(services) == []


@pytest.mark.parametrize("data", ["answer:done:999999999999999999", "answer:skip:7", "answer:done:0"])
async def test_a_made_up_number_is_refused(anna: Conversation, edition: Edition, services: Services, data: str) -> None:
    await anna.touch(await turn_on(anna, "stretch"), data)
    assert anna.alert == edition.words(Words).unknown
    assert await pending_due_times(services) == []


async def test_an_update_that_arrives_twice_counts_once(
    anna: Conversation, services: Services, simulator: Simulator
) -> None:
    message = await turn_on(anna, "stretch")
    number = await send_next_reminder(services, anna, "stretch")
    simulator.updates.copies = 2
    await anna.press(message, f"answer:later:{number}:15")
    await anna.ask("/help")
    assert len(await pending_due_times(services)) == 1
