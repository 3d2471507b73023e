"""What the topics do with a person's reminders."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest
from sqlalchemy import select

from bot.app import Services
from bot.app.context import AWAIT_TEXT
from bot.app.origin import Origin
from bot.content import Edition
from bot.reminders import service
from bot.reminders.rules import Refusal
from bot.store import people, schedules
from bot.store.people import Effect
from bot.store.schedules import Wish
from bot.store.tables import schedule
from simulator import Simulator
from tests.support.assembled_bot import assembled_bot
from tests.support.running_bot import content

T = TypeVar("T")
ANNA = 1_000_001
EVERY_DAY = frozenset(range(1, 8))


@pytest.fixture
async def context(simulator: Simulator, tmp_path: Path) -> AsyncIterator[Any]:
    """The part of a BotContext that the service uses: Anna, who speaks Swedish, in a bot that speaks English."""
    async with assembled_bot(simulator, tmp_path) as (services, _):
        yield SimpleNamespace(
            services=services,
            edition=content()["en"],
            sender_id=ANNA,
            origin=Origin("sv"),
            await_text=lambda name, detail: partial(
                people.set_awaiting, awaiting=f"{name}:{detail}", until=services.clock() + AWAIT_TEXT
            ),
        )


async def carry_out(services: Services, effect: Effect[T]) -> T:
    return await services.store.write(lambda connection: effect(connection, ANNA))


async def live_in_stockholm(services: Services) -> None:
    await carry_out(services, partial(people.set_zone, zone="Europe/Stockholm"))


async def test_the_pattern_has_every_kind(context: Any) -> None:
    assert service.kind_pattern(context.services).split("|") == list(content()["en"].reminders)


def test_the_version_of_the_consent_names_its_language_and_changes_with_its_text(edition: Edition) -> None:
    version = service.consent_version(edition)
    changed = edition.model_copy(update={"reminder_consent": f"{edition.reminder_consent} Really."})
    assert version.startswith(f"{edition.code} ")
    assert service.consent_version(changed) != version
    assert service.consent_version(edition) == version


async def test_turning_on_stores_the_consent_and_the_language_of_the_persons_telegram(context: Any) -> None:
    await live_in_stockholm(context.services)
    await carry_out(context.services, service.turn_on(context, "stretch"))
    query = select(schedule.c.consented_to)
    assert (await service.read_snapshot(context)).person.telegram_language == "sv"
    assert await context.services.store.read(lambda connection: connection.execute(query).scalar_one()) == (
        service.consent_version(context.edition)
    )
    assert (await service.read_snapshot(context)).active == ["stretch"]


async def test_a_kind_starts_with_the_given_times_or_else_as_it_was(context: Any) -> None:
    await live_in_stockholm(context.services)
    start = await carry_out(context.services, service.turn_on(context, "stretch", [time(19)]))
    assert start.wish.times == (time(19),)
    wish = replace(start.wish, days=frozenset({1}), silent=True)
    await carry_out(context.services, service.change_wish(context, "stretch", wish))
    await context.services.store.write(
        lambda connection: schedules.turn_off(connection, ANNA, context.services.clock())
    )
    await carry_out(context.services, service.turn_on(context, "stretch"))
    assert (await service.read_snapshot(context)).schedules["stretch"].wish == wish


async def test_a_kind_starts_at_the_nearest_free_time(context: Any) -> None:
    await live_in_stockholm(context.services)
    start = await carry_out(context.services, service.turn_on(context, "stretch", [time(23)]))
    assert start.moved == ((time(23), Refusal.QUIET, time(21, 45)),)
    assert (await service.read_snapshot(context)).schedules["stretch"].wish.times == (time(21, 45),)


async def test_a_kind_without_a_possible_time_stays_off(context: Any) -> None:
    await live_in_stockholm(context.services)
    quiet = partial(people.set_quiet_hours, quiet=(time(7), time(6, 59)))
    await carry_out(context.services, quiet)
    start = await carry_out(context.services, service.turn_on(context, "stretch"))
    assert start.refused == ((time(21, 30), Refusal.QUIET),)
    assert (await service.read_snapshot(context)).active == []


async def test_a_changed_wish_is_stored_and_the_next_text_may_be_a_time(context: Any) -> None:
    await live_in_stockholm(context.services)
    await carry_out(context.services, service.turn_on(context, "stretch"))
    wish = Wish((time(20),), frozenset({1}), silent=True)
    person = await carry_out(context.services, service.change_wish(context, "stretch", wish))
    assert person.awaiting == f"{service.TIME}:stretch"
    assert (await service.read_snapshot(context)).schedules["stretch"].wish == wish


async def test_a_kind_that_has_left_the_content_is_not_in_the_plan(context: Any) -> None:
    await live_in_stockholm(context.services)
    await carry_out(context.services, service.turn_on(context, "stretch"))
    wish, now = Wish((time(12),), EVERY_DAY, silent=False), context.services.clock()
    await context.services.store.write(lambda connection: schedules.turn_on(connection, ANNA, "feet", wish, now))
    assert list((await service.read_snapshot(context)).schedules) == ["stretch"]
