"""Erasure: everything about one person is deleted, and nothing about others."""

import random
import sqlite3
from contextlib import closing
from datetime import time
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from bot.store import (
    Store,
    bot_state,
    claiming,
    cramps,
    deferred,
    diaries,
    erasure,
    erasure_marks,
    evenings,
    inbox,
    outbox,
    people,
    planning,
    runs,
    schedules,
)
from bot.store.engine import postgresql
from bot.store.outbox import Recovered, Transition
from bot.store.people import Person
from bot.store.runs import Run
from bot.store.schedules import Wish
from bot.store.tables import InboxState, OutboxState, Priority, cramp, diary_key, metadata, person, schedule
from bot.store.tables import outbox as outbox_table
from tests.bot.store.annas_schedules import ANNA, BO, DAY, EVERY_DAY, NOW, SENT, on, plan, planned
from tests.support.cramps import BAD, VAULT
from tests.support.postgresql import Server, beside

ASKED = 77
OURS = 1


def live(connection: Connection, chat: int, zone: str = "Europe/Stockholm") -> None:
    """Store something about a person in every table."""
    people.set_zone(connection, chat, zone)
    people.set_awaiting(connection, chat, "date", NOW + DAY)
    schedules.turn_on(connection, chat, "stretch", Wish((time(21, 30),), EVERY_DAY, silent=True), NOW)
    deferred.edit(connection, deferred.Edit("count", (chat, 7, True), NOW, zone))
    evenings.log(connection, chat, NOW.date())
    runs.begin(connection, Run(chat, 8, "stretch", "evening", "en", Priority.NORMAL, began_at=NOW, due_at=NOW))
    diaries.agree(connection, chat, VAULT, NOW, consented_to="1", language="en")
    cramps.add(connection, chat, VAULT, BAD, message_id=1, now=BAD.at)


def ask(connection: Connection, chat: int = ANNA, number: int = ASKED) -> Person:
    """Erase a person as the button does."""
    inbox.add(connection, [(number, b'{"first_name": "Anna"}')], NOW)
    assert inbox.mark_applied(connection, number)
    return erasure.erase(connection, chat, number, NOW)


async def chats(store: Store) -> list[set[int]]:
    """Return the chat ids in each table."""
    queries = [select(table.c.chat_id) for table in erasure.PERSONAL_TABLES]
    return await store.read(lambda connection: [set(connection.scalars(query)) for query in queries])


def test_every_table_that_knows_a_chat_is_erased_from() -> None:
    """The inbox is left out: it deletes an update's text as soon as the update ends."""
    knowing = {table.name for table in metadata.sorted_tables if "chat_id" in table.c} - {"inbox"}
    assert {table.name for table in erasure.PERSONAL_TABLES} == knowing


async def test_everything_about_one_person_is_deleted_and_nothing_about_others(store: Store) -> None:
    for chat in (ANNA, BO):
        await store.write(lambda connection, chat=chat: live(connection, chat))  # type: ignore[misc]
    await plan(store, SENT + DAY)
    before = await planned(store)
    assert await chats(store) == [{ANNA, BO}] * len(erasure.PERSONAL_TABLES)
    assert await store.write(ask) == Person(ANNA)
    assert await chats(store) == [{BO}] * len(erasure.PERSONAL_TABLES)
    assert await planned(store) == [row for row in before if row.chat_id == BO]
    assert (await store.read(lambda connection: people.get(connection, BO))).awaiting == "date"


async def test_of_the_update_that_asked_only_the_id_is_kept(store: Store) -> None:
    await store.write(ask)
    assert await store.write(lambda connection: inbox.add(connection, [(ASKED, b"again")], NOW)) == set()
    raw = select(metadata.tables["inbox"].c.raw)
    assert await store.read(lambda connection: connection.execute(raw).scalar_one()) is None


async def test_an_erasure_that_fails_deletes_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await store.write(lambda connection: live(connection, ANNA))
    monkeypatch.setattr(inbox, "finish", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        await store.write(ask)
    assert await chats(store) == [{ANNA}] * len(erasure.PERSONAL_TABLES)


@pytest.mark.parametrize("handed", [False, True])
@pytest.mark.parametrize("state", [OutboxState.SENT, OutboxState.PENDING, OutboxState.PRESUMED])
async def test_a_message_under_way_is_neither_recorded_nor_repeated(
    anna: Store, state: OutboxState, handed: bool
) -> None:
    await on(anna)
    await plan(anna, SENT)
    (due,) = (await anna.write(lambda connection: claiming.claim(connection, SENT, OURS, 9))).rows
    await anna.write(lambda connection: outbox.hand_over(connection, [due.id] if handed else [], OURS))
    await anna.write(ask)
    await anna.write(
        lambda connection: outbox.record(connection, [Transition(due.id, state, message_id=5)], OURS, SENT)
    )
    assert await anna.write(lambda connection: outbox.recover(connection, SENT, OURS)) == Recovered(
        pending=0, presumed=0
    )
    assert await planned(anna) == []


async def test_after_an_erasure_nothing_is_due(anna: Store) -> None:
    await on(anna)
    await anna.write(ask)
    assert await anna.write(lambda connection: planning.plan(connection, SENT + DAY, 9)) == 0


async def test_a_person_who_blocks_the_bot_afterwards_stays_unknown(anna: Store) -> None:
    await on(anna)
    await anna.write(ask)
    await anna.write(lambda connection: schedules.block(connection, ANNA, NOW))
    await anna.write(lambda connection: people.set_awaiting(connection, ANNA, None))
    assert await anna.read(lambda connection: people.get_known(connection, [ANNA])) == {}


async def test_a_person_who_comes_back_starts_from_the_defaults(anna: Store) -> None:
    await anna.write(lambda connection: people.set_language(connection, ANNA, "sv"))
    await anna.write(ask)
    assert await anna.write(lambda connection: people.count_tip(connection, ANNA)) == Person(ANNA, tips_seen=1)


async def test_erasing_an_unknown_person_erases_nobody(anna: Store) -> None:
    await anna.write(lambda connection: ask(connection, BO))
    assert (await anna.read(lambda connection: people.get(connection, ANNA))).zone


# Bytes in the files


def stored(path: Path) -> bytes:
    """Return the bytes of the database's files."""
    log = Path(f"{path}-wal")
    return path.read_bytes() + (log.read_bytes() if log.exists() else b"")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the file of ``sqlite_url``."""
    return tmp_path / "charley.db"


def crowd() -> dict[int, str]:
    """Return people with unmistakable ids and zones, in random order."""
    source = random.Random(7)
    return {0x5A0000000000 + source.getrandbits(40): f"Etc/Somewhere{number:04d}" for number in range(600)}


def settle(connection: Connection) -> None:
    """Store the whole crowd, each person with a schedule and some reminders."""
    wish = {"kind": "stretch", "times": "1290", "days": "1", "silent": True, "active": True, "version": 1}
    rows = [{"chat_id": chat, "zone": name} for chat, name in crowd().items()]
    connection.execute(insert(person), rows)
    connection.execute(insert(schedule), [{"chat_id": chat, "consented_at": NOW, **wish} for chat in crowd()])
    for days in range(3):
        some = [
            {"chat_id": chat, "kind": "stretch", "due_at": NOW + days * DAY, "data": name}
            for chat, name in crowd().items()
        ]
        connection.execute(insert(outbox_table), some)


async def erased_crowd(store: Store, path: Path) -> tuple[set[int], set[int]]:
    """Store a crowd and erase half of it. Return those who were erased and those who were not."""
    everybody = set(crowd())
    gone = set(random.Random(8).sample(sorted(everybody), len(everybody) // 2))
    await store.write(settle)
    assert recognised(path, everybody) == everybody
    waiting = list(enumerate(gone))
    while waiting:
        some, waiting = waiting[:50], waiting[50:]
        await store.write(lambda connection, some=some: [ask(connection, chat, number) for number, chat in some])  # type: ignore[misc]
    return gone, everybody - gone


def recognised(path: Path, chats: set[int]) -> set[int]:
    """Return those of them whose zone or id is anywhere in the files."""
    data, names = stored(path), crowd()
    return {chat for chat in chats if names[chat].encode() in data or chat.to_bytes(6, "big") in data}


async def test_no_byte_of_the_erased_stays_in_the_files(sqlite_url: str, path: Path) -> None:
    async with Store.open(sqlite_url) as store:
        gone, stayed = await erased_crowd(store, path)
        assert recognised(path, gone), "the write-ahead log still has them"
        assert await store.wipe()
        assert not any(crowd()[chat].encode() in stored(path) for chat in gone)
        assert b"first_name" not in stored(path)
        assert await store.wipe(rewrite=True)
        assert (recognised(path, gone), recognised(path, stayed) == stayed) == (set(), True)
        assert Path(f"{path}-wal").stat().st_size == 0
        assert (
            await store.read(lambda connection: connection.exec_driver_sql("PRAGMA integrity_check").scalar()) == "ok"
        )


async def test_a_reader_only_delays_wiping(sqlite_url: str, path: Path) -> None:
    async with Store.open(sqlite_url) as store:
        await store.write(lambda connection: live(connection, ANNA, "Antarctica/Troll"))
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM person").fetchall()
            await store.write(ask)
            assert not await store.wipe()
            assert b"Antarctica/Troll" in stored(path)
        assert await store.wipe()
        assert b"Antarctica/Troll" not in stored(path)


async def test_a_large_file_is_not_rewritten(sqlite_url: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Store.open(sqlite_url) as store:
        await erased_crowd(store, path)
        assert await store.wipe()
        size = path.stat().st_size
        monkeypatch.setattr(erasure, "MOST_BYTES", size - 1)
        assert not await store.wipe(rewrite=True)
        assert path.stat().st_size == size
        monkeypatch.setattr(erasure, "MOST_BYTES", size)
        assert await store.wipe(rewrite=True)
        assert path.stat().st_size < size


def test_a_file_that_is_not_a_database_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes").write_bytes(b"these are no tables" * 100)
    assert not erasure.wipe(str(tmp_path / "notes"))


async def test_f72_no_byte_of_the_erased_stays_in_the_tables_of_postgresql(server: Server) -> None:
    async with Store.open(server.new_database()) as store:
        await store.write(lambda connection: live(connection, ANNA, "Antarctica/Troll"))
        await store.write(lambda connection: live(connection, BO, "Antarctica/Vostok"))
        secrets = (
            select(diary_key.c.wrapped)
            .where(diary_key.c.chat_id == ANNA)
            .union(select(cramp.c.sealed).where(cramp.c.chat_id == ANNA))
        )
        sealed = [bytes(row) for row in await store.read(lambda connection: connection.scalars(secrets).all())]
        await store.write(lambda connection: inbox.add(connection, [(1, b"my calf, at four")], NOW))
        await store.write(lambda connection: inbox.finish(connection, [(1, InboxState.DONE)], NOW))
        await store.write(ask)
        assert await store.wipe()
        assert server.contains(b"Antarctica/Troll"), "a deleted row is only a free place"
        assert server.contains(b"my calf, at four")
        assert [server.contains(row) for row in sealed] == [True, True]
        assert await store.wipe(rewrite=True)
        assert not server.contains(b"Antarctica/Troll")
        assert not server.contains(b"my calf, at four")
        assert [server.contains(row) for row in sealed] == [False, False]
        assert server.contains(b"Antarctica/Vostok")
        assert (await store.read(lambda connection: people.get(connection, BO))).zone == "Antarctica/Vostok"


async def test_f72_bytes_that_a_long_transaction_keeps_are_removed_after_it(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of pg_dump. PostgreSQL keeps what it may still read, whatever is rewritten."""
    monkeypatch.setattr(postgresql, "OLD_SNAPSHOT_MILLISECONDS", 0)
    async with Store.open(server.new_database()) as store:
        await store.write(lambda connection: live(connection, ANNA, "Antarctica/Davis"))
        async with beside(store).connect() as dumping:
            await dumping.execution_options(isolation_level="REPEATABLE READ")
            await dumping.execute(select(1))
            await store.write(ask)
            assert not await store.wipe(rewrite=True)
        assert server.contains(b"Antarctica/Davis")
        assert await store.wipe(rewrite=True)
        assert not server.contains(b"Antarctica/Davis")


async def test_a_table_that_is_large_or_in_use_is_not_rewritten(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "REWRITE_LOCK_MILLISECONDS", 10)
    async with Store.open(server.new_database()) as store:
        await store.write(lambda connection: live(connection, ANNA, "Antarctica/Troll"))
        async with beside(store).connect() as reader:
            await reader.execute(select(person))
            assert not await store.wipe(rewrite=True)
        monkeypatch.setattr(erasure, "MOST_BYTES", 0)
        assert not await store.wipe(rewrite=True)


async def test_the_memory_keeps_that_somebody_was_erased_and_not_who(anna: Store) -> None:
    await anna.write(ask)
    kept = await anna.read(bot_state.read_all)
    key = kept.pop(erasure_marks.KEY)
    assert kept == {bot_state.ERASED: NOW.isoformat()}
    marks = await anna.read(erasure_marks.load)
    assert list(marks.erased_at.values()) == [NOW]
    assert marks.key == key
    assert not any(str(ANNA) in line for line in marks.lines())
