"""A glass of water, and the reminder that it replaces."""

from dataclasses import replace
from datetime import time, timedelta

from sqlalchemy import func, select

from bot.app import Services
from bot.content import Edition
from bot.content.telegram_html import visible
from bot.store import Connection, schedules
from bot.store.people import Person
from bot.store.tables import outbox, person, schedule
from handlers import water
from handlers.water import KIND, Words
from tests.conftest import EVENING
from tests.support.conversation import Conversation, words
from tests.support.reminders import STOCKHOLM, read_snapshot, turn_on


def test_the_kind_is_one_of_the_content(edition: Edition) -> None:
    assert KIND in edition.reminders


def test_the_skipped_reminder_is_shown_in_local_time(edition: Edition) -> None:
    draft = water.reply(edition, EVENING, Person(1, zone=STOCKHOLM))
    assert draft.text == edition.words(Words).skipped.format(time="21:00")
    assert water.reply(edition, None, Person(1)).text == edition.words(Words).noted


async def test_a_glass_skips_the_next_reminder(anna: Conversation, edition: Edition, services: Services) -> None:
    await turn_on(anna, "water")
    anna.simulator.clock.skip(timedelta(hours=10, minutes=30))  # 07:30
    assert words(await anna.ask("/water")) == visible(edition.words(Words).skipped.format(time="09:00"))
    assert (await read_snapshot(services, anna)).next_due("water") == EVENING + timedelta(hours=15)


async def test_after_an_outage_a_glass_skips_the_next_reminder_and_not_a_missed_one(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await turn_on(anna, "water")
    noon = replace((await read_snapshot(services, anna)).schedules["water"].wish, times=(time(12), time(13, 30)))
    await services.store.write(
        lambda connection: schedules.change(connection, anna.person.id, "water", noon, services.clock())
    )
    anna.simulator.clock.skip(timedelta(hours=15, minutes=20))  # 12:20, and nothing was planned meanwhile
    assert words(await anna.ask("/water")) == visible(edition.words(Words).skipped.format(time="13:30"))
    assert (await read_snapshot(services, anna)).next_due("water") == EVENING + timedelta(days=1, hours=15)


async def test_a_reminder_more_than_two_hours_ahead_is_not_skipped(
    anna: Conversation, edition: Edition, services: Services
) -> None:
    await turn_on(anna, "water")
    assert words(await anna.ask("/vatten")) == visible(edition.words(Words).noted)
    assert (await read_snapshot(services, anna)).next_due("water") == EVENING + timedelta(hours=12)


async def test_a_glass_without_reminders_is_answered(anna: Conversation, edition: Edition, services: Services) -> None:
    assert words(await anna.ask("/water")) == visible(edition.words(Words).noted)
    assert (await read_snapshot(services, anna)).schedules == {}


async def test_a_glass_is_not_stored(anna: Conversation, edition: Edition, services: Services) -> None:
    before = await services.store.read(stored)
    said = words(await anna.ask("/water"))
    assert await services.store.read(stored) == before
    assert {"en": "do not count", "sv": "räknar inte"}[edition.code] in said


def stored(connection: Connection) -> list[int]:
    """Return the number of rows about people."""
    return [
        connection.execute(select(func.count()).select_from(table)).scalar_one() for table in (person, schedule, outbox)
    ]
