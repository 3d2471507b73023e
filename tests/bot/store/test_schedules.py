"""Schedules: when each is next due, and that a change takes effect at once."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update
from sqlalchemy import text as sql

from bot.store import Connection, Store, answers, claiming, outbox, people, schedules
from bot.store.claiming import ClaimedRow
from bot.store.outbox import UNANSWERED_ASK, Transition
from bot.store.schedules import Wish
from bot.store.tables import OutboxState, RowType
from bot.store.tables import outbox as outbox_table
from bot.store.tables import schedule as table
from bot.timetable import LATE, ZONE_CHANGE_GAP
from tests.bot.store.annas_schedules import (
    ANNA,
    BO,
    DAY,
    DUE,
    EVENING,
    EVERY_DAY,
    NOW,
    SENT,
    off,
    on,
    plan,
    planned,
    stored_schedule,
)
from tests.support.postgresql import Server, beside
from tests.support.waiting import PATIENCE_SECONDS

MORNING = Wish((time(8),), EVERY_DAY, silent=True)
LATER = Wish((time(21, 45),), EVERY_DAY, silent=True)
LOUD = Wish(EVENING.times, EVERY_DAY, silent=False)
TODAY, SLOT = date(2026, 11, 1), 21 * 60 + 30
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


async def test_a_person_without_schedules_is_not_reminded(anna: Store) -> None:
    assert await anna.read(lambda connection: schedules.by_kind(connection, ANNA)) == {}
    assert await plan(anna, NOW + DAY) == 0


async def test_a_wish_is_stored_unchanged(anna: Store) -> None:
    wish = Wish((time(0), time(9, 5), time(23, 59)), frozenset({1, 7}), silent=False)
    await on(anna, "water", wish)
    schedule = await stored_schedule(anna, "water")
    assert (schedule.wish, schedule.active, schedule.chat_id) == (wish, True, ANNA)


async def test_a_schedule_is_due_at_its_time(anna: Store) -> None:
    await on(anna)
    assert (await stored_schedule(anna)).next_at == SENT


async def test_the_moment_of_consent_is_the_last_time_it_was_turned_on(anna: Store) -> None:
    await on(anna)
    await on(anna, now=NOW + DAY)
    consented_at = await anna.read(lambda connection: connection.execute(select(table.c.consented_at)).scalars().all())
    assert list(consented_at) == [NOW + DAY]


async def test_hours_before_bed_follow_a_change_of_the_bedtime(anna: Store) -> None:
    def sleep_at(connection: Connection, bedtime: time) -> None:
        people.set_bedtime(connection, ANNA, bedtime)
        schedules.reschedule(connection, ANNA, NOW)

    await on(anna, wish=replace(EVENING, hours_before_bed=2))
    assert (await stored_schedule(anna)).next_at is None
    await anna.write(lambda connection: sleep_at(connection, time(23, 31)))
    assert (await stored_schedule(anna)).next_at == SENT
    assert await plan(anna, SENT) == 1
    await anna.write(lambda connection: sleep_at(connection, time(23, 29)))
    assert [row.state for row in await planned(anna)] == ["cancelled"]
    assert (await stored_schedule(anna)).next_at is None


async def test_without_a_zone_nothing_is_due(store: Store) -> None:
    await on(store)
    assert (await stored_schedule(store)).next_at is None
    assert await plan(store, NOW + DAY) == 0


async def test_a_change_of_times_moves_the_next_occurrence(anna: Store) -> None:
    await on(anna)
    later = Wish((time(22),), EVERY_DAY, silent=False)
    await anna.write(lambda connection: people.set_quiet_hours(connection, ANNA, (time(23), time(7))))
    await anna.write(lambda connection: schedules.change(connection, ANNA, "stretch", later, NOW))
    schedule = await stored_schedule(anna)
    assert (schedule.wish, schedule.next_at) == (later, SENT + timedelta(minutes=30))


@pytest.mark.parametrize("wish", [Wish((), EVERY_DAY, silent=False), Wish((time(9),), frozenset(), silent=False)])
async def test_a_wish_without_times_or_days_is_never_due(anna: Store, wish: Wish) -> None:
    await on(anna, wish=wish)
    assert (await stored_schedule(anna)).next_at is None


async def test_quiet_hours_and_a_pause_are_kept(anna: Store) -> None:
    await on(anna)
    await anna.write(lambda connection: people.pause(connection, ANNA, NOW + 2 * DAY))
    await anna.write(lambda connection: schedules.reschedule(connection, ANNA, NOW))
    assert (await stored_schedule(anna)).next_at == SENT + 2 * DAY
    await anna.write(lambda connection: people.set_quiet_hours(connection, ANNA, (time(21), time(7))))
    await anna.write(lambda connection: schedules.reschedule(connection, ANNA, NOW))
    assert (await stored_schedule(anna)).next_at is None


async def test_only_the_kinds_named_are_turned_off(anna: Store) -> None:
    for kind in ("stretch", "water", "tip"):
        await on(anna, kind)
    assert await off(anna, "water", "unknown") == ["water"]
    assert await off(anna, "water") == []
    assert sorted(await off(anna)) == ["stretch", "tip"]
    assert (await stored_schedule(anna)).next_at is None
    assert await plan(anna, NOW + DAY) == 0


async def test_turning_off_can_be_undone(anna: Store) -> None:
    await on(anna)
    await on(anna, "water")
    await off(anna)
    await anna.write(lambda connection: schedules.turn_on_again(connection, ANNA, ["stretch"], NOW))
    schedule = await stored_schedule(anna)
    assert (schedule.active, schedule.wish, schedule.next_at) == (True, EVENING, SENT)
    assert not (await stored_schedule(anna, "water")).active


async def test_others_are_left_alone(anna: Store) -> None:
    await anna.write(lambda connection: people.set_zone(connection, BO, "Europe/Stockholm"))
    await on(anna)
    await on(anna, chat=BO)
    await off(anna)
    (bo,) = (await anna.read(lambda connection: schedules.by_kind(connection, BO))).values()
    assert bo.active
    assert bo.next_at


async def test_nothing_is_due_while_the_bot_is_blocked(anna: Store) -> None:
    await on(anna)
    await anna.write(lambda connection: schedules.block(connection, ANNA, NOW))
    schedule = await stored_schedule(anna)
    assert (schedule.active, schedule.next_at) == (True, None)
    await anna.write(lambda connection: people.set_blocked(connection, ANNA, blocked=False))
    await anna.write(lambda connection: schedules.reschedule(connection, ANNA, NOW))
    assert (await stored_schedule(anna)).next_at == SENT


async def test_the_name_of_the_consent_text_is_kept_until_there_is_another(anna: Store) -> None:
    for text, kept in (("en 1", "en 1"), (None, "en 1"), ("en 2", "en 2")):
        await anna.write(
            partial(schedules.turn_on, chat_id=ANNA, kind="water", wish=EVENING, now=NOW, consented_to=text)
        )
        assert await anna.read(lambda connection: connection.scalar(select(table.c.consented_to))) == kept


async def test_every_change_raises_the_version_and_cancels_planned_rows(anna: Store) -> None:
    await on(anna)
    await plan(anna, SENT)
    before = (await stored_schedule(anna)).version
    await anna.write(lambda connection: schedules.change(connection, ANNA, "stretch", MORNING, SENT))
    assert (await stored_schedule(anna)).version == before + 1
    (row,) = await planned(anna)
    assert (row.state, row.reason, row.ended_at) == ("cancelled", "changed", SENT)


async def test_a_snooze_is_sent_after_a_change_but_not_after_turning_off(anna: Store) -> None:
    await on(anna)
    schedule = await stored_schedule(anna)
    put_off = {
        "type": RowType.SNOOZE,
        "chat_id": ANNA,
        "kind": "stretch",
        "schedule_id": schedule.id,
        "version": schedule.version,
        "due_at": SENT,
    }
    await anna.write(lambda connection: connection.execute(outbox_table.insert().values(put_off)))
    await anna.write(lambda connection: schedules.change(connection, ANNA, "stretch", EVENING, NOW))
    (row,) = await planned(anna)
    assert (row.state, row.version) == ("pending", (await stored_schedule(anna)).version)
    await off(anna)
    (row,) = await planned(anna)
    assert row.state == "cancelled"


async def test_unblocking_makes_all_active_schedules_due_again(anna: Store) -> None:
    for kind in ("water", "stretch"):
        await on(anna, kind)
    await anna.write(lambda connection: schedules.block(connection, ANNA, NOW))
    assert (await stored_schedule(anna, "water")).next_at is None
    await anna.write(lambda connection: schedules.unblock(connection, ANNA, NOW))
    assert [(await stored_schedule(anna, kind)).next_at for kind in ("water", "stretch")] == [SENT, SENT]


async def test_applying_zone_rules_undoes_no_change_made_meanwhile(server: Server) -> None:
    async with Store.open(server.new_database()) as store, asyncio.timeout(PATIENCE_SECONDS):
        await store.write(lambda connection: people.set_zone(connection, ANNA, "Europe/Stockholm"))
        await on(store)
        tomorrow = SENT + DAY
        by_old_rules = update(table).values(next_at=SENT + timedelta(hours=1))
        await store.write(lambda connection: connection.execute(by_old_rules))
        async with beside(store).begin() as another:
            await another.execute(update(table).values(next_at=tomorrow, next_date=tomorrow.date()))
            retiming = asyncio.create_task(store.write_alone(partial(schedules.apply_zone_rules, after=0, limit=10)))
            waiting = sql("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            while not await store.read(lambda connection: connection.execute(waiting).all()):
                pass
        await retiming
        assert (await stored_schedule(store)).next_at == tomorrow


async def test_a_change_between_two_times_drops_neither(anna: Store) -> None:
    """Only after a change of zones must some time lie between two reminders."""
    hourly = Wish((time(21, 30), time(22, 30), time(23, 29)), EVERY_DAY, silent=True)
    await anna.write(lambda connection: people.set_quiet_hours(connection, ANNA, (time(2), time(7))))
    await on(anna, wish=hourly)
    await plan(anna, SENT)
    await anna.write(lambda connection: connection.execute(outbox_table.update().values(state="sent")))
    await anna.write(lambda connection: schedules.change(connection, ANNA, "stretch", hourly, SENT))
    assert (await stored_schedule(anna)).next_at == SENT + timedelta(hours=1)
    await anna.write(lambda connection: schedules.reschedule(connection, ANNA, SENT, min_gap=ZONE_CHANGE_GAP))
    assert (await stored_schedule(anna)).next_at == SENT + DAY


# A change between the moment that something is due and its sending


async def change(store: Store, wish: Wish, now: datetime) -> None:
    await store.write(lambda connection: schedules.change(connection, ANNA, "stretch", wish, now))


async def move(store: Store, zone: str, now: datetime) -> None:
    await store.write(lambda connection: people.set_zone(connection, ANNA, zone))
    await store.write(lambda connection: schedules.reschedule(connection, ANNA, now, min_gap=ZONE_CHANGE_GAP))


async def claimed(store: Store, now: datetime) -> list[ClaimedRow]:
    return (await store.write(lambda connection: claiming.claim(connection, now, 1, 10))).rows


async def sent(store: Store, now: datetime) -> list[tuple[date, int, bool]]:
    """Plan and send what is due by ``now``. Return its local date, its slot and whether it is silent."""
    while await plan(store, now):
        pass
    due = await claimed(store, now)
    ended = [Transition(row.id, OutboxState.SENT) for row in due]
    await store.write(lambda connection: outbox.record(connection, ended, 1, now))
    rows = {row.id: row for row in await planned(store)}
    return [(rows[row.id].local_date, rows[row.id].slot, row.silent) for row in due]


@pytest.mark.parametrize("is_planned", [True, False])
@pytest.mark.parametrize("late", [-SECOND, SECOND, LATE - SECOND])
async def test_a_due_reminder_comes_once_with_the_new_sound(anna: Store, late: timedelta, *, is_planned: bool) -> None:
    """The change comes just before the reminder is due, in a backlog, or right after the bot was down."""
    await on(anna)
    if is_planned:
        await plan(anna, SENT)
    await change(anna, LOUD, SENT + late)
    await change(anna, LOUD, SENT + late)
    assert await sent(anna, SENT + LATE) == [(TODAY, SLOT, False)]
    assert [await sent(anna, SENT + LATE + hour * HOUR) for hour in range(12)] == [[]] * 12


async def test_a_claimed_reminder_that_is_retried_is_sent_after_a_change(anna: Store) -> None:
    await on(anna)
    await plan(anna, SENT)
    (due,) = await claimed(anna, SENT)
    await change(anna, LOUD, SENT)
    again = Transition(due.id, OutboxState.PENDING, counts_as_attempt=False)
    await anna.write(lambda connection: outbox.record(connection, [again], 1, SENT))
    assert await sent(anna, SENT + SECOND) == [(TODAY, SLOT, False)]


async def test_a_later_time_on_the_same_day_replaces_the_planned_one(anna: Store) -> None:
    await on(anna)
    await plan(anna, SENT)
    await change(anna, LATER, SENT)
    assert await sent(anna, SENT + LATE) == [(TODAY, SLOT + 15, True)]


async def test_after_a_move_west_the_reminder_comes_once_at_the_local_time_there(anna: Store) -> None:
    await on(anna)
    await plan(anna, SENT)
    await move(anna, "America/New_York", SENT + SECOND)
    assert await sent(anna, SENT + 6 * HOUR - SECOND) == []
    assert await sent(anna, SENT + 6 * HOUR) == [(TODAY, SLOT, True)]
    assert await sent(anna, SENT + 6 * HOUR + LATE) == []
    assert len(await planned(anna)) == 1


async def test_after_a_move_a_claimed_reminder_comes_once(anna: Store) -> None:
    await on(anna)
    await plan(anna, SENT)
    assert len(await claimed(anna, SENT)) == 1
    await move(anna, "America/New_York", SENT + SECOND)
    assert (await stored_schedule(anna)).next_at == SENT + DAY + 6 * HOUR


async def test_a_reminder_that_was_tried_does_not_come_again_after_a_move(anna: Store) -> None:
    """The reminder may have arrived."""
    await on(anna)
    await plan(anna, SENT)
    (due,) = await claimed(anna, SENT)
    await anna.write(lambda connection: outbox.record(connection, [Transition(due.id, OutboxState.PENDING)], 1, SENT))
    await move(anna, "America/New_York", SENT + SECOND)
    assert await sent(anna, SENT + 6 * HOUR) == []
    assert (await stored_schedule(anna)).next_at == SENT + DAY + 6 * HOUR


async def test_a_reminder_delayed_by_telegram_is_sent_at_its_new_time_after_a_move(anna: Store) -> None:
    await on(anna)
    await plan(anna, SENT)
    (due,) = await claimed(anna, SENT)
    long_after = Transition(due.id, OutboxState.PENDING, not_before=SENT + DAY, counts_as_attempt=False)
    await anna.write(lambda connection: outbox.record(connection, [long_after], 1, SENT))
    await move(anna, "America/New_York", SENT + SECOND)
    assert await sent(anna, SENT + 6 * HOUR) == [(TODAY, SLOT, True)]


async def test_a_moved_reminder_that_is_cancelled_ahead_does_not_come(anna: Store) -> None:
    await on(anna)
    await plan(anna, SENT)
    await move(anna, "America/New_York", SENT + SECOND)
    done = SENT + 5 * HOUR
    assert (
        await anna.write(lambda connection: answers.cancel_upcoming(connection, ANNA, "stretch", done))
        == DUE + 6 * HOUR
    )
    await change(anna, LOUD, done)
    assert await sent(anna, SENT + 6 * HOUR) == []
    assert [row.reason for row in await planned(anna)] == ["done"]


def stop(connection: Connection) -> None:
    schedules.turn_off(connection, ANNA, SENT)


def pause(connection: Connection) -> None:
    people.pause(connection, ANNA, SENT + DAY)
    schedules.reschedule(connection, ANNA, SENT)


def rest_now(connection: Connection) -> None:
    people.set_quiet_hours(connection, ANNA, (time(21, 30), time(7)))
    schedules.reschedule(connection, ANNA, SENT)


@pytest.mark.parametrize("is_planned", [True, False])
@pytest.mark.parametrize("end", [stop, pause, rest_now, partial(schedules.block, chat_id=ANNA, now=SENT)])
async def test_a_reminder_that_is_no_longer_wanted_does_not_come(
    anna: Store, end: Callable[[Connection], None], *, is_planned: bool
) -> None:
    await on(anna)
    if is_planned:
        await plan(anna, SENT)
    await anna.write(end)
    assert await sent(anna, SENT + LATE) == []


async def test_a_sent_reminder_does_not_come_again_after_any_change(anna: Store) -> None:
    await on(anna)
    assert await sent(anna, SENT) == [(TODAY, SLOT, True)]
    await change(anna, LOUD, SENT)
    await off(anna, now=SENT)
    await on(anna, now=SENT)
    await move(anna, "America/New_York", SENT + SECOND)
    assert [await sent(anna, SENT + hour * HOUR) for hour in range(18)] == [[]] * 18


async def test_a_reminder_that_was_due_long_ago_does_not_come(anna: Store) -> None:
    await on(anna)
    await change(anna, LOUD, SENT + LATE + SECOND)
    assert (await stored_schedule(anna)).next_at == SENT + DAY


async def test_a_cancelled_question_is_asked_later(anna: Store) -> None:
    """Otherwise the schedule would end without a question."""
    await on(anna)
    for day in range(3):
        await sent(anna, SENT + day * DAY)
    await plan(anna, SENT + 3 * DAY)
    await change(anna, LATER, SENT + 3 * DAY)
    for day in range(3, 7):
        await sent(anna, SENT + LATE + day * DAY)
    assert [row.kind for row in await planned(anna)][3:] == [UNANSWERED_ASK, *["stretch"] * 3, UNANSWERED_ASK]


async def test_a_carried_over_question_is_asked(anna: Store) -> None:
    await on(anna)
    for day in range(3):
        await sent(anna, SENT + day * DAY)
    await plan(anna, SENT + 3 * DAY)
    await change(anna, LOUD, SENT + 3 * DAY)
    assert [row.kind for row in await claimed(anna, SENT + 3 * DAY)] == [UNANSWERED_ASK]
