"""Every row of the outbox from pending to ended, whatever happens to the schedule, the time or the process."""

from datetime import datetime, time, timedelta, timezone
from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.store import Connection, Store, claiming, outbox, people, schedules
from bot.store.claiming import Claim
from bot.store.outbox import Recovered, Transition
from bot.store.schedules import Wish
from bot.store.tables import OutboxState, RowType
from bot.store.tables import outbox as table
from bot.timetable import LATE

NOW = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)
SECOND = timedelta(seconds=1)
ANNA, BO = 1_000_001, 2**51
OURS, THEIRS = 2, 1
"""Our term, and that of the process that was active before."""
WISH = Wish((time(21, 30),), frozenset(range(1, 8)), silent=True)


# Rows with these fields can be sent now, or not.
SENDABLE: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    ({"due_at": NOW + SECOND}, False),
    ({"not_before": NOW + SECOND}, False),
    ({"not_before": NOW}, True),
    ({"state": "claimed"}, False),
    ({"state": "sent"}, False),
]


async def put(store: Store, *rows: dict[str, Any]) -> list[int]:
    """Insert rows into the outbox, due now unless they say otherwise. Return their ids."""
    return [await store.write(partial(_put, values=row)) for row in rows]


def _type(values: dict[str, Any]) -> RowType:
    if "pictured" in values:
        return RowType.EDIT
    if "local_date" in values:
        return RowType.OCCURRENCE
    return RowType.SNOOZE if values.get("schedule_id") else RowType.NOTICE


def _put(connection: Connection, values: dict[str, Any]) -> int:
    inserted = connection.execute(
        insert(table).values({"chat_id": ANNA, "type": _type(values), "kind": "water", "due_at": NOW, **values})
    )
    assert inserted.inserted_primary_key
    return int(inserted.inserted_primary_key[0])


async def claim(store: Store, after: timedelta = timedelta(), term: int = OURS, most: int = 100) -> Claim:
    return await store.write(lambda connection: claiming.claim(connection, NOW + after, term, most))


async def record(store: Store, *ends: Transition) -> None:
    await store.write(lambda connection: outbox.record(connection, ends, OURS, NOW))


async def hand_over(store: Store, *numbers: int, term: int = OURS) -> None:
    await store.write(lambda connection: outbox.hand_over(connection, numbers, term))


async def recover(
    store: Store, after: timedelta = timedelta(), term: int = OURS, must: tuple[str, ...] = ()
) -> Recovered:
    return await store.write(lambda connection: outbox.recover(connection, NOW + after, term, must))


async def row(store: Store, number: int) -> Any:
    return await store.read(lambda connection: connection.execute(select(table).where(table.c.id == number)).one())


async def scheduled(store: Store, chat: int = ANNA) -> int:
    """Insert an active schedule with that version, and return its id."""
    await store.write(lambda connection: people.set_zone(connection, chat, "Europe/Stockholm"))
    await store.write(lambda connection: schedules.turn_on(connection, chat, "water", WISH, NOW))
    return (await store.read(lambda connection: schedules.by_kind(connection, chat)))["water"].id


async def version(store: Store, chat: int = ANNA) -> int:
    return (await store.read(lambda connection: schedules.by_kind(connection, chat)))["water"].version


# Hand over and record


async def test_a_row_whose_request_has_left_is_handed_over(store: Store) -> None:
    numbers = await put(store, {}, {})
    await claim(store)
    await hand_over(store, numbers[0])
    await hand_over(store)
    assert [(await row(store, number)).state for number in numbers] == ["handed", "claimed"]


async def test_only_the_claiming_term_can_hand_over(store: Store) -> None:
    (number,) = await put(store, {})
    await hand_over(store, number)
    assert (await row(store, number)).state == "pending"
    await claim(store)
    await hand_over(store, number, term=THEIRS)
    assert (await row(store, number)).state == "claimed"


async def test_the_end_of_an_attempt_is_recorded(store: Store) -> None:
    sent, dead = await put(store, {}, {})
    await claim(store)
    await record(
        store, Transition(sent, OutboxState.SENT, message_id=2**40), Transition(dead, OutboxState.DEAD, "no such chat")
    )
    stored = await row(store, sent)
    assert (stored.state, stored.message_id, stored.reason, stored.ended_at) == ("sent", 2**40, None, NOW)
    stored = await row(store, dead)
    assert (stored.state, stored.reason, stored.attempts) == ("dead", "no such chat", 1)


async def test_an_end_that_is_stored_again_counts_once(store: Store) -> None:
    """A write that took too long may have been stored nevertheless, and is repeated."""
    (number,) = await put(store, {})
    await claim(store)
    for _ in range(2):
        await record(store, Transition(number, OutboxState.PENDING, not_before=NOW + SECOND, counts_as_attempt=False))
    assert (await row(store, number)).attempts == 0


@pytest.mark.parametrize(("counts", "attempts"), [(False, 0), (True, 1)])
async def test_a_row_that_is_retried_waits_for_its_time(store: Store, counts: bool, attempts: int) -> None:
    (number,) = await put(store, {})
    await claim(store)
    await record(store, Transition(number, OutboxState.PENDING, not_before=NOW + 30 * SECOND, counts_as_attempt=counts))
    stored = await row(store, number)
    assert (stored.state, stored.attempts, stored.ended_at, stored.due_at) == ("pending", attempts, None, NOW)
    assert await claim(store, 29 * SECOND) == Claim([], 0)
    assert len((await claim(store, 30 * SECOND)).rows) == 1


async def test_a_row_that_is_retried_for_too_long_is_missed(store: Store) -> None:
    """Telegram is unavailable all night. Nobody gets the evening's reminder in the morning."""
    (number,) = await put(store, {})
    after = timedelta()
    while (await claim(store, after)).rows:
        after += timedelta(minutes=1)
        await record(store, Transition(number, OutboxState.PENDING, not_before=NOW + after, counts_as_attempt=False))
    stored = await row(store, number)
    assert (stored.state, stored.reason, after) == ("missed", "late", LATE + timedelta(minutes=1))


# Recover


async def test_recovery_sends_claimed_rows_again_and_presumes_handed_ones(store: Store) -> None:
    claimed, handed = await put(store, {}, {})
    await claim(store, term=THEIRS)
    await hand_over(store, handed, term=THEIRS)
    assert await recover(store, SECOND) == Recovered(pending=1, presumed=1)
    assert (await row(store, claimed)).state == "pending"
    stored = await row(store, handed)
    assert (stored.state, stored.ended_at) == ("presumed", NOW + SECOND)
    assert [row.id for row in (await claim(store, SECOND)).rows] == [claimed]
    assert (await row(store, claimed)).attempts == 2


async def test_recovery_sends_a_handed_row_that_must_arrive_again(store: Store) -> None:
    numbers = await put(store, {}, {"kind": "tip"})
    await claim(store, term=THEIRS)
    await hand_over(store, *numbers, term=THEIRS)
    assert await recover(store, SECOND, must=("tip",)) == Recovered(pending=1, presumed=1)
    assert [row.id for row in (await claim(store, SECOND)).rows] == [numbers[1]]


async def test_a_row_that_must_arrive_comes_twice_and_not_three_times(store: Store) -> None:
    (number,) = await put(store, {})
    for left in (Recovered(pending=1, presumed=0), Recovered(pending=0, presumed=1)):
        assert len((await claim(store)).rows) == 1
        await hand_over(store, number)
        assert await recover(store, must=("water",)) == left
    assert (await claim(store)).rows == []
    assert (await row(store, number)).state == "presumed", "it has left, and more than once"


async def test_an_earlier_active_process_can_record_nothing(store: Store) -> None:
    """The earlier process was frozen while another took over, and thaws now."""
    first, second = await put(store, {}, {})
    await claim(store, term=THEIRS)
    await recover(store)
    (due, _) = (await claim(store)).rows
    await hand_over(store, first, second, term=THEIRS)
    ends = [Transition(number, OutboxState.SENT, message_id=5) for number in (first, second)]
    await store.write(lambda connection: outbox.record(connection, ends, THEIRS, NOW))
    assert [(await row(store, number)).state for number in (first, second)] == ["claimed", "claimed"]
    assert (await row(store, due.id)).message_id is None


async def test_rows_of_an_earlier_term_are_recovered_while_ours_are_under_way(store: Store) -> None:
    theirs, ours = await put(store, {}, {"due_at": NOW + SECOND})
    await claim(store, term=THEIRS)
    await claim(store, SECOND)
    recovered = await store.write(lambda connection: outbox.recover(connection, NOW, OURS, ours=False))
    assert recovered == Recovered(pending=1, presumed=0)
    assert [(await row(store, number)).state for number in (theirs, ours)] == ["pending", "claimed"]


async def test_recovery_leaves_our_rows_alone_while_they_are_under_way(store: Store) -> None:
    await put(store, {})
    await claim(store)
    recovered = await store.write(lambda connection: outbox.recover(connection, NOW, OURS, ours=False))
    assert recovered == Recovered(pending=0, presumed=0)


async def test_recovery_takes_our_rows_when_nothing_is_under_way(store: Store) -> None:
    """A commit whose answer was lost has claimed rows that nobody sends."""
    await put(store, {})
    await claim(store)
    assert await recover(store) == Recovered(pending=1, presumed=0)
    assert len((await claim(store)).rows) == 1


async def test_recovery_leaves_ended_and_pending_rows_alone(store: Store) -> None:
    sent, waits = await put(store, {}, {"due_at": NOW + SECOND})
    await claim(store)
    await record(store, Transition(sent, OutboxState.SENT))
    assert await recover(store, SECOND, term=THEIRS, must=("water",)) == Recovered(pending=0, presumed=0)
    assert [(await row(store, message)).state for message in (sent, waits)] == ["sent", "pending"]
