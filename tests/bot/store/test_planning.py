"""From wishes to the outbox: each occurrence once, at its moment, and what comes instead when nobody answers."""

import asyncio
from datetime import date, datetime, time, timedelta, timezone
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, select, update

from bot.store import Connection, Store, outbox, people, schedules
from bot.store.outbox import UNANSWERED_ASK, UNANSWERED_END
from bot.store.planning import replacement
from bot.store.schedules import Wish
from bot.store.tables import outbox as outbox_table
from bot.store.tables import schedule as table
from tests.bot.store.wishing import ANNA, DAY, DUE, EVERY_DAY, NOW, SENT, off, on, plan, planned, the


async def test_what_is_due_is_planned_once_and_moved_to_its_next_day(anna: Store) -> None:
    await on(anna)
    assert await plan(anna, SENT - timedelta(seconds=1)) == 0
    assert await plan(anna, SENT) == 1
    assert await plan(anna, SENT) == 0
    (row,) = await planned(anna)
    schedule = await the(anna)
    assert (row.chat_id, row.kind, row.schedule_id, row.version) == (ANNA, "stretch", schedule.id, schedule.version)
    assert (row.local_date, row.slot, row.due_at) == (date(2026, 11, 1), 21 * 60 + 30, SENT)
    assert (row.state, row.silent, row.attempts) == ("pending", True, 0)
    assert schedule.next_at == SENT + DAY


async def test_so_many_at_a_time_the_oldest_first(anna: Store) -> None:
    for kind, at in (("water", 9), ("stretch", 11), ("tip", 13)):
        await on(anna, kind, Wish((time(at),), EVERY_DAY, silent=False))
    noon = datetime(2026, 11, 2, 13, tzinfo=timezone.utc)
    assert [await plan(anna, noon, most=2) for _ in range(3)] == [2, 1, 0]
    assert [row.kind for row in await planned(anna)] == ["water", "stretch", "tip"]


async def test_after_days_away_each_day_is_missed_and_told(anna: Store) -> None:
    await on(anna)
    now = SENT + 3 * DAY
    while await plan(anna, now):
        pass
    rows = await planned(anna)
    assert [row.state for row in rows] == ["missed"] * 3 + ["pending"]
    assert {row.reason for row in rows[:3]} == {"late"}
    assert {row.ended_at for row in rows[:3]} == {now}
    assert len({row.local_date for row in rows}) == 4
    assert (await the(anna)).next_at == now + DAY


async def test_the_day_of_the_clocks_has_each_time_once(anna: Store) -> None:
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
    """A moment that comes again: the clock was wrong, or a change reckoned backwards."""
    await on(anna)
    await plan(anna, SENT)
    back = {"next_at": SENT, "next_date": date(2026, 11, 1), "next_slot": 21 * 60 + 30}
    await anna.write(lambda connection: connection.execute(update(table).values(back)))
    assert await plan(anna, SENT) == 1
    assert len(await planned(anna)) == 1
    assert (await the(anna)).next_at == SENT + DAY


async def test_two_that_plan_at_once_plan_each_once(anna: Store) -> None:
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
    assert (await the(anna)).next_at == datetime(2026, 11, 3, 2, 30, tzinfo=timezone.utc)


async def test_planning_looks_at_what_is_on_and_due_only(sqlite_url: str) -> None:
    statements: list[tuple[str, Any]] = []
    async with Store.open(sqlite_url) as store:
        event.listen(
            store.database.engine, "before_cursor_execute", lambda *given: statements.append((given[2], given[3]))
        )
        await plan(store, NOW)
        (query, values) = next(statement for statement in statements if statement[0].startswith("SELECT schedule"))

        def explained(connection: Connection) -> str:
            return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all())

        assert "SEARCH schedule USING INDEX ix_schedule_next_at" in await store.read(explained)


async def test_what_is_planned_after_a_stop_is_not_claimed(anna: Store) -> None:
    await on(anna)
    await plan(anna, SENT)
    await off(anna, now=SENT)
    assert (await anna.write(lambda connection: outbox.claim(connection, SENT, 1, 10))).due == []


# When nobody answers


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
def test_what_comes_instead(number: int, since: int | None, asked_at: int | None, instead: str | None) -> None:
    first, question = (None if days is None else NOW - days * DAY for days in (since, asked_at))
    assert replacement(number, first, question, NOW) == instead


def test_a_day_of_twenty_three_hours_is_a_day() -> None:
    assert replacement(3, NOW - 3 * DAY + timedelta(hours=1), None, NOW) == UNANSWERED_ASK


async def days(store: Store, number: int, first: datetime = SENT, *, end: str = "sent") -> list[str]:
    """So many days go by, on each of which what is planned has this end, but the last, of which nothing is known."""
    for day in range(number):
        await store.write(lambda connection: connection.execute(_OPEN.values(state=end, reason="x")))
        await plan(store, first + day * DAY)
    return [row.kind for row in await planned(store)]


_OPEN = update(outbox_table).where(outbox_table.c.state == "pending")


async def test_after_three_days_one_question_after_seven_the_end(anna: Store) -> None:
    await on(anna)
    assert await days(anna, 10) == ["stretch"] * 3 + [UNANSWERED_ASK] + ["stretch"] * 3 + [UNANSWERED_END]
    schedule = await the(anna)
    assert (schedule.active, schedule.next_at) == (False, None)


@pytest.mark.parametrize("end", ["missed", "dead", "cancelled"])
async def test_what_never_arrived_asks_for_no_answer(anna: Store, end: str) -> None:
    await on(anna)
    assert await days(anna, 20, end=end) == ["stretch"] * 20
    assert (await the(anna)).active


async def test_what_may_have_arrived_is_counted(anna: Store) -> None:
    await on(anna)
    assert (await days(anna, 8, end="presumed"))[-1] == UNANSWERED_END


async def test_the_days_begin_with_what_arrived_first(anna: Store) -> None:
    await on(anna)
    await days(anna, 3, end="dead")
    await anna.write(lambda connection: connection.execute(_OPEN.values(state="dead", reason="x")))
    assert (await days(anna, 8, SENT + 3 * DAY))[3:] == ["stretch"] * 3 + [UNANSWERED_ASK] + ["stretch"] * 3 + [
        UNANSWERED_END
    ]


async def test_no_end_without_a_question_that_arrived(anna: Store) -> None:
    """It is asked again, and then it is the end."""
    await on(anna)
    assert (await days(anna, 4))[-1] == UNANSWERED_ASK
    await anna.write(lambda connection: connection.execute(_OPEN.values(state="missed", reason="late")))
    kinds = await days(anna, 7, SENT + 4 * DAY)
    assert kinds[4:] == ["stretch"] * 3 + [UNANSWERED_ASK] + ["stretch"] * 2 + [UNANSWERED_END]
    assert not (await the(anna)).active


async def test_the_end_is_told_although_it_is_off_and_what_it_replaced_is_known(anna: Store) -> None:
    await on(anna)
    await days(anna, 8)
    (due,) = (await anna.write(lambda connection: outbox.claim(connection, SENT + 7 * DAY, 1, 10))).due
    assert (due.kind, due.data) == (UNANSWERED_END, "stretch")


async def test_the_end_is_not_told_to_who_has_turned_it_on_again(anna: Store) -> None:
    await on(anna)
    await days(anna, 8)
    await on(anna, now=SENT + 7 * DAY)
    assert (await anna.write(lambda connection: outbox.claim(connection, SENT + 7 * DAY, 1, 10))).due == []
    assert await days(anna, 2, SENT + 8 * DAY) == ["stretch"] * 3 + [UNANSWERED_ASK] + ["stretch"] * 3 + [
        UNANSWERED_END, "stretch", "stretch",
    ]  # fmt: skip


async def test_who_answers_is_not_asked(anna: Store) -> None:
    await on(anna)
    for first in (0, 3, 6):
        await days(anna, 3, SENT + first * DAY)
        await anna.write(lambda connection: schedules.reset_unanswered(connection, ANNA, "stretch"))
    assert {row.kind for row in await planned(anna)} == {"stretch"}


async def test_what_was_missed_asks_for_no_answer(anna: Store) -> None:
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
