"""A snapshot of a person's reminders."""

from dataclasses import replace
from datetime import datetime, time, timedelta, timezone

from bot.store import Store, people, schedules, snapshots
from bot.store.schedules import Wish
from bot.store.snapshots import Snapshot

NOW = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)
ANNA = 1
EVERY_DAY = frozenset(range(1, 8))


async def read(store: Store, after: timedelta = timedelta()) -> Snapshot:
    return await store.read(lambda connection: snapshots.read(connection, ANNA, NOW + after))


async def wanted(store: Store, kind: str, *times: time) -> None:
    wish = Wish(times, EVERY_DAY, silent=False)
    await store.write(lambda connection: people.set_zone(connection, ANNA, "Europe/Stockholm"))
    await store.write(lambda connection: schedules.turn_on(connection, ANNA, kind, wish, NOW))


async def test_an_unknown_person_has_an_empty_snapshot(store: Store) -> None:
    snapshot = await read(store)
    assert (snapshot.person.chat_id, snapshot.active, snapshot.first(), snapshot.paused_until) == (ANNA, [], None, None)
    assert snapshot.wish("water") is None


async def test_the_next_reminder_is_due_at_the_chosen_minute(store: Store) -> None:
    await wanted(store, "stretch", time(21, 30))
    await wanted(store, "water", time(9), time(12))
    snapshot = await read(store)
    assert snapshot.zone == "Europe/Stockholm"
    assert snapshot.next_due("stretch") == datetime(2026, 11, 1, 20, 30, tzinfo=timezone.utc)
    assert snapshot.next_due("water") == datetime(2026, 11, 2, 8, 0, tzinfo=timezone.utc)
    assert snapshot.first() == ("stretch", snapshot.next_due("stretch"))


async def test_a_kind_that_is_off_keeps_its_wish_and_is_not_due(store: Store) -> None:
    await wanted(store, "stretch", time(21, 30))
    await wanted(store, "water", time(9))
    await store.write(lambda connection: schedules.turn_off(connection, ANNA, NOW, ["stretch"]))
    snapshot = await read(store)
    assert snapshot.active == ["water"]
    assert snapshot.next_due("stretch") is None
    assert [other.times for other in snapshot.others("tip")] == [(time(9),)]
    wish = snapshot.wish("stretch")
    assert wish is not None
    assert wish.times == (time(21, 30),)


async def test_a_pause_that_is_over_does_not_count(store: Store) -> None:
    until = NOW + timedelta(days=1)
    await store.write(lambda connection: people.pause(connection, ANNA, until))
    assert (await read(store)).paused_until == until
    assert (await read(store, timedelta(days=1))).paused_until is None


async def test_without_a_zone_nothing_is_due(store: Store) -> None:
    await wanted(store, "stretch", time(21, 30))
    snapshot = await read(store)
    assert Snapshot(replace(snapshot.person, zone=None), snapshot.schedules, NOW).first() is None
