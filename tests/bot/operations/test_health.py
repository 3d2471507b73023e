"""Whether the process is healthy: each problem, the second from which it counts, and that an health_check never hangs."""

import asyncio
import gc
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from bot.errors import StoreError, UnavailableError
from bot.operations.health import DATABASE_SECONDS, Health, HealthCheck, Role
from bot.store.status import Backlog
from bot.updates.intake_status import IntakeStatus
from tests.support.waiting import pause, run_ready_callbacks

NOW = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)


class Database:
    """Answers every query alike, at once or when the test allows it."""

    def __init__(self, answer: Backlog | Exception) -> None:
        self.answer = answer
        self.write_error = ""
        self.may_answer = asyncio.Event()
        self.questions = 0

    async def read(self, _: object) -> Any:
        self.questions += 1
        await self.may_answer.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def health_check(
    database: Any,
    *,
    is_active: bool = True,
    intake_status: IntakeStatus = IntakeStatus(),  # noqa: B008  # it cannot be changed
    **given: Any,
) -> HealthCheck:
    return HealthCheck(database, lambda: NOW, lambda: is_active, lambda: intake_status, **given)


def answering(answer: Backlog | Exception) -> Database:
    database = Database(answer)
    database.may_answer.set()
    return database


def active(*, database: bool = True, **given: Any) -> Health:
    return Health(Role.ACTIVE, database, **given)


@pytest.mark.parametrize(
    ("health", "problems"),
    [
        (active(due_age=0.0, inbox_open=0), 0),
        (active(fetch_age=90.0, due_age=120.0, inbox_open=9999), 0),
        (active(fetch_age=90.1, due_age=0.0), 1),
        (active(fetch_age=0.0, due_age=120.1), 1),
        (active(fetch_age=0.0, database=False), 1),
        (active(fetch_age=91.0, database=False), 2),
        (active(unset_age=90.0), 0),
        (active(unset_age=90.1), 1),
        (active(unset_age=91.0, database=False), 2),
        (active(conflict_age=90.0), 0),
        (active(conflict_age=90.1), 1),
        (active(undelivered_age=90.0, delivery_error="Wrong response from the webhook: 404 Not Found"), 0),
        (active(undelivered_age=90.1, delivery_error="Wrong response from the webhook: 404 Not Found"), 1),
        (active(clock_difference=60.0), 0),
        (active(clock_difference=-60.0), 0),
        (active(clock_difference=60.1), 1),
        (active(clock_difference=-60.1), 1),
        (active(write_error=""), 0),
        (active(write_error="database or disk is full"), 1),
        (Health(Role.STANDBY, database=True), 0),
        (Health(Role.STANDBY, database=False), 1),
    ],
)
def test_each_problem_begins_at_its_limit(health: Health, problems: int) -> None:
    assert len(health.problems) == problems


async def test_ages_are_in_seconds() -> None:
    database = answering(Backlog(NOW - timedelta(minutes=3), 7))
    seen = await health_check(database, intake_status=IntakeStatus(fetched_at=NOW - timedelta(seconds=4))).check()
    assert seen == active(fetch_age=4.0, due_age=180.0, inbox_open=7, write_error="")


async def test_an_age_that_does_not_apply_is_none() -> None:
    assert await health_check(answering(Backlog(None, 0))).check() == active(due_age=0.0, inbox_open=0, write_error="")


async def test_a_webhook_that_is_not_set_is_a_problem_after_a_while() -> None:
    checked = health_check(
        answering(Backlog(None, 0)), intake_status=IntakeStatus(unset_since=NOW - timedelta(seconds=91))
    )
    assert (await checked.check()).problems == ["the webhook could not be set for too long"]


async def test_what_telegram_says_about_its_calls_is_part_of_the_problem() -> None:
    intake_status = IntakeStatus(undelivered_since=NOW - timedelta(seconds=91), delivery_error="Connection refused")
    seen = await health_check(answering(Backlog(None, 0)), intake_status=intake_status).check()
    assert seen.problems == ["Telegram cannot deliver updates (Connection refused)"]


@pytest.mark.parametrize(("seconds", "words"), [(660.4, "660 s fast"), (-10_800.0, "10800 s slow")])
async def test_f73_a_wrong_clock_is_a_problem(seconds: float, words: str) -> None:
    checked = health_check(answering(Backlog(None, 0)), clock_difference=lambda: seconds)
    assert (await checked.check()).problems == [f"the machine's clock is {words}"]


async def test_a_standby_answers_for_nothing_but_its_database() -> None:
    database = answering(Backlog(NOW - timedelta(hours=1), 7))
    seen = await health_check(database, is_active=False).check()
    assert seen == Health(Role.STANDBY, database=True)
    assert not seen.problems


async def test_ages_that_need_no_database_are_shown_without_it() -> None:
    seen = await health_check(answering(StoreError("gone")), intake_status=IntakeStatus(unset_since=NOW)).check()
    assert seen == active(database=False, unset_age=0.0)


async def test_a_clock_that_was_set_back_makes_no_age_negative() -> None:
    later = NOW + timedelta(hours=1)
    seen = await health_check(answering(Backlog(later, 0)), intake_status=IntakeStatus(fetched_at=later)).check()
    assert (seen.fetch_age, seen.due_age) == (0.0, 0.0)


async def test_a_database_that_hangs_gets_one_query_until_it_answers() -> None:
    database = Database(Backlog(None, 3))
    checked = health_check(database, timeout=0.0)
    assert [await checked.check() for _ in range(3)] == [active(database=False)] * 3
    assert database.questions == 1
    database.may_answer.set()
    while not (seen := await checked.check()).database:
        await pause(0.001)
    assert seen == active(due_age=0.0, inbox_open=3, write_error="")
    assert database.questions == 1


async def test_a_database_that_fails_when_nobody_waits_any_more_leaves_no_traceback() -> None:
    """As after a freeze: the query has timed out, and the process ends before anybody asks again."""
    reported: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
    database = Database(UnavailableError("the database cannot be used (TimeoutError)"))
    assert await health_check(database, timeout=0.0).check() == active(database=False)
    database.may_answer.set()
    await run_ready_callbacks()
    gc.collect()  # asyncio reports an error that nobody has fetched when its task is deleted
    assert reported == []


def test_a_health_check_is_short() -> None:
    assert DATABASE_SECONDS <= 2
