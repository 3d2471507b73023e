"""What is due: each kind of work is found separately, and no whole table is read."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from bot.store import Store, due, runs, schedules
from bot.store.due import Due
from bot.store.tables import Priority
from tests.bot.store import annas_schedules
from tests.bot.store.annas_schedules import ANNA, BO
from tests.bot.store.test_outbox import NOW, SECOND, SENDABLE, put
from tests.bot.store.test_runs import RUN
from tests.support.statements import query_plan, record_statements

NOTHING = Due(schedules=False, messages=False, runs=False)


async def find(store: Store, now: Any = NOW) -> Due:
    return await store.read(partial(due.find, now=now))


async def test_nothing_is_due_in_an_empty_database(store: Store) -> None:
    assert await find(store) == NOTHING


async def test_a_schedule_is_due_from_its_moment_on_until_it_is_turned_off(anna: Store) -> None:
    await annas_schedules.on(anna)
    assert await find(anna, annas_schedules.DUE - SECOND) == NOTHING
    assert await find(anna, annas_schedules.DUE) == NOTHING._replace(schedules=True)
    await anna.write(lambda connection: schedules.turn_off(connection, ANNA, NOW))
    assert await find(anna, annas_schedules.DUE) == NOTHING


async def test_a_blocked_persons_schedule_is_not_due(anna: Store) -> None:
    await annas_schedules.on(anna)
    await anna.write(lambda connection: schedules.block(connection, ANNA, NOW))
    assert await find(anna, annas_schedules.DUE) == NOTHING


@pytest.mark.parametrize(("of", "is_due"), [*SENDABLE, ({"priority": Priority.URGENT}, True)])
async def test_messages_are_due_that_may_be_claimed_now(of: dict[str, Any], is_due: bool, store: Store) -> None:
    await put(store, of)
    assert await find(store) == NOTHING._replace(messages=is_due)


async def test_runs_are_due_but_those_of_people_in_pain_are_left_out(store: Store) -> None:
    await store.write(lambda connection: runs.begin(connection, replace(RUN, chat_id=BO, priority=Priority.URGENT)))
    assert await find(store, RUN.due_at) == NOTHING
    await store.write(lambda connection: runs.begin(connection, RUN))
    assert await find(store, RUN.due_at - SECOND) == NOTHING
    assert await find(store, RUN.due_at) == NOTHING._replace(runs=True)


async def test_only_rows_that_are_due_are_read(sqlite_url: str) -> None:
    """This is asked every second, however many people there are."""
    async with Store.open(sqlite_url) as store:
        statements = record_statements(store)
        await find(store)
        (query,) = [statement for statement in statements if statement.text.startswith("SELECT")]
        plan = await query_plan(store, query)
    assert plan.count("ix_schedule_next_at (next_at<?)") == plan.count("ix_run_due (lane=? AND due_at<?)") == 1
    assert plan.count("ix_outbox_due (lane=? AND due_at<?)") == 2
