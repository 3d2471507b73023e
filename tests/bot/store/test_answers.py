"""What an answer changes: the reminder's own row, once, and the reminders after it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.store import Store, answers, claiming, people, planning, schedules, snapshots
from bot.store import outbox as outbox_rows
from bot.store.answers import SentReminder
from bot.store.outbox import Transition
from bot.store.schedules import Wish
from bot.store.tables import OutboxState, outbox, schedule

MORNING = datetime(2026, 11, 2, 8, 0, tzinfo=timezone.utc)
ANNA, BO = 1, 2
STOCKHOLM = "Europe/Stockholm"
WATER = Wish((time(9), time(12), time(15), time(18)), frozenset(range(1, 8)), silent=True)


@pytest.fixture
async def reminded(store: Store) -> Store:
    """Return a store in which Anna has just been reminded of the first glass of the day."""

    def want(connection: Any) -> None:
        people.set_zone(connection, ANNA, STOCKHOLM)
        schedules.turn_on(connection, ANNA, "water", WATER, MORNING - timedelta(hours=1))
        planning.plan(connection, MORNING, 10)

    await store.write(want)
    return store


async def sent_reminder(store: Store, number: int = 1, chat: int = ANNA) -> SentReminder:
    reminder = await store.read(lambda connection: answers.find(connection, chat, number))
    assert reminder is not None
    return reminder


async def rows(store: Store) -> list[dict[str, Any]]:
    query = select(outbox).order_by(outbox.c.due_at)
    return [dict(row) for row in await store.read(lambda connection: connection.execute(query).mappings().all())]


async def next_date(store: Store) -> tuple[date, int]:
    row = await store.read(
        lambda connection: connection.execute(select(schedule.c.next_date, schedule.c.next_slot)).one()
    )
    return row[0], row[1] // 60


async def next_due(store: Store) -> datetime | None:
    """Return when the screen says that the next reminder is due."""
    return await store.read(lambda connection: snapshots.read(connection, ANNA, MORNING).next_due("water"))


async def test_only_the_person_reminded_can_find_a_reminder(reminded: Store) -> None:
    reminder = await sent_reminder(reminded)
    assert (reminder.kind, reminder.chat_id, reminder.local_date, reminder.answer) == (
        "water",
        ANNA,
        date(2026, 11, 2),
        None,
    )
    assert await reminded.read(lambda connection: answers.find(connection, BO, reminder.id)) is None
    assert await reminded.read(lambda connection: answers.find(connection, ANNA, 10**17)) is None


async def test_a_reminder_is_answered_once(reminded: Store) -> None:
    reminder = await sent_reminder(reminded)
    assert await reminded.write(lambda connection: answers.record(connection, reminder, "done"))
    assert not await reminded.write(lambda connection: answers.record(connection, reminder, "skip"))
    assert (await sent_reminder(reminded)).answer == "done"


async def test_a_snooze_is_sent_once_more_and_moves_no_schedule(reminded: Store) -> None:
    reminder, again = await sent_reminder(reminded), MORNING + timedelta(minutes=15)
    before = await next_date(reminded)
    await reminded.write(lambda connection: answers.snooze(connection, reminder, again))
    first, second = await rows(reminded)
    assert (second["due_at"], second["local_date"], second["slot"], second["state"]) == (again, None, None, "pending")
    same = ("chat_id", "kind", "schedule_id", "version", "silent")
    assert [second[name] for name in same] == [first[name] for name in same]
    assert await next_date(reminded) == before


async def claimed(store: Store, now: datetime) -> list[int]:
    """Claim what can be sent now, and return the ids of the rows."""
    claim = await store.write(lambda connection: claiming.claim(connection, now, 1, 10))
    return [row.id for row in claim.rows]


def other_times(connection: Connection) -> None:
    wish = Wish((time(10), time(20)), frozenset({1, 2}), silent=False)
    schedules.change(connection, ANNA, "water", wish, MORNING + timedelta(minutes=3))


def other_zone(connection: Connection) -> None:
    people.set_zone(connection, ANNA, "Asia/Tokyo")
    schedules.reschedule(connection, ANNA, MORNING + timedelta(minutes=3))


def other_rest(connection: Connection) -> None:
    people.set_quiet_hours(connection, ANNA, (time(9), time(18)))
    schedules.reschedule(connection, ANNA, MORNING + timedelta(minutes=3))


def off(connection: Connection) -> None:
    schedules.turn_off(connection, ANNA, MORNING + timedelta(minutes=3))


def off_and_on(connection: Connection) -> None:
    off(connection)
    schedules.turn_on_again(connection, ANNA, ["water"], MORNING + timedelta(minutes=4))


def blocked(connection: Connection) -> None:
    schedules.block(connection, ANNA, MORNING + timedelta(minutes=3))


def paused(connection: Connection) -> None:
    people.pause(connection, ANNA, MORNING + timedelta(days=1))
    schedules.reschedule(connection, ANNA, MORNING + timedelta(minutes=3))


@pytest.mark.parametrize(
    ("change", "comes"),
    [
        (other_times, True),
        (other_zone, True),
        (other_rest, True),
        (off, False),
        (off_and_on, False),
        (blocked, False),
        (paused, False),
    ],
)
async def test_a_snooze_survives_a_change_but_not_turning_off(
    reminded: Store, change: Callable[[Connection], None], *, comes: bool
) -> None:
    reminder, again = await sent_reminder(reminded), MORNING + timedelta(minutes=15)
    await reminded.write(lambda connection: connection.execute(outbox.update().values(state="sent")))
    await reminded.write(lambda connection: answers.snooze(connection, reminder, again))
    await reminded.write(change)
    assert await claimed(reminded, again) == ([reminder.id + 1] if comes else [])


async def test_a_snooze_that_is_retried_survives_a_change(reminded: Store) -> None:
    reminder, again = await sent_reminder(reminded), MORNING + timedelta(minutes=15)
    await reminded.write(lambda connection: connection.execute(outbox.update().values(state="sent")))
    await reminded.write(lambda connection: answers.snooze(connection, reminder, again))
    (number,) = await claimed(reminded, again)
    await reminded.write(other_zone)
    await reminded.write(
        lambda connection: outbox_rows.record(
            connection, [Transition(number, OutboxState.PENDING, not_before=again)], 1, again
        )
    )
    assert await claimed(reminded, again) == [number]


async def test_a_planned_occurrence_does_not_survive_a_change(reminded: Store) -> None:
    await reminded.write(other_zone)
    assert [(row["state"], row["reason"]) for row in await rows(reminded)] == [("cancelled", "changed")]


async def test_a_skipped_day_has_cancelled_rows_and_the_next_day_is_unchanged(reminded: Store) -> None:
    reminder = await sent_reminder(reminded)
    await reminded.write(lambda connection: answers.skip_day(connection, reminder, STOCKHOLM, MORNING))
    ends = [(row["slot"] // 60, row["state"], row["reason"]) for row in await rows(reminded)]
    assert ends == [(9, "cancelled", "skipped"), *((hour, "cancelled", "skipped") for hour in (12, 15, 18))]
    assert await next_date(reminded) == (date(2026, 11, 3), 9)


async def test_a_change_later_that_day_restores_no_skipped_reminder(reminded: Store) -> None:
    reminder = await sent_reminder(reminded)
    await reminded.write(lambda connection: answers.skip_day(connection, reminder, STOCKHOLM, MORNING))
    await reminded.write(lambda connection: schedules.reschedule(connection, ANNA, MORNING))
    assert await next_due(reminded) == MORNING + timedelta(days=1)
    for hours in range(10):
        now = MORNING + timedelta(hours=hours, minutes=5)
        await reminded.write(lambda connection, now=now: planning.plan(connection, now, 10))  # type: ignore[misc]
    assert {row["state"] for row in await rows(reminded)} == {"cancelled"}


async def test_a_time_added_after_skipping_is_not_skipped(reminded: Store) -> None:
    reminder, wish = await sent_reminder(reminded), replace(WATER, times=(*WATER.times, time(16)))
    await reminded.write(lambda connection: answers.skip_day(connection, reminder, STOCKHOLM, MORNING))
    await reminded.write(lambda connection: schedules.change(connection, ANNA, "water", wish, MORNING))
    assert await next_due(reminded) == MORNING + timedelta(hours=7)


async def test_skipping_yesterday_leaves_today_alone(reminded: Store) -> None:
    reminder, tomorrow = await sent_reminder(reminded), MORNING + timedelta(days=1)
    for hours in (3, 6, 9, 24):
        now = MORNING + timedelta(hours=hours, minutes=2)
        await reminded.write(lambda connection, now=now: planning.plan(connection, now, 10))  # type: ignore[misc]
    before = await next_date(reminded)
    await reminded.write(lambda connection: answers.skip_day(connection, reminder, STOCKHOLM, tomorrow))
    assert await next_date(reminded) == before == (date(2026, 11, 3), 12)


async def test_a_snooze_belongs_to_the_day_of_the_reminder_that_was_put_off(reminded: Store) -> None:
    reminder, after_midnight = await sent_reminder(reminded), MORNING + timedelta(hours=16)
    await reminded.write(lambda connection: answers.snooze(connection, reminder, after_midnight))
    snooze = await sent_reminder(reminded, 2)
    assert (snooze.local_date, snooze.snoozed_date) == (None, date(2026, 11, 2))
    assert answers.local_date(snooze, STOCKHOLM) == answers.local_date(reminder, STOCKHOLM) == date(2026, 11, 2)
    await reminded.write(lambda connection: answers.skip_day(connection, snooze, STOCKHOLM, after_midnight))
    assert await next_date(reminded) == (date(2026, 11, 3), 9)


async def test_a_snooze_of_a_reminder_that_is_forgotten_belongs_to_its_own_day(reminded: Store) -> None:
    reminder = await sent_reminder(reminded)
    await reminded.write(lambda connection: answers.snooze(connection, reminder, MORNING + timedelta(hours=16)))
    await reminded.write(lambda connection: connection.execute(outbox.delete().where(outbox.c.id == 1)))
    snooze = await sent_reminder(reminded, 2)
    assert answers.local_date(snooze, STOCKHOLM) == date(2026, 11, 3)


async def test_a_glass_cancels_the_next_one_within_two_hours(reminded: Store) -> None:
    now = MORNING + timedelta(hours=1)
    await reminded.write(lambda connection: answers.record(connection, SentReminder(1, *[None] * 9), "done"))  # type: ignore[arg-type]
    await reminded.write(lambda connection: connection.execute(outbox.update().values(state="sent")))
    due = await reminded.write(lambda connection: answers.cancel_upcoming(connection, ANNA, "water", now))
    assert due == datetime(2026, 11, 2, 11, 0, tzinfo=timezone.utc)
    assert [(row["state"], row["reason"]) for row in await rows(reminded)] == [("sent", None), ("cancelled", "done")]
    assert await next_date(reminded) == (date(2026, 11, 2), 15)


async def test_a_cancelled_glass_stays_cancelled_after_a_change_and_the_next_glass(reminded: Store) -> None:
    now, wish = MORNING + timedelta(hours=1, minutes=15), replace(WATER, times=(*WATER.times, time(11, 30)))
    await reminded.write(lambda connection: connection.execute(outbox.update().values(state="sent")))
    await reminded.write(lambda connection: answers.cancel_upcoming(connection, ANNA, "water", now))
    await reminded.write(
        lambda connection: schedules.change(connection, ANNA, "water", replace(WATER, silent=False), now)
    )
    assert await next_due(reminded) == MORNING + timedelta(hours=6)
    await reminded.write(lambda connection: schedules.change(connection, ANNA, "water", wish, now))
    assert await next_due(reminded) == MORNING + timedelta(hours=2, minutes=30)
    await reminded.write(lambda connection: answers.cancel_upcoming(connection, ANNA, "water", now))
    assert await next_due(reminded) == MORNING + timedelta(hours=6)


async def test_a_glass_cancels_a_planned_reminder_first(reminded: Store) -> None:
    due = await reminded.write(lambda connection: answers.cancel_upcoming(connection, ANNA, "water", MORNING))
    assert due == MORNING
    assert await next_date(reminded) == (date(2026, 11, 2), 12)


HOURLY = replace(WATER, times=tuple(time(hour) for hour in (9, 11, 12, 13)))


@pytest.mark.parametrize("is_planned", [True, False], ids=["planned", "not yet planned"])
async def test_a_glass_after_an_outage_cancels_the_next_that_would_still_come(
    reminded: Store, is_planned: bool
) -> None:
    """The bot was away from 10:50 to 11:20 in Stockholm, so that the glass of 11:00 is missed."""
    now = MORNING + timedelta(hours=2, minutes=20)
    await reminded.write(lambda connection: connection.execute(outbox.update().values(state="sent")))
    await reminded.write(lambda connection: schedules.change(connection, ANNA, "water", HOURLY, MORNING))
    if is_planned:
        planned_at = now - timedelta(minutes=10)
        await reminded.write(lambda connection: planning.plan(connection, planned_at, 10))
    due = await reminded.write(lambda connection: answers.cancel_upcoming(connection, ANNA, "water", now))
    assert due == MORNING + timedelta(hours=3), "12:00"
    await reminded.write(lambda connection: planning.plan(connection, now, 10))
    assert (await reminded.write(lambda connection: claiming.claim(connection, now, 1, 10))).rows == []
    ends = [(row["slot"] // 60, row["state"], row["reason"]) for row in await rows(reminded)]
    assert ends == [(9, "sent", None), (11, "missed", "late"), (12, "cancelled", "done")]
    assert await next_date(reminded) == (date(2026, 11, 2), 13)


@pytest.mark.parametrize(("chat", "kind", "ahead"), [(ANNA, "stretch", 2), (BO, "water", 2), (ANNA, "water", 0.5)])
async def test_a_glass_cancels_nothing_else(reminded: Store, chat: int, kind: str, ahead: float) -> None:
    await reminded.write(lambda connection: connection.execute(outbox.update().values(state="sent")))
    now = MORNING + timedelta(hours=ahead)
    assert await reminded.write(lambda connection: answers.cancel_upcoming(connection, chat, kind, now)) is None
    assert await next_date(reminded) == (date(2026, 11, 2), 12)
