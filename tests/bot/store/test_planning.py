"""Planning: each occurrence once, at its moment, and what replaces reminders that nobody answers."""

import asyncio
from datetime import date, datetime, time, timedelta, timezone
from functools import partial

import pytest
from sqlalchemy import select, update

from bot.store import Store, claiming, people, planning, schedules
from bot.store.outbox import UNANSWERED_ASK, UNANSWERED_END
from bot.store.planning import replacement_kind
from bot.store.schedules import Wish
from bot.store.tables import outbox as outbox_table
from bot.store.tables import schedule as table
from tests.bot.store.annas_schedules import (
    ANNA,
    DAY,
    DUE,
    EVERY_DAY,
    NOW,
    SENT,
    off,
    on,
    plan,
    planned,
    stored_schedule,
)
from tests.support.statements import query_plan, record_statements


async def test_a_due_schedule_is_planned_once_and_moves_to_the_next_day(anna: Store) -> None:
    await on(anna)
    assert await plan(anna, SENT - timedelta(seconds=1)) == 0
    assert await plan(anna, SENT) == 1
    assert await plan(anna, SENT) == 0
    (row,) = await planned(anna)
    schedule = await stored_schedule(anna)
    assert (row.chat_id, row.kind, row.schedule_id, row.version) == (ANNA, "stretch", schedule.id, schedule.version)
    assert (row.local_date, row.slot, row.due_at) == (date(2026, 11, 1), 21 * 60 + 30, SENT)
    assert (row.state, row.silent, row.attempts) == ("pending", True, 0)
    assert schedule.next_at == SENT + DAY


async def test_planning_takes_the_oldest_first_up_to_the_limit(anna: Store) -> None:
    for kind, at in (("water", 9), ("stretch", 11), ("tip", 13)):
        await on(anna, kind, Wish((time(at),), EVERY_DAY, silent=False))
    noon = datetime(2026, 11, 2, 13, tzinfo=timezone.utc)
    assert [await plan(anna, noon, most=2) for _ in range(3)] == [2, 1, 0]
    assert [row.kind for row in await planned(anna)] == ["water", "stretch", "tip"]


async def test_after_days_away_each_day_has_a_missed_row(anna: Store) -> None:
    await on(anna)
    now = SENT + 3 * DAY
    while await plan(anna, now):
        pass
    rows = await planned(anna)
    assert [row.state for row in rows] == ["missed"] * 3 + ["pending"]
    assert {row.reason for row in rows[:3]} == {"late"}
    assert {row.ended_at for row in rows[:3]} == {now}
    assert len({row.local_date for row in rows}) == 4
    assert (await stored_schedule(anna)).next_at == now + DAY


async def test_a_day_with_a_clock_change_has_each_time_once(anna: Store) -> None:
    """In Stockholm 02:30 does not exist on 28 March 2027, and comes twice on 31 October."""
    await anna.write(lambda connection: people.set_quiet_hours(connection, ANNA, (time(12), time(12))))
    await on(anna, wish=Wish((time(2, 30),), EVERY_DAY, silent=False))
    for year_day in (datetime(2027, 3, 26, tzinfo=timezone.utc), datetime(2027, 10, 29, tzinfo=timezone.utc)):
        await anna.write(partial(schedules.reschedule, chat_id=ANNA, now=year_day))
        before = len(await planned(anna))
        for hour in range(24 * 4):
            while await plan(anna, year_day + timedelta(hours=hour)):
                pass
        rows = (await planned(anna))[before:]
        dates = [row.local_date for row in rows]
        assert dates == [year_day.date() + days * DAY for days in range(4)]


async def test_the_same_occurrence_is_never_planned_twice(anna: Store) -> None:
    """A schedule is due a second time, because the clock was wrong or a change moved it back."""
    await on(anna)
    await plan(anna, SENT)
    back = {"next_at": SENT, "next_date": date(2026, 11, 1), "next_slot": 21 * 60 + 30}
    await anna.write(lambda connection: connection.execute(update(table).values(back)))
    assert await plan(anna, SENT) == 1
    assert len(await planned(anna)) == 1
    assert (await stored_schedule(anna)).next_at == SENT + DAY


async def test_two_planners_at_the_same_time_plan_each_occurrence_once(anna: Store) -> None:
    for chat in range(1, 41):
        await anna.write(partial(people.set_zone, chat_id=chat, zone="Europe/Stockholm"))
        await on(anna, chat=chat)
    second = Store(anna.database)
    now = DUE + timedelta(minutes=3)
    await asyncio.gather(*(plan(opened, now, most=5) for _ in range(12) for opened in (anna, second)))
    assert sorted(row.chat_id for row in await planned(anna)) == list(range(1, 41))


async def test_a_move_to_another_zone_gives_no_second_reminder_on_a_date(anna: Store) -> None:
    await on(anna)
    await plan(anna, SENT)
    await anna.write(lambda connection: connection.execute(update(outbox_table).values(state="sent")))
    await anna.write(lambda connection: people.set_zone(connection, ANNA, "America/New_York"))
    await anna.write(lambda connection: schedules.reschedule(connection, ANNA, SENT + timedelta(minutes=5)))
    assert (await stored_schedule(anna)).next_at == datetime(2026, 11, 3, 2, 30, tzinfo=timezone.utc)


async def test_planning_reads_only_active_schedules_that_are_due(sqlite_url: str) -> None:
    async with Store.open(sqlite_url) as store:
        statements = record_statements(store)
        await plan(store, NOW)
        query = next(statement for statement in statements if statement.text.startswith("SELECT schedule"))
        assert "SEARCH schedule USING INDEX ix_schedule_next_at" in await query_plan(store, query)


async def test_a_row_planned_after_turning_off_is_not_claimed(anna: Store) -> None:
    await on(anna)
    await plan(anna, SENT)
    await off(anna, now=SENT)
    assert (await anna.write(lambda connection: claiming.claim(connection, SENT, 1, 10))).rows == []


async def test_each_tip_has_its_number_and_counts_as_seen(anna: Store) -> None:
    await anna.write(lambda connection: people.count_tip(connection, ANNA))
    for kind in ("tip", "water"):
        await on(anna, kind)
    for day in range(3):
        now = SENT + day * DAY
        await anna.write(lambda connection, now=now: planning.plan(connection, now, 9, {"tip"}))  # type: ignore[misc]
    planned_tips = [(row.data, row.state) for row in await planned(anna) if row.kind == "tip"]
    assert planned_tips == [("1", "pending"), ("2", "pending"), ("3", "pending")]
    assert {row.data for row in await planned(anna) if row.kind == "water"} == {None}
    assert (await anna.read(lambda connection: people.get(connection, ANNA))).tips_seen == 4


async def test_a_tip_that_is_missed_or_replaced_by_a_question_does_not_count(anna: Store) -> None:
    await on(anna, "tip")
    late = SENT + timedelta(hours=1)
    await anna.write(lambda connection: planning.plan(connection, late, 9, {"tip"}))
    assert [(row.state, row.data) for row in await planned(anna)] == [("missed", None)]
    for day in range(1, 5):
        await anna.write(lambda connection: connection.execute(_OPEN.values(state="sent")))
        now = SENT + day * DAY
        await anna.write(lambda connection, now=now: planning.plan(connection, now, 9, {"tip"}))  # type: ignore[misc]
    last = (await planned(anna))[-1]
    assert (last.kind, last.data) == (UNANSWERED_ASK, "tip")
    assert (await anna.read(lambda connection: people.get(connection, ANNA))).tips_seen == 3


# Unanswered reminders


@pytest.mark.parametrize(("number", "since", "asked_at", "instead"), [
    (0, None, None, None),
    (2, 3, None, None),
    (3, 2, None, None),
    (3, 3, None, UNANSWERED_ASK),
    (40, 3, None, UNANSWERED_ASK),
    (3, 21, None, UNANSWERED_ASK),
    (5, 5, 2, None),
    (7, 7, 4, UNANSWERED_END),
    (4, 28, 7, UNANSWERED_END),
    (4, 28, 2, None),
])  # fmt: skip
def test_unanswered_reminders_are_replaced_by_a_question_and_then_an_end(
    number: int, since: int | None, asked_at: int | None, instead: str | None
) -> None:
    first, question = (None if days is None else NOW - days * DAY for days in (since, asked_at))
    assert replacement_kind(number, first, question, NOW) == instead


def test_a_day_of_twenty_three_hours_is_a_day() -> None:
    assert replacement_kind(3, NOW - 3 * DAY + timedelta(hours=1), None, NOW) == UNANSWERED_ASK


async def days(store: Store, number: int, first: datetime = SENT, *, end: str = "sent") -> list[str]:
    """Plan on ``number`` days, give all rows but the last day's this end, and return the kinds of all rows."""
    for day in range(number):
        await store.write(lambda connection: connection.execute(_OPEN.values(state=end, reason="x")))
        await plan(store, first + day * DAY)
    return [row.kind for row in await planned(store)]


_OPEN = update(outbox_table).where(outbox_table.c.state == "pending")


async def test_after_three_days_one_question_after_seven_the_end(anna: Store) -> None:
    await on(anna)
    assert await days(anna, 10) == ["stretch"] * 3 + [UNANSWERED_ASK] + ["stretch"] * 3 + [UNANSWERED_END]
    schedule = await stored_schedule(anna)
    assert (schedule.active, schedule.next_at) == (False, None)


@pytest.mark.parametrize("end", ["missed", "dead", "cancelled"])
async def test_reminders_that_never_arrived_do_not_count_as_unanswered(anna: Store, end: str) -> None:
    await on(anna)
    assert await days(anna, 20, end=end) == ["stretch"] * 20
    assert (await stored_schedule(anna)).active


async def test_reminders_that_may_have_arrived_count_as_unanswered(anna: Store) -> None:
    await on(anna)
    assert (await days(anna, 8, end="presumed"))[-1] == UNANSWERED_END


async def test_the_days_are_counted_from_the_first_reminder_that_arrived(anna: Store) -> None:
    await on(anna)
    await days(anna, 3, end="dead")
    await anna.write(lambda connection: connection.execute(_OPEN.values(state="dead", reason="x")))
    assert (await days(anna, 8, SENT + 3 * DAY))[3:] == ["stretch"] * 3 + [UNANSWERED_ASK] + ["stretch"] * 3 + [
        UNANSWERED_END
    ]


async def test_no_end_without_a_question_that_arrived(anna: Store) -> None:
    """The question is repeated, and only then the schedule ends."""
    await on(anna)
    assert (await days(anna, 4))[-1] == UNANSWERED_ASK
    await anna.write(lambda connection: connection.execute(_OPEN.values(state="missed", reason="late")))
    kinds = await days(anna, 7, SENT + 4 * DAY)
    assert kinds[4:] == ["stretch"] * 3 + [UNANSWERED_ASK] + ["stretch"] * 2 + [UNANSWERED_END]
    assert not (await stored_schedule(anna)).active


async def test_the_end_is_sent_although_the_schedule_is_off_and_names_its_kind(anna: Store) -> None:
    await on(anna)
    await days(anna, 8)
    (due,) = (await anna.write(lambda connection: claiming.claim(connection, SENT + 7 * DAY, 1, 10))).rows
    assert (due.kind, due.data) == (UNANSWERED_END, "stretch")


async def test_the_end_is_not_sent_once_the_kind_is_on_again(anna: Store) -> None:
    await on(anna)
    await days(anna, 8)
    await on(anna, now=SENT + 7 * DAY)
    assert (await anna.write(lambda connection: claiming.claim(connection, SENT + 7 * DAY, 1, 10))).rows == []
    assert await days(anna, 2, SENT + 8 * DAY) == ["stretch"] * 3 + [UNANSWERED_ASK] + ["stretch"] * 3 + [
        UNANSWERED_END, "stretch", "stretch",
    ]  # fmt: skip


async def test_a_person_who_answers_is_not_asked(anna: Store) -> None:
    await on(anna)
    for first in (0, 3, 6):
        await days(anna, 3, SENT + first * DAY)
        await anna.write(lambda connection: schedules.reset_unanswered(connection, ANNA, "stretch"))
    assert {row.kind for row in await planned(anna)} == {"stretch"}


async def test_missed_reminders_do_not_count_as_unanswered(anna: Store) -> None:
    await on(anna)
    while await plan(anna, SENT + 5 * DAY):
        pass
    assert [(row.kind, row.state) for row in await planned(anna)][-1] == ("stretch", "pending")
    count = await anna.read(lambda connection: connection.execute(select(table.c.unanswered)).scalar_one())
    assert count == 1


async def test_every_change_of_a_kind_leaves_the_others_unanswered(anna: Store) -> None:
    await on(anna)
    await on(anna, "tip", Wish((time(10),), EVERY_DAY, silent=False))
    await plan(anna, SENT)
    await anna.write(lambda connection: schedules.reset_unanswered(connection, ANNA, "tip"))
    query = select(table.c.kind, table.c.unanswered)
    rows = await anna.read(lambda connection: connection.execute(query.order_by(table.c.kind)).all())
    assert [tuple(row) for row in rows] == [("stretch", 1), ("tip", 0)]
