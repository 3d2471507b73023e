"""Which rows of the outbox are claimed, and which end because they must not be sent any more."""

from datetime import date, time, timedelta
from functools import partial
from typing import Any

import pytest

from bot.store import Store, claiming, people, schedules
from bot.store.claiming import Claim
from bot.store.outbox import MOST_ATTEMPTS, UNANSWERED_END
from bot.store.people import Person
from bot.store.tables import Priority
from bot.timetable import LATE
from tests.bot.store.test_outbox import (
    ANNA,
    BO,
    NOW,
    OURS,
    SECOND,
    SENDABLE,
    THEIRS,
    claim,
    put,
    recover,
    row,
    scheduled,
    version,
)
from tests.support.statements import query_plan, record_statements


async def test_a_due_row_is_claimed_with_its_recipient(store: Store) -> None:
    await store.write(lambda connection: people.set_language(connection, ANNA, "sv"))
    (number,) = await put(store, {"silent": True, "data": "x", "version": 3})
    claimed = await claim(store)
    (due,) = claimed.rows
    assert (due.id, due.chat_id, due.kind, due.version, due.due_at) == (number, ANNA, "water", 3, NOW)
    assert (due.silent, due.data, due.attempts, due.person) == (True, "x", 1, Person(ANNA, "sv"))
    stored = await row(store, number)
    assert (stored.state, stored.term, stored.attempts, stored.not_before) == ("claimed", OURS, 1, None)


async def test_a_claimed_row_is_not_claimed_again(store: Store) -> None:
    await put(store, {}, {"chat_id": BO})
    assert len((await claim(store)).rows) == 2
    assert await claim(store, term=THEIRS) == Claim([], 0)


async def test_the_oldest_rows_are_claimed_first_up_to_the_limit(store: Store) -> None:
    numbers = await put(store, *({"due_at": NOW - seconds * SECOND} for seconds in range(5)))
    assert [row.id for row in (await claim(store, most=2)).rows] == numbers[:2:-1]
    assert len((await claim(store, most=10)).rows) == 3


async def test_a_row_that_is_not_due_is_not_claimed(store: Store) -> None:
    await put(store, {"due_at": NOW + SECOND})
    assert await claim(store) == Claim([], 0)
    assert len((await claim(store, SECOND)).rows) == 1


async def test_a_row_that_is_too_late_is_missed(store: Store) -> None:
    late, just = await put(store, {"due_at": NOW - LATE - SECOND}, {"due_at": NOW - LATE})
    claimed = await claim(store)
    assert ([row.id for row in claimed.rows], claimed.examined) == ([just], 2)
    stored = await row(store, late)
    assert (stored.state, stored.reason, stored.ended_at, stored.attempts) == ("missed", "late", NOW, 0)


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"local_date": date(2026, 11, 1), "slot": 1}, "missed"),
        ({}, "pending"),  # put off by the person's own choice
        ({"schedule_id": None, "version": 0}, "missed"),  # the news that a pause is over, say
        ({"schedule_id": None, "version": 0, "message_id": 7, "pictured": True, "priority": 0}, "pending"),  # relief
    ],
)
async def test_in_quiet_hours_a_late_reminder_is_missed_and_a_snooze_is_sent(
    store: Store, fields: dict[str, Any], state: str
) -> None:
    """It is 21:00 in Stockholm. A reminder that is ten minutes late is sent, but not in quiet hours."""
    schedule = await scheduled(store)
    (number,) = await put(store, {"schedule_id": schedule, "version": await version(store), **fields})
    await store.write(lambda connection: people.set_quiet_hours(connection, ANNA, (time(21, 9), time(7))))
    claimed = await claim(store, timedelta(minutes=10))
    stored = await row(store, number)
    assert [row.id for row in claimed.rows] == ([] if state == "missed" else [number])
    assert (stored.state, stored.reason) == (("missed", "quiet") if state == "missed" else ("claimed", None))


async def test_the_end_of_a_schedule_is_announced_however_late(store: Store) -> None:
    schedule = await scheduled(store)
    end = {"schedule_id": schedule, "version": await version(store), "kind": UNANSWERED_END, "data": "water"}
    (number,) = await put(store, {**end, "local_date": date(2026, 11, 1), "slot": 1})
    await store.write(lambda connection: people.set_quiet_hours(connection, ANNA, (time(21, 9), time(7))))
    assert [row.id for row in (await claim(store, 2 * LATE)).rows] == [number]


async def test_a_row_that_was_tried_too_often_is_dead(store: Store) -> None:
    (number,) = await put(store, {"attempts": MOST_ATTEMPTS})
    assert (await claim(store)).rows == []
    stored = await row(store, number)
    assert (stored.state, stored.attempts) == ("dead", MOST_ATTEMPTS)
    assert stored.reason


async def test_a_row_of_an_earlier_version_is_cancelled(store: Store) -> None:
    schedule = await scheduled(store)
    newest = await version(store)
    number, new = await put(store, *({"schedule_id": schedule, "version": version} for version in (newest - 1, newest)))
    assert [row.id for row in (await claim(store)).rows] == [new]
    stored = await row(store, number)
    assert (stored.state, stored.reason, stored.ended_at) == ("cancelled", "changed", NOW)


async def test_turning_off_cancels_snoozes_as_well(store: Store) -> None:
    schedule = await scheduled(store)
    planned, later = await put(
        store,
        {"schedule_id": schedule, "version": await version(store), "local_date": date(2026, 11, 1), "slot": 1},
        {"schedule_id": schedule, "version": await version(store), "due_at": NOW + SECOND},
    )
    await store.write(lambda connection: schedules.turn_off(connection, ANNA, NOW))
    assert (await claim(store, 2 * SECOND)).rows == []
    assert {(await row(store, number)).state for number in (planned, later)} == {"cancelled"}


async def test_a_person_who_has_blocked_the_bot_gets_nothing(store: Store) -> None:
    await store.write(lambda connection: people.set_zone(connection, ANNA, "Europe/Stockholm"))
    await store.write(lambda connection: people.set_blocked(connection, ANNA, blocked=True))
    number, other = await put(store, {}, {"chat_id": BO})
    assert [row.id for row in (await claim(store)).rows] == [other]
    stored = await row(store, number)
    assert (stored.state, stored.reason) == ("cancelled", "blocked")


async def test_a_deleted_schedule_sends_nothing(store: Store) -> None:
    (number,) = await put(store, {"schedule_id": 12345})
    assert (await claim(store)).rows == []
    assert (await row(store, number)).state == "cancelled"


async def test_a_claim_reads_only_rows_that_have_not_ended(sqlite_url: str) -> None:
    """The outbox keeps ended rows for a month, and a claim runs every second."""
    async with Store.open(sqlite_url) as store:
        statements = record_statements(store)
        await claim(store)
        await recover(store)
        queries = [
            statement
            for statement in statements
            if "outbox" in statement.text and statement.text.startswith(("SELECT", "UPDATE"))
        ]
        assert len(queries) == 4
        for query in queries:
            assert "USING INDEX ix_outbox_due" in await query_plan(store, query)


@pytest.mark.parametrize(("of", "waits"), [*SENDABLE, ({"priority": Priority.URGENT}, False)])
async def test_only_rows_that_can_be_sent_now_count(of: dict[str, Any], waits: bool, store: Store) -> None:
    assert not await store.read(partial(claiming.has_claimable, number=1, now=NOW))
    await put(store, of)
    assert await store.read(partial(claiming.has_claimable, number=1, now=NOW)) is waits


async def test_rows_are_counted_by_lane(store: Store) -> None:
    await put(store, {}, {}, {}, {"priority": Priority.URGENT})
    waiting = partial(claiming.has_claimable, now=NOW)
    assert await store.read(partial(waiting, number=3))
    assert not await store.read(partial(waiting, number=4))


async def test_untried_rows_can_go_first(store: Store) -> None:
    """After an outage, a row with one attempt left is not risked on a trial while there are others."""
    tried, fresh = await put(store, {"attempts": 1}, {})
    both: list[int] = []
    for _ in range(3):
        claimed = await store.write(lambda connection: claiming.claim(connection, NOW, OURS, 1, untried=True))
        both += [row.id for row in claimed.rows]
    assert both == [fresh, tried]
