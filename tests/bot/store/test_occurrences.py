"""What the outbox has of one schedule, and what a change makes of it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from bot.store import Store, occurrences, outbox
from bot.store.tables import outbox as table
from bot.timetable import LATE, Occurrence
from tests.bot.store.test_outbox import NOW, put, row


async def test_the_last_occurrence_is_the_latest_that_was_not_cancelled(store: Store) -> None:
    day = date(2026, 11, 1)
    rows = [(day, 540, "sent"), (day, 720, "missed"), (day + timedelta(days=1), 540, "cancelled")]
    planned = [{"schedule_id": 7, "local_date": each, "slot": slot, "state": state} for each, slot, state in rows]
    await put(store, *planned, {"schedule_id": 7, "due_at": NOW + LATE}, {"schedule_id": 8})
    assert await store.read(lambda each: occurrences.last(each, 7)) == Occurrence(day, 720, NOW)
    assert await store.read(lambda each: occurrences.last(each, 8)) is None


@pytest.mark.parametrize(("state", "reason", "attempts", "is_over"), [
    ("cancelled", "skipped", 0, True),
    ("cancelled", "changed", 1, True),
    ("cancelled", "changed", 0, False),
    ("pending", None, 0, False),
])  # fmt: skip
async def test_what_was_cancelled_is_over_unless_a_change_took_it_back(
    store: Store, state: str, reason: str | None, attempts: int, *, is_over: bool
) -> None:
    day = date(2026, 11, 1)
    end = {"state": state, "reason": reason, "attempts": attempts}
    await put(store, {"schedule_id": 7, "local_date": day, "slot": 540, **end})
    found = [
        await store.read(lambda each, which=which: occurrences.is_over(each, *which))  # type: ignore[misc]
        for which in ((7, Occurrence(day, 540, NOW)), (7, Occurrence(day, 541, NOW)), (8, Occurrence(day, 540, NOW)))
    ]
    assert found == [is_over, False, False]


async def test_a_change_cancels_what_older_versions_planned_and_nobody_has_in_hand(store: Store) -> None:
    (in_hand,) = await put(store, {})
    await store.write(lambda each: outbox.claim(each, NOW, 1, 100))
    await store.write(lambda each: each.execute(update(table).values(schedule_id=7, version=1)))
    numbers = await put(store, *({"schedule_id": number, "version": each} for number, each in ((7, 1), (7, 2), (8, 1))))
    await store.write(lambda each: occurrences.cancel(each, 7, 2, NOW))
    states = [(await row(store, each)).state for each in (in_hand, *numbers)]
    assert states == ["claimed", "cancelled", "pending", "pending"]


async def test_what_was_put_off_outlives_a_change_of_its_schedule(store: Store) -> None:
    later, planned = await put(
        store,
        {"schedule_id": 7, "version": 1},
        {"schedule_id": 7, "version": 1, "local_date": date(2026, 11, 1), "slot": 540},
    )
    await store.write(lambda each: occurrences.keep_put_off(each, 7, 2))
    assert [(await row(store, each)).version for each in (later, planned)] == [2, 1]
