"""Every reminder from planned to ended, whatever ends first: the wish, the time, or the process."""

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
    """Rows of the outbox, due now unless they say otherwise; their numbers."""
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
    """A schedule of version 1 or above, on; its number."""
    await store.write(lambda connection: people.set_zone(connection, chat, "Europe/Stockholm"))
    await store.write(lambda connection: schedules.turn_on(connection, chat, "water", WISH, NOW))
    return (await store.read(lambda connection: schedules.by_kind(connection, chat)))["water"].id


async def version(store: Store, chat: int = ANNA) -> int:
    return (await store.read(lambda connection: schedules.by_kind(connection, chat)))["water"].version


def _explained(connection: Connection, query: str, values: Any) -> str:
    return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all())


# Claim


async def test_what_is_due_is_claimed_with_whom_it_is_for(store: Store) -> None:
    await store.write(lambda connection: people.set_language(connection, ANNA, "sv"))
    (number,) = await put(store, {"silent": True, "data": "x", "version": 3})
    claimed = await claim(store)
    (due,) = claimed.due
    assert (due.id, due.chat_id, due.kind, due.version, due.due_at) == (number, ANNA, "water", 3, NOW)
    assert (due.silent, due.data, due.attempts, due.person) == (True, "x", 1, Person(ANNA, "sv"))
    stored = await row(store, number)
    assert (stored.state, stored.term, stored.attempts, stored.not_before) == ("claimed", OURS, 1, None)


async def test_nobody_else_gets_what_is_claimed(store: Store) -> None:
    await put(store, {}, {"chat_id": BO})
    assert len((await claim(store)).due) == 2
    assert await claim(store, term=THEIRS) == Claim([], 0)


async def test_the_oldest_come_first_and_no_more_than_asked_for(store: Store) -> None:
    numbers = await put(store, *({"due_at": NOW - seconds * SECOND} for seconds in range(5)))
    assert [row.id for row in (await claim(store, most=2)).due] == numbers[:2:-1]
    assert len((await claim(store, most=10)).due) == 3


async def test_what_is_not_due_waits(store: Store) -> None:
    await put(store, {"due_at": NOW + SECOND})
    assert await claim(store) == Claim([], 0)
    assert len((await claim(store, SECOND)).due) == 1


async def test_what_is_too_late_is_missed(store: Store) -> None:
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
async def test_nothing_comes_late_into_quiet_hours_but_what_was_put_off_to_them(
    store: Store, fields: dict[str, Any], state: str
) -> None:
    """It is 21:00 in Stockholm: ten minutes are fine for what is late, but not when it is quiet by then."""
    schedule = await scheduled(store)
    (number,) = await put(store, {"schedule_id": schedule, "version": await version(store), **fields})
    await store.write(lambda connection: people.set_quiet_hours(connection, ANNA, (time(21, 9), time(7))))
    claimed = await claim(store, timedelta(minutes=10))
    stored = await row(store, number)
    assert [row.id for row in claimed.due] == ([] if state == "missed" else [number])
    assert (stored.state, stored.reason) == (("missed", "quiet") if state == "missed" else ("claimed", None))


async def test_that_a_schedule_has_been_ended_is_told_however_late(store: Store) -> None:
    schedule = await scheduled(store)
    end = {"schedule_id": schedule, "version": await version(store), "kind": UNANSWERED_END, "data": "water"}
    (number,) = await put(store, {**end, "local_date": date(2026, 11, 1), "slot": 1})
    await store.write(lambda connection: people.set_quiet_hours(connection, ANNA, (time(21, 9), time(7))))
    assert [row.id for row in (await claim(store, 2 * LATE)).due] == [number]


async def test_what_has_been_tried_too_often_is_dead(store: Store) -> None:
    (number,) = await put(store, {"attempts": MOST_ATTEMPTS})
    assert (await claim(store)).due == []
    stored = await row(store, number)
    assert (stored.state, stored.attempts) == ("dead", MOST_ATTEMPTS)
    assert stored.reason


async def test_what_has_been_changed_since_is_cancelled(store: Store) -> None:
    schedule = await scheduled(store)
    newest = await version(store)
    number, new = await put(store, *({"schedule_id": schedule, "version": version} for version in (newest - 1, newest)))
    assert [row.id for row in (await claim(store)).due] == [new]
    stored = await row(store, number)
    assert (stored.state, stored.reason, stored.ended_at) == ("cancelled", "changed", NOW)


async def test_what_has_been_turned_off_is_cancelled_even_if_it_was_put_off(store: Store) -> None:
    schedule = await scheduled(store)
    planned, later = await put(
        store,
        {"schedule_id": schedule, "version": await version(store), "local_date": date(2026, 11, 1), "slot": 1},
        {"schedule_id": schedule, "version": await version(store), "due_at": NOW + SECOND},
    )
    await store.write(lambda connection: schedules.turn_off(connection, ANNA, NOW))
    assert (await claim(store, 2 * SECOND)).due == []
    assert {(await row(store, number)).state for number in (planned, later)} == {"cancelled"}


async def test_who_has_blocked_the_bot_gets_nothing(store: Store) -> None:
    await store.write(lambda connection: people.set_zone(connection, ANNA, "Europe/Stockholm"))
    await store.write(lambda connection: people.set_blocked(connection, ANNA, blocked=True))
    number, other = await put(store, {}, {"chat_id": BO})
    assert [row.id for row in (await claim(store)).due] == [other]
    stored = await row(store, number)
    assert (stored.state, stored.reason) == ("cancelled", "blocked")


async def test_a_schedule_that_is_no_more_sends_nothing(store: Store) -> None:
    (number,) = await put(store, {"schedule_id": 12345})
    assert (await claim(store)).due == []
    assert (await row(store, number)).state == "cancelled"


async def test_a_claim_looks_at_what_has_not_ended_only(sqlite_url: str) -> None:
    """The outbox keeps what has ended, and is asked every second."""
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


async def test_what_has_left_is_handed_over(store: Store) -> None:
    numbers = await put(store, {}, {})
    await claim(store)
    await hand_over(store, numbers[0])
    await hand_over(store)
    assert [(await row(store, number)).state for number in numbers] == ["handed", "claimed"]


async def test_nobody_hands_over_for_somebody_else(store: Store) -> None:
    (number,) = await put(store, {})
    await hand_over(store, number)
    assert (await row(store, number)).state == "pending"
    await claim(store)
    await hand_over(store, number, term=THEIRS)
    assert (await row(store, number)).state == "claimed"


async def test_how_it_ended_is_recorded(store: Store) -> None:
    sent, dead = await put(store, {}, {})
    await claim(store)
    await record(store, End(sent, OutboxState.SENT, message_id=2**40), End(dead, OutboxState.DEAD, "no such chat"))
    stored = await row(store, sent)
    assert (stored.state, stored.message_id, stored.reason, stored.ended_at) == ("sent", 2**40, None, NOW)
    stored = await row(store, dead)
    assert (stored.state, stored.reason, stored.attempts) == ("dead", "no such chat", 1)


async def test_an_end_that_is_stored_again_counts_once(store: Store) -> None:
    """A write that took too long may have been stored all the same, and is repeated."""
    (number,) = await put(store, {})
    await claim(store)
    for _ in range(2):
        await record(store, End(number, OutboxState.PENDING, not_before=NOW + SECOND, counts=False))
    assert (await row(store, number)).attempts == 0


@pytest.mark.parametrize(("counts", "attempts"), [(False, 0), (True, 1)])
async def test_what_is_to_be_tried_again_waits_for_its_time(store: Store, counts: bool, attempts: int) -> None:
    (number,) = await put(store, {})
    await claim(store)
    await record(store, End(number, OutboxState.PENDING, not_before=NOW + 30 * SECOND, counts=counts))
    stored = await row(store, number)
    assert (stored.state, stored.attempts, stored.ended_at, stored.due_at) == ("pending", attempts, None, NOW)
    assert await claim(store, 29 * SECOND) == Claim([], 0)
    assert len((await claim(store, 30 * SECOND)).due) == 1


async def test_what_is_tried_again_and_again_is_missed_in_the_end(store: Store) -> None:
    """Telegram is away all night: nobody is reminded of the evening in the morning."""
    (number,) = await put(store, {})
    after = timedelta()
    while (await claim(store, after)).due:
        after += timedelta(minutes=1)
        await record(store, End(number, OutboxState.PENDING, not_before=NOW + after, counts=False))
    stored = await row(store, number)
    assert (stored.state, stored.reason, after) == ("missed", "late", LATE + timedelta(minutes=1))


# Recover


async def test_what_was_claimed_is_sent_again_and_what_had_left_is_presumed(store: Store) -> None:
    claimed, handed = await put(store, {}, {})
    await claim(store, term=THEIRS)
    await hand_over(store, handed, term=THEIRS)
    assert await recover(store, SECOND) == Recovered(pending=1, presumed=1)
    assert (await row(store, claimed)).state == "pending"
    stored = await row(store, handed)
    assert (stored.state, stored.ended_at) == ("presumed", NOW + SECOND)
    assert [row.id for row in (await claim(store, SECOND)).due] == [claimed]
    assert (await row(store, claimed)).attempts == 2


async def test_what_must_arrive_is_sent_again_although_it_had_left(store: Store) -> None:
    numbers = await put(store, {}, {"kind": "tip"})
    await claim(store, term=THEIRS)
    await hand_over(store, *numbers, term=THEIRS)
    assert await recover(store, SECOND, must=("tip",)) == Recovered(pending=1, presumed=1)
    assert [row.id for row in (await claim(store, SECOND)).due] == [numbers[1]]


async def test_what_must_arrive_comes_twice_and_not_three_times(store: Store) -> None:
    (number,) = await put(store, {})
    for left in (Recovered(pending=1, presumed=0), Recovered(pending=0, presumed=1)):
        assert len((await claim(store)).due) == 1
        await hand_over(store, number)
        assert await recover(store, must=("water",)) == left
    assert (await claim(store)).due == []
    assert (await row(store, number)).state == "presumed", "it has left, and more than once"


async def test_an_earlier_active_process_can_record_nothing(store: Store) -> None:
    """It was frozen while this one took over, and thaws now."""
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


async def test_what_is_ours_is_left_alone_while_it_is_under_way(store: Store) -> None:
    await put(store, {})
    await claim(store)
    recovered = await store.write(lambda connection: outbox.recover(connection, NOW, OURS, ours=False))
    assert recovered == Recovered(pending=0, presumed=0)


async def test_what_is_ours_and_not_under_way_is_taken_up_at_once(store: Store) -> None:
    """A commit of which the answer was lost has claimed what nobody sends."""
    await put(store, {})
    await claim(store)
    assert await recover(store) == Recovered(pending=1, presumed=0)
    assert len((await claim(store)).due) == 1


async def test_what_has_ended_and_what_waits_is_left_alone(store: Store) -> None:
    sent, waits = await put(store, {}, {"due_at": NOW + SECOND})
    await claim(store)
    await record(store, End(sent, OutboxState.SENT))
    assert await recover(store, SECOND, term=THEIRS, must=("water",)) == Recovered(pending=0, presumed=0)
    assert [(await row(store, message)).state for message in (sent, waits)] == ["sent", "pending"]


async def test_those_never_sent_can_go_first(store: Store) -> None:
    """After an outage: what has one attempt left is not risked on a trial while there is anything else."""
    tried, fresh = await put(store, {"attempts": 1}, {})
    both: list[int] = []
    for _ in range(3):
        claim = await store.write(lambda connection: outbox.claim(connection, NOW, OURS, 1, untried=True))
        both += [row.id for row in claim.due]
    assert both == [fresh, tried]
