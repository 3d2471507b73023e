"""The rows of one schedule in the outbox, and what a change does to them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from bot.store import Store, claiming, occurrences
from bot.store.tables import outbox as table
from bot.timetable import LATE, Occurrence
from tests.bot.store.test_outbox import NOW, put, row


async def test_the_last_occurrence_is_the_latest_that_was_not_cancelled(store: Store) -> None:
    day = date(2026, 11, 1)
    rows = [(day, 540, "sent"), (day, 720, "missed"), (day + timedelta(days=1), 540, "cancelled")]
    planned = [
        {"schedule_id": 7, "local_date": local_date, "slot": slot, "state": state} for local_date, slot, state in rows
    ]
    await put(store, *planned, {"schedule_id": 7, "due_at": NOW + LATE}, {"schedule_id": 8})
    assert await store.read(lambda connection: occurrences.last_planned(connection, 7)) == Occurrence(day, 720, NOW)
    assert await store.read(lambda connection: occurrences.last_planned(connection, 8)) is None


@pytest.mark.parametrize(("state", "reason", "attempts", "is_over"), [
    ("cancelled", "skipped", 0, True),
    ("cancelled", "changed", 1, True),
    ("cancelled", "changed", 0, False),
    ("pending", None, 0, False),
])  # fmt: skip
async def test_a_cancelled_occurrence_is_planned_again_only_if_a_change_cancelled_it(
    store: Store, state: str, reason: str | None, attempts: int, *, is_over: bool
) -> None:
    day = date(2026, 11, 1)
    end = {"state": state, "reason": reason, "attempts": attempts}
    await put(store, {"schedule_id": 7, "local_date": day, "slot": 540, **end})
    answers = [
        await store.read(lambda connection, which=which: occurrences.is_cancelled_for_good(connection, *which))  # type: ignore[misc]
        for which in ((7, Occurrence(day, 540, NOW)), (7, Occurrence(day, 541, NOW)), (8, Occurrence(day, 540, NOW)))
    ]
    assert answers == [is_over, False, False]


async def test_a_change_cancels_unclaimed_rows_of_earlier_versions(store: Store) -> None:
    (in_hand,) = await put(store, {})
    await store.write(lambda connection: claiming.claim(connection, NOW, 1, 100))
    await store.write(lambda connection: connection.execute(update(table).values(schedule_id=7, version=1)))
    numbers = await put(
        store, *({"schedule_id": schedule_id, "version": version} for schedule_id, version in ((7, 1), (7, 2), (8, 1)))
    )
    await store.write(lambda connection: occurrences.cancel_outdated(connection, 7, 2, NOW))
    states = [(await row(store, number)).state for number in (in_hand, *numbers)]
    assert states == ["claimed", "cancelled", "pending", "pending"]


async def test_a_snooze_survives_a_change_of_its_schedule(store: Store) -> None:
    later, planned = await put(
        store,
        {"schedule_id": 7, "version": 1},
        {"schedule_id": 7, "version": 1, "local_date": date(2026, 11, 1), "slot": 540},
    )
    await store.write(lambda connection: occurrences.carry_over_snoozes(connection, 7, 2))
    assert [(await row(store, number)).version for number in (later, planned)] == [2, 1]
