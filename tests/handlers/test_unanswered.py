"""Reminders that nobody answers."""

from sqlalchemy import select, update

from bot.app import Services
from bot.edition import Edition
from bot.html import visible
from bot.sender import Draft
from bot.store.schema import schedule
from handlers import unanswered
from handlers.unanswered import Words
from tests.acceptance.conversation import Conversation, words
from tests.conftest import EVENING
from tests.handlers.reminding import plan, turned_on


def data(draft: Draft) -> list[object]:
    return [button.callback_data for row in draft.buttons for button in row]


async def test_the_question_leads_to_fewer_times_or_fewer_days(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await turned_on(anna, "water", "tip")
    chosen = await plan(services, anna)
    water, tip = (unanswered.question(edition, chosen, kind) for kind in ("water", "tip"))
    assert data(water) == ["unanswered:keep:water", "times:water", "kind:off:water"]
    assert data(tip) == ["unanswered:keep:tip", "days:tip", "kind:off:tip"]
    assert water.silent
    assert edition.reminders["water"].name in water.text


def test_the_end_offers_the_way_back(edition: Edition) -> None:
    draft = unanswered.ended(edition, "water")
    assert data(draft) == ["remind:on:water", "remind"]
    assert draft.silent


async def test_keeping_goes_on_as_before(anna: Conversation, edition: Edition, services: Services) -> None:
    message = await turned_on(anna, "stretch")
    await services.store.write(lambda each: each.execute(update(schedule).values(asked_at=EVENING)))
    kept = await anna.press(message, "unanswered:keep:stretch")
    assert words(kept) == visible(edition.words(Words).kept.format(name=edition.reminders["stretch"].name))
    query = select(schedule.c.asked_at)
    assert await services.store.read(lambda each: each.execute(query).scalar_one()) is None
    assert (await plan(services, anna)).active == ["stretch"]
