"""Whether the bot is well: what is wrong, from which second on, and that asking never hangs."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, cast

import pytest

from bot.errors import StoreError
from bot.operations.health import PATIENCE_SECONDS, Examination, Health
from bot.store.figures import Waiting
from tests.support.waiting import pause

NOW = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)


class Database:
    """Answers every question with the same, now or when it is let."""

    def __init__(self, answer: Waiting | Exception) -> None:
        self.answer = answer
        self.answering = asyncio.Event()
        self.asked = 0

    async def read(self, _: object) -> Any:
        self.asked += 1
        await self.answering.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def examination(database: Any, last_fetch: Callable[[], datetime | None] | None, **given: Any) -> Examination:
    return Examination(database, lambda: NOW, last_fetch, **given)


def answering(answer: Waiting | Exception) -> Database:
    database = Database(answer)
    database.answering.set()
    return database


@pytest.mark.parametrize(
    ("health", "problems"),
    [
        (Health(None, True, 0.0, 0), 0),
        (Health(90.0, True, 120.0, 9999), 0),
        (Health(90.1, True, 0.0, 0), 1),
        (Health(0.0, True, 120.1, 0), 1),
        (Health(0.0, False), 1),
        (Health(91.0, False), 2),
        (Health(None, True, 0.0, 0, 90.0), 0),
        (Health(None, True, 0.0, 0, 90.1), 1),
        (Health(None, False, unset_age=91.0), 2),
    ],
)
def test_what_is_a_problem(health: Health, problems: int) -> None:
    assert len(health.problems) == problems


async def test_ages_are_in_seconds() -> None:
    database = answering(Waiting(NOW - timedelta(minutes=3), 7))
    seen = await examination(database, lambda: NOW - timedelta(seconds=4)).look()
    assert seen == Health(4.0, True, 180.0, 7)


async def test_where_nobody_polls_nobody_waits_for_a_fetch() -> None:
    assert await examination(answering(Waiting(None, 0)), None).look() == Health(None, True, 0.0, 0)


async def test_before_the_first_fetch_its_age_is_that_of_the_process() -> None:
    now = [NOW]
    looking = Examination(cast("Any", answering(Waiting(None, 0))), lambda: now[0], lambda: None)
    now[0] += timedelta(seconds=91)
    seen = await looking.look()
    assert seen.fetch_age == 91.0
    assert seen.problems


async def test_a_webhook_that_is_not_set_is_as_old_as_the_process_and_one_that_is_is_well() -> None:
    now, is_set = [NOW], [False]
    looking = Examination(cast("Any", answering(Waiting(None, 0))), lambda: now[0], is_set=lambda: is_set[0])
    now[0] += timedelta(seconds=91)
    seen = await looking.look()
    assert (seen.fetch_age, seen.unset_age) == (None, 91.0)
    assert seen.problems == ["the webhook could not be set for too long"]
    is_set[0] = True
    assert await looking.look() == Health(None, True, 0.0, 0, 0.0)


async def test_what_is_known_without_the_database_is_told_without_it() -> None:
    looking = examination(answering(StoreError("gone")), None, is_set=lambda: True)
    assert await looking.look() == Health(None, database=False, unset_age=0.0)


async def test_a_clock_that_was_set_back_makes_no_age_negative() -> None:
    seen = await examination(answering(Waiting(NOW + timedelta(hours=1), 0)), lambda: NOW + timedelta(hours=1)).look()
    assert (seen.fetch_age, seen.due_age) == (0.0, 0.0)


async def test_a_database_that_fails_does_not_answer() -> None:
    assert await examination(answering(StoreError("gone")), None).look() == Health(None, database=False)


async def test_a_database_that_hangs_is_asked_once_until_it_answers() -> None:
    database = Database(Waiting(None, 3))
    looking = examination(database, None, patience=0.0)
    assert [await looking.look() for _ in range(3)] == [Health(None, database=False)] * 3
    assert database.asked == 1
    database.answering.set()
    while not (seen := await looking.look()).database:
        await pause(0.001)
    assert seen == Health(None, True, 0.0, 3)
    assert database.asked == 1


def test_nobody_who_asks_waits_long() -> None:
    assert PATIENCE_SECONDS <= 2
