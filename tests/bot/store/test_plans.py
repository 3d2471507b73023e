"""All that a person's reminders hang on, read at once."""

from dataclasses import replace
from datetime import datetime, time, timedelta, timezone

from bot.store import Store, people, plans, schedules
from bot.store.plans import Plan
from bot.store.schedules import Wish

NOW = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)
ANNA = 1
EVERY_DAY = frozenset(range(1, 8))


async def read(store: Store, after: timedelta = timedelta()) -> Plan:
    return await store.read(lambda each: plans.read(each, ANNA, NOW + after))


async def wanted(store: Store, kind: str, *times: time) -> None:
    wish = Wish(times, EVERY_DAY, silent=False)
    await store.write(lambda each: people.live_in(each, ANNA, "Europe/Stockholm"))
    await store.write(lambda each: schedules.turn_on(each, ANNA, kind, wish, NOW))


async def test_who_is_not_known_has_an_empty_plan(store: Store) -> None:
    plan = await read(store)
    assert (plan.person.chat_id, plan.active, plan.first(), plan.paused_until) == (ANNA, [], None, None)
    assert plan.wish("water") is None


async def test_the_next_is_told_to_the_minute_that_was_chosen(store: Store) -> None:
    await wanted(store, "stretch", time(21, 30))
    await wanted(store, "water", time(9), time(12))
    plan = await read(store)
    assert plan.zone == "Europe/Stockholm"
    assert plan.next_due("stretch") == datetime(2026, 11, 1, 20, 30, tzinfo=timezone.utc)
    assert plan.next_due("water") == datetime(2026, 11, 2, 8, 0, tzinfo=timezone.utc)
    assert plan.first() == ("stretch", plan.next_due("stretch"))


async def test_what_is_off_is_remembered_and_does_not_count(store: Store) -> None:
    await wanted(store, "stretch", time(21, 30))
    await wanted(store, "water", time(9))
    await store.write(lambda each: schedules.turn_off(each, ANNA, NOW, ["stretch"]))
    plan = await read(store)
    assert plan.active == ["water"]
    assert plan.next_due("stretch") is None
    assert [each.times for each in plan.others("tip")] == [(time(9),)]
    found = plan.wish("stretch")
    assert found is not None
    assert found.times == (time(21, 30),)


async def test_a_pause_that_is_over_is_none(store: Store) -> None:
    until = NOW + timedelta(days=1)
    await store.write(lambda each: people.pause(each, ANNA, until))
    assert (await read(store)).paused_until == until
    assert (await read(store, timedelta(days=1))).paused_until is None


async def test_without_a_zone_nothing_is_due(store: Store) -> None:
    await wanted(store, "stretch", time(21, 30))
    plan = await read(store)
    assert Plan(replace(plan.person, zone=None), plan.schedules, NOW).first() is None
