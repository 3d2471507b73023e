"""Reminders that nobody answers."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.messages.sender import Draft
from bot.store.tables import schedule
from handlers.reminders import unanswered
from handlers.reminders.unanswered import Words
from scheduler import planning
from scheduler.delivery import Delivery
from tests.conftest import EVENING
from tests.support.conversation import Conversation, buttons, words
from tests.support.reminders import read_plan, turn_on

DAY = timedelta(days=1)


def data(draft: Draft) -> list[object]:
    return [button.callback_data for row in draft.buttons for button in row]


def test_the_question_is_without_a_sound_and_offers_three_ways(edition: Edition) -> None:
    draft = unanswered.question(edition, "water")
    assert data(draft) == ["unanswered:keep:water", "unanswered:fewer:water", "kind:off:water"]
    assert draft.silent
    assert edition.reminders["water"].name in draft.text


@pytest.mark.parametrize(("kind", "data"), [("water", "times:remove:water"), ("stretch", "days:flip:stretch")])
async def test_fewer_are_fewer_times_or_fewer_days(
    anna: Conversation, edition: Edition, services: Services, kind: str, data: str
) -> None:
    message = await turn_on(anna, kind)
    await services.store.write(lambda each: each.execute(update(schedule).values(asked_at=EVENING, unanswered=4)))
    shown = await anna.press(message, f"unanswered:fewer:{kind}")
    assert any(each.startswith(data) for each in buttons(shown).values())
    assert await count(services) == (0, None)


def test_the_end_offers_the_way_back(edition: Edition) -> None:
    draft = unanswered.turned_off(edition, "water")
    assert data(draft) == ["remind:on:water", "remind"]
    assert draft.silent


async def test_keeping_goes_on_as_before(anna: Conversation, edition: Edition, services: Services) -> None:
    message = await turn_on(anna, "stretch")
    await services.store.write(lambda each: each.execute(update(schedule).values(asked_at=EVENING, unanswered=4)))
    kept = await anna.press(message, "unanswered:keep:stretch")
    assert words(kept) == visible(edition.words(Words).kept.format(name=edition.reminders["stretch"].name))
    assert await count(services) == (0, None)
    assert (await read_plan(services, anna)).active == ["stretch"]


async def count(services: Services) -> tuple[int, datetime | None]:
    """How many had no answer, and when it was asked about them."""
    query = select(schedule.c.unanswered, schedule.c.asked_at)
    return await services.store.read(lambda each: tuple(each.execute(query).one()))


# With a bot that ticks


async def days(who: Conversation, services: Services, number: int) -> list[str]:
    """So many days go by; what came is given."""
    before = who.simulator.judge.total
    delivery = Delivery(services, services.sender.push, services.sender.room, unanswered.LATER)
    for _ in range(number):
        (due,) = (await read_plan(services, who)).schedules.values()
        who.simulator.clock.skip((due.next_at or services.clock() + DAY) - services.clock())
        await planning.tick(services)
        await delivery.tick()
    return [words(each.message) for each in who.simulator.judge.received(who.chat.id, after=before)]


async def test_nobody_answers(anna: Conversation, edition: Edition, services: Services) -> None:
    """Three reminders, one question, three more, and the end."""
    await turn_on(anna, "stretch")
    name = edition.reminders["stretch"].name
    usual = visible(edition.reminders["stretch"].text or "")
    asked, ended = (visible(text.format(name=name)) for text in (edition.words(Words).ask, edition.words(Words).ended))
    assert await days(anna, services, 9) == [usual] * 3 + [asked] + [usual] * 3 + [ended]
    assert (await read_plan(services, anna)).active == []


async def test_an_answer_begins_the_count_anew(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "stretch")
    for _ in range(4):
        usual = visible(edition.reminders["stretch"].text or "")
        assert await days(anna, services, 3) == [usual] * 3
        last = anna.simulator.judge.received(anna.chat.id)[-1].message
        await anna.press(last, next(each for each in buttons(last).values() if each.startswith("answer:done")))
