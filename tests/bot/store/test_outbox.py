"""Every row of the outbox from pending to ended, whatever happens to the schedule, the time or the process."""

from datetime import date, datetime, time, timedelta, timezone
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, insert, select

from bot.store import Connection, Store, outbox, people, schedules
from bot.store.outbox import MOST_ATTEMPTS, UNANSWERED_END, Claim, End, Recovered
from bot.store.people import Person
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
    return await store.write(lambda connection: outbox.claim(connection, NOW + after, term, most))


async def record(store: Store, *ends: End) -> None:
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


def _explained(connection: Connection, query: str, values: Any) -> str:
    return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all())


# Claim


async def test_a_due_row_is_claimed_with_its_recipient(store: Store) -> None:
    await store.write(lambda connection: people.set_language(connection, ANNA, "sv"))
    (number,) = await put(store, {"silent": True, "data": "x", "version": 3})
    claimed = await claim(store)
    (due,) = claimed.due
    assert (due.id, due.chat_id, due.kind, due.version, due.due_at) == (number, ANNA, "water", 3, NOW)
    assert (due.silent, due.data, due.attempts, due.person) == (True, "x", 1, Person(ANNA, "sv"))
    stored = await row(store, number)
    assert (stored.state, stored.term, stored.attempts, stored.not_before) == ("claimed", OURS, 1, None)


async def test_a_claimed_row_is_not_claimed_again(store: Store) -> None:
    await put(store, {}, {"chat_id": BO})
    assert len((await claim(store)).due) == 2
    assert await claim(store, term=THEIRS) == Claim([], 0)


async def test_the_oldest_rows_are_claimed_first_up_to_the_limit(store: Store) -> None:
    numbers = await put(store, *({"due_at": NOW - seconds * SECOND} for seconds in range(5)))
    assert [row.id for row in (await claim(store, most=2)).due] == numbers[:2:-1]
    assert len((await claim(store, most=10)).due) == 3


async def test_a_row_that_is_not_due_is_not_claimed(store: Store) -> None:
    await put(store, {"due_at": NOW + SECOND})
    assert await claim(store) == Claim([], 0)
    assert len((await claim(store, SECOND)).due) == 1


async def test_a_row_that_is_too_late_is_missed(store: Store) -> None:
    late, just = await put(store, {"due_at": NOW - LATE - SECOND}, {"due_at": NOW - LATE})
    claimed = await claim(store)
    assert ([row.id for row in claimed.due], claimed.examined) == ([just], 2)
    stored = await row(store, late)
    assert (stored.state, stored.reason, stored.ended_at, stored.attempts) == ("missed", "late", NOW, 0)


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"local_date": date(2026, 11, 1), "slot": 1}, "missed"),
        ({}, "pending"),  # put off by the person's own choice
        ({"schedule_id": None, "version": 0}, "missed"),  # the news that a pause is over, say
        ({"schedule_id": None, "version": 0, "message_id": 7, "pictured": True, "lane": 0}, "pending"),  # relief
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
    assert [row.id for row in claimed.due] == ([] if state == "missed" else [number])
    assert (stored.state, stored.reason) == (("missed", "quiet") if state == "missed" else ("claimed", None))


async def test_the_end_of_a_schedule_is_announced_however_late(store: Store) -> None:
    schedule = await scheduled(store)
    end = {"schedule_id": schedule, "version": await version(store), "kind": UNANSWERED_END, "data": "water"}
    (number,) = await put(store, {**end, "local_date": date(2026, 11, 1), "slot": 1})
    await store.write(lambda connection: people.set_quiet_hours(connection, ANNA, (time(21, 9), time(7))))
    assert [row.id for row in (await claim(store, 2 * LATE)).due] == [number]


async def test_a_row_that_was_tried_too_often_is_dead(store: Store) -> None:
    (number,) = await put(store, {"attempts": MOST_ATTEMPTS})
    assert (await claim(store)).due == []
    stored = await row(store, number)
    assert (stored.state, stored.attempts) == ("dead", MOST_ATTEMPTS)
    assert stored.reason


async def test_a_row_of_an_earlier_version_is_cancelled(store: Store) -> None:
    schedule = await scheduled(store)
    newest = await version(store)
    number, new = await put(store, *({"schedule_id": schedule, "version": version} for version in (newest - 1, newest)))
    assert [row.id for row in (await claim(store)).due] == [new]
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
    assert (await claim(store, 2 * SECOND)).due == []
    assert {(await row(store, number)).state for number in (planned, later)} == {"cancelled"}


async def test_a_person_who_has_blocked_the_bot_gets_nothing(store: Store) -> None:
    await store.write(lambda connection: people.set_zone(connection, ANNA, "Europe/Stockholm"))
    await store.write(lambda connection: people.set_blocked(connection, ANNA, blocked=True))
    number, other = await put(store, {}, {"chat_id": BO})
    assert [row.id for row in (await claim(store)).due] == [other]
    stored = await row(store, number)
    assert (stored.state, stored.reason) == ("cancelled", "blocked")


async def test_a_deleted_schedule_sends_nothing(store: Store) -> None:
    (number,) = await put(store, {"schedule_id": 12345})
    assert (await claim(store)).due == []
    assert (await row(store, number)).state == "cancelled"


async def test_a_claim_reads_only_rows_that_have_not_ended(sqlite_url: str) -> None:
    """The outbox keeps ended rows for a month, and a claim runs every second."""
    statements: list[tuple[str, Any]] = []
    async with Store.open(sqlite_url) as store:
        engine = store.database.engine
        event.listen(engine, "before_cursor_execute", lambda *given: statements.append((given[2], given[3])))
        await claim(store)
        await recover(store)
        queries = [
            statement
            for statement in statements
            if "outbox" in statement[0] and statement[0].startswith(("SELECT", "UPDATE"))
        ]
        assert len(queries) == 4
        for query, values in queries:
            plan = await store.read(partial(_explained, query=query, values=values))
            assert "USING INDEX ix_outbox_due" in plan


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
    await record(store, End(sent, OutboxState.SENT, message_id=2**40), End(dead, OutboxState.DEAD, "no such chat"))
    stored = await row(store, sent)
    assert (stored.state, stored.message_id, stored.reason, stored.ended_at) == ("sent", 2**40, None, NOW)
    stored = await row(store, dead)
    assert (stored.state, stored.reason, stored.attempts) == ("dead", "no such chat", 1)


async def test_an_end_that_is_stored_again_counts_once(store: Store) -> None:
    """A write that took too long may have been stored nevertheless, and is repeated."""
    (number,) = await put(store, {})
    await claim(store)
    for _ in range(2):
        await record(store, End(number, OutboxState.PENDING, not_before=NOW + SECOND, counts=False))
    assert (await row(store, number)).attempts == 0


@pytest.mark.parametrize(("counts", "attempts"), [(False, 0), (True, 1)])
async def test_a_row_that_is_retried_waits_for_its_time(store: Store, counts: bool, attempts: int) -> None:
    (number,) = await put(store, {})
    await claim(store)
    await record(store, End(number, OutboxState.PENDING, not_before=NOW + 30 * SECOND, counts=counts))
    stored = await row(store, number)
    assert (stored.state, stored.attempts, stored.ended_at, stored.due_at) == ("pending", attempts, None, NOW)
    assert await claim(store, 29 * SECOND) == Claim([], 0)
    assert len((await claim(store, 30 * SECOND)).due) == 1


async def test_a_row_that_is_retried_for_too_long_is_missed(store: Store) -> None:
    """Telegram is unavailable all night. Nobody gets the evening's reminder in the morning."""
    (number,) = await put(store, {})
    after = timedelta()
    while (await claim(store, after)).due:
        after += timedelta(minutes=1)
        await record(store, End(number, OutboxState.PENDING, not_before=NOW + after, counts=False))
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
    assert [row.id for row in (await claim(store, SECOND)).due] == [claimed]
    assert (await row(store, claimed)).attempts == 2


async def test_recovery_sends_a_handed_row_that_must_arrive_again(store: Store) -> None:
    numbers = await put(store, {}, {"kind": "tip"})
    await claim(store, term=THEIRS)
    await hand_over(store, *numbers, term=THEIRS)
    assert await recover(store, SECOND, must=("tip",)) == Recovered(pending=1, presumed=1)
    assert [row.id for row in (await claim(store, SECOND)).due] == [numbers[1]]


async def test_a_row_that_must_arrive_comes_twice_and_not_three_times(store: Store) -> None:
    (number,) = await put(store, {})
    for left in (Recovered(pending=1, presumed=0), Recovered(pending=0, presumed=1)):
        assert len((await claim(store)).due) == 1
        await hand_over(store, number)
        assert await recover(store, must=("water",)) == left
    assert (await claim(store)).due == []
    assert (await row(store, number)).state == "presumed", "it has left, and more than once"


async def test_an_earlier_active_process_can_record_nothing(store: Store) -> None:
    """The earlier process was frozen while another took over, and thaws now."""
    first, second = await put(store, {}, {})
    await claim(store, term=THEIRS)
    await recover(store)
    (due, _) = (await claim(store)).due
    await hand_over(store, first, second, term=THEIRS)
    ends = [End(number, OutboxState.SENT, message_id=5) for number in (first, second)]
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
    assert len((await claim(store)).due) == 1


async def test_recovery_leaves_ended_and_pending_rows_alone(store: Store) -> None:
    sent, waits = await put(store, {}, {"due_at": NOW + SECOND})
    await claim(store)
    await record(store, End(sent, OutboxState.SENT))
    assert await recover(store, SECOND, term=THEIRS, must=("water",)) == Recovered(pending=0, presumed=0)
    assert [(await row(store, message)).state for message in (sent, waits)] == ["sent", "pending"]


async def test_untried_rows_can_go_first(store: Store) -> None:
    """After an outage, a row with one attempt left is not risked on a trial while there are others."""
    tried, fresh = await put(store, {"attempts": 1}, {})
    both: list[int] = []
    for _ in range(3):
        claim = await store.write(lambda connection: outbox.claim(connection, NOW, OURS, 1, untried=True))
        both += [row.id for row in claim.due]
    assert both == [fresh, tried]
