"""The entries of a diary: stored sealed, changed, deleted, and only while the consent stands."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from functools import partial
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from sqlalchemy import select

from bot.parsing import lenient_json
from bot.store import Store, cramps, diaries, tables
from bot.store.cramps import Cramp, Muscle, Side, from_dict
from bot.store.vault import SealError, Vault, new_key
from tests.bot.store.annas_schedules import ANNA, BO, NOW
from tests.bot.store.test_diaries import agreed
from tests.support.cramps import BAD, HOSTILE_NOTES, NIGHT, VAULT
from tests.support.cramps import cramps as any_cramp

MESSAGES = count(1)
add_later = partial(cramps.add, vault=VAULT, now=NIGHT + timedelta(days=60))


async def added(store: Store, cramp: Cramp, chat: int = ANNA) -> Cramp:
    stored = await store.write(partial(add_later, chat_id=chat, cramp=cramp, message_id=next(MESSAGES)))
    assert stored
    return stored


async def entries(store: Store, chat: int = ANNA) -> list[Cramp]:
    sealed = await store.read(partial(cramps.read, chat_id=chat))
    return sealed.open(VAULT) if sealed else []


@given(any_cramp())
def test_a_cramp_survives_being_written_as_json(cramp: Cramp) -> None:
    assert from_dict(lenient_json.loads(lenient_json.dumps(cramp.as_dict()))) == cramp


async def test_pages_of_entries_are_those_of_the_whole_diary_backwards(store: Store) -> None:
    await agreed(store)
    for number in range(9):
        cramp = Cramp(NIGHT - timedelta(days=17 * number))
        await store.write(partial(add_later, chat_id=ANNA, cramp=cramp, message_id=next(MESSAGES)))
    latest_first = (await entries(store))[::-1]
    assert await store.read(partial(cramps.count, chat_id=ANNA)) == len(latest_first)
    for size in (1, 2, 4, 20):
        for first in range(11):
            sealed = await store.read(partial(cramps.read_page, chat_id=ANNA, first=first, number=size))
            assert sealed
            assert sealed.open(VAULT) == latest_first[first : first + size]
            assert len(sealed.sealed.rows) <= size + 2, "entries of other months are not opened"
    assert await store.read(partial(cramps.read_page, chat_id=BO, first=0, number=5)) is None


@pytest.mark.parametrize("values", [{"pain": 11}, {"pain": -1}, {"note": "x" * (cramps.LONGEST_NOTE + 1)}])
def test_what_no_cramp_can_be_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="pain|note"):
        replace(BAD, **values)


async def test_no_entry_is_older_than_anybody_keeps_them(store: Store) -> None:
    await agreed(store)
    now, ancient = NIGHT, NIGHT - cramps.OLDEST - timedelta(minutes=1)
    work = partial(cramps.add, chat_id=ANNA, vault=VAULT, cramp=Cramp(ancient), message_id=next(MESSAGES), now=now)
    assert await store.write(work) is None
    stored = await added(store, BAD)
    move = partial(cramps.change, chat_id=ANNA, vault=VAULT, number=stored.number, now=now, at=ancient)
    assert await store.write(move) is None
    assert await entries(store) == [BAD]


def test_seconds_are_not_kept() -> None:
    assert Cramp(datetime(2026, 11, 1, 3, 12, 40, 9, timezone.utc)).at == datetime(
        2026, 11, 1, 3, 12, tzinfo=timezone.utc
    )


async def test_entries_are_read_in_the_order_of_their_time(store: Store) -> None:
    await agreed(store)
    later = Cramp(NIGHT + timedelta(days=1))
    for cramp in (later, BAD):
        await added(store, cramp)
    assert await entries(store) == [BAD, later]


async def test_the_entries_of_earlier_months_can_be_left_out(store: Store) -> None:
    await agreed(store, ANNA)
    stored = [await added(store, replace(BAD, at=NIGHT + timedelta(days=days))) for days in (-32, -1, 0)]
    # Late on the last day of October, in UTC, it is November already where the sun rises earlier.
    for since, kept in ((date(2026, 11, 1), stored[1:]), (date(2026, 11, 2), stored[2:])):
        sealed = await store.read(partial(cramps.read, chat_id=ANNA, since=since))
        assert sealed
        assert sealed.open(VAULT) == kept


async def test_what_is_stored_shows_nothing(store: Store) -> None:
    await agreed(store)
    await added(store, BAD)
    query = select(tables.cramp.c.sealed)
    sealed = bytes(await store.read(lambda connection: connection.execute(query).scalar_one()))
    for word in (b"calf", b"left", b"long walk", b"2026", b"note"):
        assert word not in sealed


async def test_hostile_notes_are_kept_as_they_are(store: Store) -> None:
    await agreed(store)
    for minute, note in enumerate(HOSTILE_NOTES):
        await added(store, Cramp(NIGHT + timedelta(minutes=minute), note=note))
    assert [cramp.note for cramp in await entries(store)] == [*HOSTILE_NOTES]


async def test_without_consent_nothing_is_written(store: Store) -> None:
    add = partial(add_later, chat_id=ANNA, cramp=BAD, message_id=1_000_000)
    assert await store.write(add) is None
    await agreed(store)
    number = (await added(store, BAD)).number
    await store.write(partial(diaries.withdraw, chat_id=ANNA, now=NOW))
    assert await store.write(add) is None
    change = partial(cramps.change, chat_id=ANNA, vault=VAULT, number=number, now=NIGHT, pain=9)
    assert await store.write(change) is None
    assert await entries(store) == [BAD]


async def test_a_message_makes_one_entry(store: Store) -> None:
    for chat in (ANNA, BO):
        await agreed(store, chat)
    first = await store.write(partial(add_later, chat_id=ANNA, cramp=BAD, message_id=7))
    again = await store.write(partial(add_later, chat_id=ANNA, cramp=replace(BAD, pain=1), message_id=7))
    assert first
    assert again
    assert (again, again.number) == (BAD, first.number)
    of_message = partial(cramps.of_message, vault=VAULT, message_id=7)
    assert await store.read(partial(of_message, chat_id=ANNA)) == BAD
    assert await store.read(partial(of_message, chat_id=BO)) is None


async def test_no_entry_is_in_the_future(store: Store) -> None:
    await agreed(store)
    next_minute = BAD.at + timedelta(minutes=1)
    add = partial(cramps.add, chat_id=ANNA, vault=VAULT, message_id=1, now=BAD.at)
    assert await store.write(partial(add, cramp=replace(BAD, at=next_minute))) is None
    stored = await store.write(partial(add, cramp=BAD))
    assert stored
    change = partial(cramps.change, chat_id=ANNA, vault=VAULT, number=stored.number, now=BAD.at)
    assert await store.write(partial(change, at=next_minute)) is None
    assert await entries(store) == [BAD]


async def test_an_entry_can_be_changed_and_deleted(store: Store) -> None:
    await agreed(store)
    number = (await added(store, BAD)).number
    change = partial(cramps.change, chat_id=ANNA, vault=VAULT, number=number, now=NIGHT)
    assert await store.write(partial(change, side=Side.BOTH, muscle=Muscle.FOOT)) == replace(
        BAD, side=Side.BOTH, muscle=Muscle.FOOT
    )
    assert [cramp.number for cramp in await entries(store)] == [number]
    await store.write(partial(cramps.remove, chat_id=ANNA, number=number))
    assert await entries(store) == []
    assert await store.write(partial(change, pain=1)) is None
    assert await store.read(partial(cramps.get, chat_id=ANNA, vault=VAULT, number=number)) is None


async def test_nobody_changes_somebody_elses_entry(store: Store) -> None:
    for chat in (ANNA, BO):
        await agreed(store, chat)
    number = (await added(store, BAD)).number
    assert await store.write(partial(cramps.change, chat_id=BO, vault=VAULT, number=number, now=NIGHT, pain=1)) is None
    await store.write(partial(cramps.remove, chat_id=BO, number=number))
    assert await entries(store) == [BAD]


async def test_with_another_master_key_nothing_can_be_read(store: Store) -> None:
    await agreed(store)
    await added(store, BAD)
    sealed = await store.read(partial(cramps.read, chat_id=ANNA))
    assert sealed
    with pytest.raises(SealError):
        sealed.open(Vault((new_key(),)))


async def test_a_diary_has_an_end(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cramps, "MOST_CRAMPS", 2)
    await agreed(store)
    for _ in range(2):
        await added(store, BAD)
    assert await store.write(partial(add_later, chat_id=ANNA, cramp=BAD, message_id=1_000_000)) is None


async def test_each_person_decides_how_long_entries_are_kept(store: Store) -> None:
    for chat in (ANNA, BO):
        await agreed(store, chat)
        for months in (0, 5, 7, 23, 25):
            cramp = Cramp(NIGHT - timedelta(days=months * 30.5))
            add_then = partial(add_later, chat_id=chat, cramp=cramp, message_id=next(MESSAGES), now=cramp.at)
            assert await store.write(add_then)
    await store.write(partial(diaries.set_keep_months, chat_id=BO, months=6))
    assert await store.write(partial(cramps.delete_old, now=NIGHT)) == 4
    assert (len(await entries(store)), len(await entries(store, BO))) == (4, 2)


async def test_without_diaries_there_is_nothing_old(store: Store) -> None:
    assert await store.write(partial(cramps.delete_old, now=NIGHT)) == 0
