"""The weekly count: cramps and evenings, as numbers and nothing else."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.store import evenings
from bot.store.evenings import Evenings
from bot.store.vault import Vault
from handlers.diary import week
from handlers.diary.week import Words, message
from scheduler import planning
from scheduler.delivery import Delivery
from simulator import SkippableClock
from tests.support.conversation import Conversation, check_limits, words
from tests.support.cramps import BAD
from tests.support.diaries import agree
from tests.support.reminders import read_snapshot, turn_on

DAY = timedelta(days=1)
SUNDAY = date(2026, 11, 1)
NO_EVENINGS, FIVE_OF_SEVEN = Evenings(0, 7, SUNDAY), Evenings(5, 7, SUNDAY)


@pytest.mark.parametrize(("cramps", "of_week", "said"), [
    (3, FIVE_OF_SEVEN, "The last 7 days. Cramps logged: 3. Evenings stretched: 5 of 7."),
    (0, FIVE_OF_SEVEN, "The last 7 days. Cramps logged: 0. Evenings stretched: 5 of 7."),
    (3, NO_EVENINGS, "The last 7 days. Cramps logged: 3."),
    (None, FIVE_OF_SEVEN, "The last 7 days. Evenings stretched: 5 of 7."),
    (None, NO_EVENINGS, None),
])  # fmt: skip
def test_only_what_is_kept_is_counted(
    services: Services, cramps: int | None, of_week: Evenings, said: str | None
) -> None:
    draft = message(services.content["en"], cramps, of_week, 5, silent=True)
    assert (draft.text if draft else None) == said


async def arrives(who: Conversation, services: Services) -> list[str]:
    """Let the weekly count become due; return the messages that came."""
    due = (await read_snapshot(services, who)).next_due("week")
    assert due
    assert due.weekday() == 0
    assert isinstance(who.simulator.clock, SkippableClock)
    who.simulator.clock.skip(due - services.clock())
    before = who.simulator.judge.total
    await planning.tick(services)
    await Delivery(services, services.sender.push, services.sender._gateway.reserve, week.DEFERRED, 1).tick()
    sent = [delivery.message for delivery in who.simulator.judge.received(who.chat.id, after=before)]
    for received in sent:
        check_limits(received)
    return [words(received) for received in sent]


async def test_it_counts_the_week_until_yesterday(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "week")
    days = [BAD.at + days * DAY for days in (-6, -3, 0, -7, 1)]  # the last two are of other weeks
    await agree(services, anna, *(replace(BAD, at=at) for at in days))
    for day in (0, 1, 3, 8):
        await services.store.write(
            lambda connection, day=day: evenings.log(connection, anna.person.id, SUNDAY - day * DAY)  # type: ignore[misc]
        )
    said = edition.words(Words)
    counts = [said.period.format(days=7), said.cramps.format(count=3), said.evenings.format(done=3, days=7)]
    assert await arrives(anna, services) == [visible(" ".join(counts))]


async def test_a_closed_diary_is_not_counted(bo: Conversation, services: Services) -> None:
    await turn_on(bo, "week")
    await agree(services, bo, BAD)
    await bo.press(await bo.ask("/help"), "consent:withdraw")
    assert await arrives(bo, services) == []


async def test_a_diary_that_cannot_be_opened_is_not_counted(bo: Conversation, services: Services) -> None:
    await turn_on(bo, "week")
    await agree(services, bo, BAD)
    await services.store.write(lambda connection: evenings.log(connection, bo.person.id, SUNDAY))
    assert await arrives(bo, replace(services, vault=Vault())) == ["The last 7 days. Evenings stretched: 1 of 1."]


async def test_nothing_comes_in_a_pause(bo: Conversation, services: Services) -> None:
    await turn_on(bo, "week")
    await agree(services, bo, BAD)
    await bo.press(await bo.ask("/pause"), "pause:for:7")
    due = (await read_snapshot(services, bo)).next_due("week")
    assert due
    assert due > services.clock() + 7 * DAY
