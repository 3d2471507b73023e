"""Reminders that the person does not answer."""

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
from tests.support.reminders import read_snapshot, turn_on

DAY = timedelta(days=1)


def data(draft: Draft) -> list[object]:
    return [button.callback_data for row in draft.buttons for button in row]


def test_the_question_is_silent_and_has_three_answers(edition: Edition) -> None:
    draft = unanswered.question(edition, "water")
    assert data(draft) == ["unanswered:keep:water", "unanswered:fewer:water", "kind:off:water"]
    assert draft.silent
    assert edition.reminders["water"].name in draft.text


@pytest.mark.parametrize(("kind", "data"), [("water", "times:set:water"), ("stretch", "days:flip:stretch")])
async def test_fewer_shows_the_times_or_the_weekdays(
    anna: Conversation, edition: Edition, services: Services, kind: str, data: str
) -> None:
    message = await turn_on(anna, kind)
    await services.store.write(
        lambda connection: connection.execute(update(schedule).values(asked_at=EVENING, unanswered=4))
    )
    shown = await anna.press(message, f"unanswered:fewer:{kind}")
    assert any(button.startswith(data) for button in buttons(shown).values())
    assert await count(services) == (0, None)


def test_the_news_of_the_end_offers_to_turn_it_on_again(edition: Edition) -> None:
    draft = unanswered.turned_off(edition, "water")
    assert data(draft) == ["remind:on:water", "remind"]
    assert draft.silent


async def test_keeping_changes_no_times(anna: Conversation, edition: Edition, services: Services) -> None:
    message = await turn_on(anna, "stretch")
    await services.store.write(
        lambda connection: connection.execute(update(schedule).values(asked_at=EVENING, unanswered=4))
    )
    kept = await anna.press(message, "unanswered:keep:stretch")
    assert words(kept) == visible(edition.words(Words).kept.format(name=edition.reminders["stretch"].name))
    assert await count(services) == (0, None)
    assert (await read_snapshot(services, anna)).active == ["stretch"]


async def count(services: Services) -> tuple[int, datetime | None]:
    """Return how many reminders had no answer, and when the person was asked about them."""
    query = select(schedule.c.unanswered, schedule.c.asked_at)
    return await services.store.read(lambda connection: tuple(connection.execute(query).one()))


# With a bot that ticks


async def days(who: Conversation, services: Services, number: int) -> list[str]:
    """Let this many days pass, and return what was sent."""
    before = who.simulator.judge.total
    delivery = Delivery(services, services.sender.push, services.sender._gateway.reserve, unanswered.DEFERRED, 1)
    for _ in range(number):
        (due,) = (await read_snapshot(services, who)).schedules.values()
        who.simulator.clock.skip((due.next_at or services.clock() + DAY) - services.clock())
        await planning.tick(services)
        await delivery.tick()
    return [words(sent.message) for sent in who.simulator.judge.received(who.chat.id, after=before)]


async def test_three_unanswered_reminders_bring_a_question_and_six_the_end(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    """Three reminders, one question, three more reminders, and the end."""
    await turn_on(anna, "stretch")
    name = edition.reminders["stretch"].name
    usual = visible(edition.reminders["stretch"].text or "")
    question, ended = (
        visible(text.format(name=name)) for text in (edition.words(Words).ask, edition.words(Words).ended)
    )
    assert await days(anna, services, 9) == [usual] * 3 + [question] + [usual] * 3 + [ended]
    assert (await read_snapshot(services, anna)).active == []


async def test_an_answer_starts_the_count_again(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "stretch")
    for _ in range(4):
        usual = visible(edition.reminders["stretch"].text or "")
        assert await days(anna, services, 3) == [usual] * 3
        last = anna.simulator.judge.received(anna.chat.id)[-1].message
        await anna.press(last, next(data for data in buttons(last).values() if data.startswith("answer:done")))
