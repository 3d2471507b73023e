"""What people want to be reminded of: when it is next due, that a change counts at once, and that nothing comes twice."""

import asyncio
from datetime import date, datetime, time, timedelta, timezone
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, select, update

from bot.store import Connection, Store, outbox, people, schedules
from bot.store.schedules import Schedule, Wish
from bot.store.schema import outbox as outbox_table
from bot.store.schema import schedule as table
from bot.timetable import spread

NOW = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)
ANNA, BO = 1_000_001, 2**51
DAY = timedelta(days=1)
EVERY_DAY = frozenset(range(1, 8))
EVENING = Wish((time(21, 30),), EVERY_DAY, silent=True)
DUE = datetime(2026, 11, 1, 20, 30, tzinfo=timezone.utc)  # 21:30 in Stockholm
SENT = DUE + spread(ANNA)


@pytest.fixture
async def anna(store: Store) -> Store:
    """The store, in which somebody's zone is known."""
    await store.write(lambda each: people.live_in(each, ANNA, "Europe/Stockholm"))
    return store


async def on(store: Store, kind: str = "stretch", wish: Wish = EVENING, now: datetime = NOW, chat: int = ANNA) -> None:
    await store.write(lambda each: schedules.turn_on(each, chat, kind, wish, now))


async def off(store: Store, *kinds: str, now: datetime = NOW) -> list[str]:
    return await store.write(lambda each: schedules.turn_off(each, ANNA, now, kinds or None))


async def plan(store: Store, now: datetime, most: int = 100) -> int:
    return await store.write(lambda each: schedules.plan(each, now, most))


async def planned(store: Store) -> list[Any]:
    return list(await store.read(lambda each: each.execute(select(outbox_table).order_by(outbox_table.c.id)).all()))


async def the(store: Store, kind: str = "stretch") -> Schedule:
    return (await store.read(lambda each: schedules.of(each, ANNA)))[kind]


# Wishes


async def test_nobody_is_reminded_who_has_not_asked_for_it(anna: Store) -> None:
    assert await anna.read(lambda each: schedules.of(each, ANNA)) == {}
    assert await plan(anna, NOW + DAY) == 0


async def test_a_wish_is_kept_as_it_was_made(anna: Store) -> None:
    wish = Wish((time(0), time(9, 5), time(23, 59)), frozenset({1, 7}), silent=False)
    await on(anna, "water", wish)
    found = await the(anna, "water")
    assert (found.wish, found.active, found.chat_id, found.asked_at) == (wish, True, ANNA, None)


async def test_it_is_sent_at_its_time_and_the_persons_spread(anna: Store) -> None:
    await on(anna)
    assert (await the(anna)).next_at == SENT


async def test_the_moment_of_consent_is_the_last_time_it_was_turned_on(anna: Store) -> None:
    await on(anna)
    await on(anna, now=NOW + DAY)
    found = await anna.read(lambda each: each.execute(select(table.c.consented_at)).scalars().all())
    assert list(found) == [NOW + DAY]


async def test_without_a_zone_nothing_is_due(store: Store) -> None:
    await on(store)
    assert (await the(store)).next_at is None
    assert await plan(store, NOW + DAY) == 0


async def test_a_change_moves_it(anna: Store) -> None:
    await on(anna)
    later = Wish((time(22),), EVERY_DAY, silent=False)
    await anna.write(lambda each: people.rest(each, ANNA, (time(23), time(7))))
    await anna.write(lambda each: schedules.change(each, ANNA, "stretch", later, NOW))
    found = await the(anna)
    assert (found.wish, found.next_at) == (later, SENT + timedelta(minutes=30))


@pytest.mark.parametrize("wish", [Wish((), EVERY_DAY, silent=False), Wish((time(9),), frozenset(), silent=False)])
async def test_who_wants_no_time_or_no_day_gets_nothing(anna: Store, wish: Wish) -> None:
    await on(anna, wish=wish)
    assert (await the(anna)).next_at is None


async def test_quiet_hours_and_a_pause_are_kept(anna: Store) -> None:
    await on(anna)
    await anna.write(lambda each: people.pause(each, ANNA, NOW + 2 * DAY))
    await anna.write(lambda each: schedules.reckon(each, ANNA, NOW))
    assert (await the(anna)).next_at == SENT + 2 * DAY
    await anna.write(lambda each: people.rest(each, ANNA, (time(21), time(7))))
    await anna.write(lambda each: schedules.reckon(each, ANNA, NOW))
    assert (await the(anna)).next_at is None


async def test_only_the_kinds_named_are_turned_off(anna: Store) -> None:
    for kind in ("stretch", "water", "tip"):
        await on(anna, kind)
    assert await off(anna, "water", "unknown") == ["water"]
    assert await off(anna, "water") == []
    assert sorted(await off(anna)) == ["stretch", "tip"]
    assert (await the(anna)).next_at is None
    assert await plan(anna, NOW + DAY) == 0


async def test_turning_off_can_be_taken_back(anna: Store) -> None:
    await on(anna)
    await on(anna, "water")
    await off(anna)
    await anna.write(lambda each: schedules.turn_on_again(each, ANNA, ["stretch"], NOW))
    found = await the(anna)
    assert (found.active, found.wish, found.next_at) == (True, EVENING, SENT)
    assert not (await the(anna, "water")).active


async def test_others_are_left_alone(anna: Store) -> None:
    await anna.write(lambda each: people.live_in(each, BO, "Europe/Stockholm"))
    await on(anna)
    await on(anna, chat=BO)
    await off(anna)
    (bo,) = (await anna.read(lambda each: schedules.of(each, BO))).values()
    assert bo.active
    assert bo.next_at


async def test_who_has_blocked_the_bot_is_due_nothing_until_they_are_back(anna: Store) -> None:
    await on(anna)
    await anna.write(lambda each: schedules.block(each, ANNA, NOW))
    found = await the(anna)
    assert (found.active, found.next_at) == (True, None)
    await anna.write(lambda each: people.block(each, ANNA, blocked=False))
    await anna.write(lambda each: schedules.reckon(each, ANNA, NOW))
    assert (await the(anna)).next_at == SENT


async def test_when_somebody_was_asked_is_kept_until_it_is_turned_on_again(anna: Store) -> None:
    await on(anna)
    await anna.write(lambda each: schedules.keep(each, ANNA, "stretch", NOW))
    assert (await the(anna)).asked_at == NOW
    await on(anna)
    assert (await the(anna)).asked_at is None


async def test_every_change_raises_the_version_and_cancels_what_waits(anna: Store) -> None:
    await on(anna)
    await plan(anna, SENT)
    before = (await the(anna)).version
    await anna.write(lambda each: schedules.change(each, ANNA, "stretch", EVENING, SENT))
    assert (await the(anna)).version == before + 1
    (row,) = await planned(anna)
    assert (row.state, row.reason, row.ended_at) == ("cancelled", "changed", SENT)


async def test_what_was_put_off_comes_after_a_change_but_not_after_a_stop(anna: Store) -> None:
    await on(anna)
    found = await the(anna)
    put_off = {"chat_id": ANNA, "kind": "stretch", "schedule_id": found.id, "version": found.version, "due_at": SENT}
    await anna.write(lambda each: each.execute(outbox_table.insert().values(put_off)))
    await anna.write(lambda each: schedules.change(each, ANNA, "stretch", EVENING, NOW))
    (row,) = await planned(anna)
    assert (row.state, row.version) == ("pending", (await the(anna)).version)
    await off(anna)
    (row,) = await planned(anna)
    assert row.state == "cancelled"


# Planning


async def test_what_is_due_is_planned_once_and_moved_to_its_next_day(anna: Store) -> None:
    await on(anna)
    assert await plan(anna, SENT - timedelta(seconds=1)) == 0
    assert await plan(anna, SENT) == 1
    assert await plan(anna, SENT) == 0
    (row,) = await planned(anna)
    found = await the(anna)
    assert (row.chat_id, row.kind, row.schedule_id, row.version) == (ANNA, "stretch", found.id, found.version)
    assert (row.local_date, row.slot, row.due_at) == (date(2026, 11, 1), 21 * 60 + 30, SENT)
    assert (row.state, row.silent, row.attempts) == ("pending", True, 0)
    assert found.next_at == SENT + DAY


async def test_so_many_at_a_time_the_oldest_first(anna: Store) -> None:
    for kind, at in (("water", 9), ("stretch", 11), ("tip", 13)):
        await on(anna, kind, Wish((time(at),), EVERY_DAY, silent=False))
    noon = datetime(2026, 11, 2, 13, tzinfo=timezone.utc)
    assert [await plan(anna, noon, most=2) for _ in range(3)] == [2, 1, 0]
    assert [each.kind for each in await planned(anna)] == ["water", "stretch", "tip"]


async def test_after_days_away_each_day_is_missed_and_told(anna: Store) -> None:
    await on(anna)
    now = SENT + 3 * DAY
    while await plan(anna, now):
        pass
    rows = await planned(anna)
    assert [each.state for each in rows] == ["missed"] * 3 + ["pending"]
    assert {each.reason for each in rows[:3]} == {"late"}
    assert {each.ended_at for each in rows[:3]} == {now}
    assert len({each.local_date for each in rows}) == 4
    assert (await the(anna)).next_at == now + DAY


async def test_the_day_of_the_clocks_has_each_time_once(anna: Store) -> None:
    """In Stockholm 02:30 does not exist on 28 March 2027, and comes twice on 31 October."""
    await anna.write(lambda each: people.rest(each, ANNA, (time(12), time(12))))
    await on(anna, wish=Wish((time(2, 30),), EVERY_DAY, silent=False))
    for year_day in (datetime(2027, 3, 26, tzinfo=timezone.utc), datetime(2027, 10, 29, tzinfo=timezone.utc)):
        await anna.write(partial(schedules.reckon, chat_id=ANNA, now=year_day))
        before = len(await planned(anna))
        for hour in range(24 * 4):
            while await plan(anna, year_day + timedelta(hours=hour)):
                pass
        rows = (await planned(anna))[before:]
        dates = [each.local_date for each in rows]
        assert dates == [year_day.date() + each * DAY for each in range(4)]


async def test_the_same_occurrence_is_never_planned_twice(anna: Store) -> None:
    """A moment that comes again: the clock was wrong, or a change reckoned backwards."""
    await on(anna)
    await plan(anna, SENT)
    back = {"next_at": SENT, "next_date": date(2026, 11, 1), "next_slot": 21 * 60 + 30}
    await anna.write(lambda each: each.execute(update(table).values(back)))
    assert await plan(anna, SENT) == 1
    assert len(await planned(anna)) == 1
    assert (await the(anna)).next_at == SENT + DAY


async def test_two_that_plan_at_once_plan_each_once(anna: Store) -> None:
    for chat in range(1, 41):
        await anna.write(partial(people.live_in, chat_id=chat, zone="Europe/Stockholm"))
        await on(anna, chat=chat)
    second = Store(anna._engine)
    now = DUE + timedelta(minutes=3)
    await asyncio.gather(*(plan(each, now, most=5) for _ in range(12) for each in (anna, second)))
    assert sorted(each.chat_id for each in await planned(anna)) == list(range(1, 41))


async def test_a_move_to_another_zone_gives_no_second_reminder_on_a_date(anna: Store) -> None:
    await on(anna)
    await plan(anna, SENT)
    await anna.write(lambda each: people.live_in(each, ANNA, "America/New_York"))
    await anna.write(lambda each: schedules.reckon(each, ANNA, SENT + timedelta(minutes=5)))
    assert (await the(anna)).next_at == datetime(2026, 11, 3, 2, 30, tzinfo=timezone.utc) + spread(ANNA)


async def test_planning_looks_at_what_is_on_and_due_only(sqlite_url: str) -> None:
    asked: list[tuple[str, Any]] = []
    async with Store.open(sqlite_url) as store:
        event.listen(
            store._engine.sync_engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3]))
        )
        await plan(store, NOW)
        (query, values) = next(each for each in asked if each[0].startswith("SELECT schedule"))

        def explained(connection: Connection) -> str:
            return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values).all())

        assert "SEARCH schedule USING INDEX ix_schedule_next_at" in await store.read(explained)


async def test_what_is_planned_after_a_stop_is_not_claimed(anna: Store) -> None:
    await on(anna)
    await plan(anna, SENT)
    await off(anna, now=SENT)
    assert (await anna.write(lambda each: outbox.claim(each, SENT, "a" * 32, 10))).due == []
