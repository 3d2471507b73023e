"""The operators' numbers are right on either database."""

from datetime import date, datetime, time, timedelta, timezone
from functools import partial
from typing import Any

import pytest

from bot.store import Connection, Store, diaries, inbox, people, schedules, status
from bot.store.schedules import Wish
from bot.store.status import Backlog, LastDay
from bot.store.tables import InboxState, outbox, schedule
from tests.bot.store.test_diaries import agreed

NOW = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)
EVERY_DAY = frozenset(range(1, 8))


def minutes(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


def put(connection: Connection, *given: dict[str, Any]) -> None:
    """Insert rows into the outbox, due two minutes ago unless they say otherwise."""
    for slot, values in enumerate(given):
        usual = {"chat_id": 7, "kind": "water", "schedule_id": 1, "local_date": date(2026, 11, 1), "slot": slot}
        connection.execute(outbox.insert().values({**usual, "due_at": minutes(-2), "state": "pending", **values}))


async def test_an_empty_database_has_no_backlog(store: Store) -> None:
    assert await store.read(partial(status.backlog, now=NOW)) == Backlog(None, 0)
    assert await store.read(partial(status.last_day, now=NOW)) == LastDay(0, {}, 0, {}, 0, 0)


@pytest.mark.parametrize(
    "other",
    [
        {"due_at": minutes(1)},
        {"due_at": minutes(-9), "state": "sent", "ended_at": minutes(-8)},
        {"due_at": minutes(-9), "state": "claimed", "not_before": minutes(1)},
        {"due_at": minutes(-9), "not_before": minutes(1)},
    ],
    ids=["to come", "ended", "in hand", "put off"],
)
async def test_the_row_that_was_due_first_is_the_oldest(store: Store, other: dict[str, Any]) -> None:
    await store.write(lambda connection: put(connection, other, {}, {"due_at": minutes(-1)}))
    assert (await store.read(partial(status.backlog, now=NOW))).oldest_due == minutes(-2)


async def test_a_postponed_row_waits_once_it_may_be_sent_again(store: Store) -> None:
    await store.write(lambda connection: put(connection, {"not_before": minutes(-1)}))
    assert (await store.read(partial(status.backlog, now=NOW))).oldest_due == minutes(-2)


async def test_a_due_schedule_waits_before_it_is_planned(store: Store) -> None:
    def work(connection: Connection) -> None:
        people.set_zone(connection, 1, "Europe/Stockholm")
        schedules.turn_on(connection, 1, "water", Wish((time(12),), EVERY_DAY, silent=False), NOW)
        put(connection, {})

    await store.write(work)
    assert (await store.read(partial(status.backlog, now=NOW))).oldest_due == minutes(-2)
    for at in (minutes(-3), minutes(1)):
        await store.write(lambda connection, at=at: connection.execute(schedule.update().values(next_at=at)))  # type: ignore[misc]
        expected = min(at, minutes(-2))
        assert (await store.read(partial(status.backlog, now=NOW))).oldest_due == expected


async def test_updates_wait_until_they_are_done_or_dead(store: Store) -> None:
    def work(connection: Connection) -> None:
        inbox.add(connection, [(number, b"{}") for number in range(5)], NOW)
        inbox.finish(connection, [(0, InboxState.DONE), (1, InboxState.DEAD)], NOW)

    await store.write(work)
    assert (await store.read(partial(status.backlog, now=NOW))).inbox_open == 3
    assert (await store.read(partial(status.last_day, now=NOW))).inbox_dead == 1
    assert (await store.read(partial(status.last_day, now=minutes(24 * 60 + 1)))).inbox_dead == 0


async def test_people_are_counted_once_and_kinds_each(store: Store) -> None:
    def work(connection: Connection) -> None:
        for chat, kinds in {1: ["water"], 2: ["water", "tip"], 3: ["tip"]}.items():
            people.set_zone(connection, chat, "Europe/Stockholm")
            for kind in kinds:
                schedules.turn_on(connection, chat, kind, Wish((time(12),), EVERY_DAY, silent=False), NOW)
        schedules.turn_off(connection, 3, NOW)

    await store.write(work)
    day = await store.read(partial(status.last_day, now=NOW))
    assert (day.people, day.kinds, day.due) == (2, {"tip": 1, "water": 2}, 3)


async def test_diaries_are_counted_while_they_are_open(store: Store) -> None:
    for chat in (1, 2):
        await agreed(store, chat)
    await store.write(partial(diaries.withdraw, chat_id=1, now=NOW))
    assert (await store.read(partial(status.last_day, now=NOW))).diaries == 1


async def test_the_last_day_counts_each_end(store: Store) -> None:
    sent = {"state": "sent"}
    await store.write(
        lambda connection: put(
            connection,
            {**sent, "ended_at": minutes(-1)},
            {**sent, "ended_at": minutes(-0.9)},
            {**sent, "due_at": minutes(-1500), "ended_at": minutes(-1441)},
            {"state": "missed", "ended_at": NOW},
            {"state": "dead", "ended_at": NOW},
            {},
        )
    )
    day = await store.read(partial(status.last_day, now=NOW))
    assert day.ends == {"sent": 2, "missed": 1, "dead": 1}
    assert day.late == 1, "a minute is on time"
