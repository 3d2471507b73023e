"""The store: writes are durable, none overwrites another, and every error is one line for an operator."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text

from bot import log
from bot.errors import StoreError, UnavailableError
from bot.store import Store, bot_state, inbox
from bot.store.engine import store as store_module
from bot.store.engine.sqlite import SQLite
from bot.store.tables import InboxState
from tests.bot.store.test_inbox import NOW
from tests.support.actions import actions
from tests.support.postgresql import Server, beside
from tests.support.sqlite_file import full_disk, locked, read_only
from tests.support.tcp_proxy import TcpProxy
from tests.support.waiting import PATIENCE_SECONDS, until


def remember(store: Store, key: str, value: str = "x") -> asyncio.Task[None]:
    return asyncio.ensure_future(store.write(lambda connection: bot_state.put(connection, key, value)))


async def recalled(store: Store) -> dict[str, str]:
    return await store.read(bot_state.read_all)


def fail(connection: Connection) -> None:
    bot_state.put(connection, "wrong", "x")
    raise ValueError("a fault of ours")


async def test_a_write_returns_what_its_work_returns(store: Store) -> None:
    assert await store.write(lambda _: 7) == 7
    assert await store.read(lambda _: "seven") == "seven"


async def test_a_read_sees_everything_written_before_it(store: Store) -> None:
    for number in range(5):
        await remember(store, str(number))
        assert len(await recalled(store)) == number + 1


async def test_a_write_survives_a_restart(url: str) -> None:
    async with Store.open(url) as store:
        await remember(store, "a")
    async with Store.open(url) as store:
        assert await recalled(store) == {"a": "x"}


async def test_background_writes_are_stored_before_the_end(url: str) -> None:
    async with Store.open(url) as store:
        await recalled(store)
        begun = [remember(store, str(number)) for number in range(20)]
        await asyncio.wait(begun, timeout=0)
    assert all(task.done() and not task.exception() for task in begun)
    async with Store.open(url) as store:
        assert len(await recalled(store)) == 20


async def test_small_writes_share_a_transaction(store: Store) -> None:
    commits: list[object] = []
    event.listen(store.database.engine, "commit", commits.append)
    await asyncio.gather(*(remember(store, str(number)) for number in range(100)))
    assert len(commits) <= 2
    assert len(await recalled(store)) == 100


async def test_a_write_alone_shares_its_transaction_with_no_other(store: Store) -> None:
    order: list[str] = []
    event.listen(store.database.engine, "commit", lambda _: order.append("commit"))
    await asyncio.gather(
        store.write(lambda _: order.append("person")),
        store.write(lambda _: order.append("updates"), alone=True),
        store.write(lambda _: order.append("person")),
    )
    assert order in (
        ["updates", "commit", "person", "person", "commit"],
        ["person", "person", "commit", "updates", "commit"],
    )


async def test_a_write_alone_that_fails_raises_what_its_work_raises(store: Store) -> None:
    def fail(_: object) -> None:
        raise LookupError("no such thing")

    with pytest.raises(LookupError, match="no such thing"):
        await store.write(fail, alone=True)
    assert not store.write_error
    await store.write(lambda connection: bot_state.put(connection, "after", "x"), alone=True)
    assert await recalled(store) == {"after": "x"}


async def test_interactive_writes_are_committed_before_background_ones(store: Store) -> None:
    order: list[str] = []
    event.listen(store.database.engine, "commit", lambda _: order.append("commit"))
    await asyncio.gather(
        store.write(lambda _: order.append("reminder"), patient=True),
        store.write(lambda _: order.append("claim"), last=True),
        store.write(lambda _: order.append("person")),
    )
    assert order == ["person", "commit", "reminder", "claim", "commit"]


async def test_nothing_is_committed_within_no_commits(store: Store) -> None:
    later: list[asyncio.Task[None]] = []

    async def claim() -> None:
        await store.write(lambda connection: bot_state.put(connection, "claimed", "x"))
        with store.no_commits():
            later.append(remember(store, "later"))
            for _ in range(5):
                await recalled(store)
                assert not later[0].done()

    await asyncio.gather(remember(store, "before"), claim(), remember(store, "with"))
    await later[0]
    assert set(await recalled(store)) == {"before", "claimed", "with", "later"}


async def test_background_writes_do_not_wait_for_ever(store: Store) -> None:
    written: list[str] = []
    writes: list[asyncio.Task[None]] = []

    def and_one_more(_: object) -> None:
        written.append("person")
        if len(written) < 10:
            loop.call_soon_threadsafe(lambda: writes.append(asyncio.create_task(store.write(and_one_more))))

    loop = asyncio.get_running_loop()
    await asyncio.gather(
        store.write(lambda _: written.append("reminder"), patient=True),
        store.write(and_one_more),
    )
    await asyncio.gather(*writes)
    assert written.index("reminder") <= 2


async def test_work_that_fails_undoes_only_itself(store: Store) -> None:
    before = [remember(store, f"before {number}") for number in range(5)]
    failing = asyncio.ensure_future(store.write(fail))
    after = [remember(store, f"after {number}") for number in range(5)]
    with pytest.raises(ValueError, match="a fault of ours"):
        await failing
    await asyncio.gather(*before, *after)
    kept = await recalled(store)
    assert len(kept) == 10
    assert "wrong" not in kept


async def test_a_statement_that_fails_undoes_only_itself(store: Store) -> None:
    failing = asyncio.ensure_future(
        store.write(lambda connection: connection.execute(text("INSERT INTO nowhere VALUES (1)")))
    )
    await asyncio.gather(remember(store, "a"), remember(store, "b"))
    with pytest.raises(StoreError) as caught:
        await failing
    assert type(caught.value) is StoreError, "it would fail again"
    assert set(await recalled(store)) == {"a", "b"}


async def test_a_writer_that_gives_up_harms_nobody(store: Store) -> None:
    first, given_up, last = (remember(store, key) for key in "abc")
    given_up.cancel()
    await asyncio.gather(first, last)
    assert {"a", "c"} <= set(await recalled(store))
    await remember(store, "d")
    assert "d" in await recalled(store)


async def test_works_run_in_their_order(store: Store) -> None:
    await asyncio.gather(*(remember(store, "last", str(number)) for number in range(50)))
    assert await recalled(store) == {"last": "49"}


@pytest.mark.parametrize("way", ["read", "write"])
async def test_an_error_of_the_database_is_one_line_without_the_statement(way: str, store: Store) -> None:
    ask = store.read if way == "read" else store.write
    secret = text("INSERT INTO nowhere VALUES (:note)").bindparams(note="a secret")
    with pytest.raises(StoreError) as caught:
        await ask(lambda connection: connection.execute(secret))
    line = str(caught.value)
    assert "nowhere" in line
    assert "a secret" not in line
    assert "INSERT" not in line
    assert len(line.splitlines()) == 1
    assert caught.value.__cause__ is None


async def test_the_store_works_again_after_an_error(store: Store) -> None:
    with pytest.raises(StoreError):
        await store.read(lambda connection: connection.execute(text("SELECT * FROM nowhere")))
    with pytest.raises(StoreError):
        await store.write(lambda connection: connection.execute(text("SELECT * FROM nowhere")))
    await remember(store, "a")
    assert await recalled(store) == {"a": "x"}


# A database that can be read, but stores nothing


@pytest.fixture(params=["full disk", "read-only disk", "read-only server"])
def storing_nothing(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, AbstractContextManager[None]]:
    """Return the address of a database, and a block in which it refuses every write."""
    if request.param == "read-only server":
        server: Server = request.getfixturevalue("server")
        url = server.new_database()
        return url, server.read_only(url)
    url = f"sqlite:///{tmp_path / 'charley.db'}"
    return url, full_disk() if request.param == "full disk" else read_only()


async def test_f58_f74_a_database_that_stores_nothing_is_known_until_it_stores_again(
    storing_nothing: tuple[str, AbstractContextManager[None]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(log, "QUIET_SECONDS", 0.0)
    url, nothing_is_stored = storing_nothing
    async with Store.open(url) as store:
        with nothing_is_stored:
            for _ in range(2):
                with pytest.raises(UnavailableError) as caught:
                    await store.probe()
                assert store.write_error in str(caught.value)
                assert await recalled(store) == {}
                assert store.write_error, "reading shows nothing about writing"
        assert actions(caplog) == ["database_unavailable"], "one line, however often it fails"
        await store.probe()
        await remember(store, "after")
        assert store.write_error == ""
        assert await recalled(store) == {"after": "x"}
    assert actions(caplog) == ["database_unavailable", "database_unavailable_over"]


async def test_f74_the_probe_repeats_itself_soon_after_a_write_that_failed(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "FAILED_PROBE_SECONDS", 0.0)
    async with Store.open(sqlite_url) as store:
        probing = asyncio.create_task(store.keep_probing())
        with read_only(), pytest.raises(UnavailableError):
            await remember(store, "a")
        await until(lambda: not store.write_error)
        probing.cancel()


async def test_a_statement_that_is_wrong_says_nothing_about_the_database(store: Store) -> None:
    with pytest.raises(StoreError):
        await store.write(lambda connection: connection.execute(text("INSERT INTO nowhere VALUES (1)")))
    assert store.write_error == ""


# SQLite


async def test_no_write_overwrites_one_made_meanwhile(sqlite_url: str) -> None:
    """Two connections read a number and write the next one. No step may be lost, and none may fail."""

    def count(connection: Connection) -> None:
        bot_state.put(connection, "count", str(int(bot_state.read_all(connection).get("count", "0")) + 1))

    async with Store.open(sqlite_url) as store:
        second = Store(SQLite(sqlite_url))
        for _ in range(20):
            await asyncio.gather(*(opened.write(count) for opened in (store, second)))
        await second.database.close()
        assert await recalled(store) == {"count": "40"}


async def test_a_reader_takes_no_lock(sqlite_url: str, tmp_path: Path) -> None:
    def write_beside(connection: Connection) -> int:
        before = len(bot_state.read_all(connection))
        with sqlite3.connect(tmp_path / "charley.db", timeout=0) as beside:
            beside.execute("INSERT INTO memory VALUES ('beside', 'x')")
        beside.close()
        return before

    async with Store.open(sqlite_url) as store:
        assert await store.read(write_beside) == 0
        assert await recalled(store) == {"beside": "x"}


async def test_deleted_rows_are_gone_from_the_bytes(sqlite_url: str, tmp_path: Path) -> None:
    secret = b"what somebody said in pain" * 50
    async with Store.open(sqlite_url) as store:
        await store.write(lambda connection: inbox.add(connection, [(1, secret)], NOW))
        await store.write(lambda connection: inbox.finish(connection, [(1, InboxState.DONE)], NOW))
    left = [file.name for file in tmp_path.iterdir() if b"said in pain" in file.read_bytes()]
    assert left == []


# PostgreSQL, and any server


async def test_a_server_that_goes_away_is_an_error_of_the_store_and_it_is_used_again(server: Server) -> None:
    async with Store.open(server.new_database()) as store:
        await remember(store, "before")
        server.stop()
        try:
            for ask in (store.read, store.write, store.read, store.write):
                with pytest.raises(StoreError):
                    await ask(bot_state.read_all)
        finally:
            server.start()
        await remember(store, "after")
        assert set(await recalled(store)) == {"before", "after"}


async def test_postgresql_takes_any_number_of_processes(server: Server) -> None:
    url = server.new_database()
    async with Store.open(url) as one, Store.open(url) as other:
        await remember(one, "a")
        assert await recalled(other) == {"a": "x"}


# A database that hangs


@pytest.fixture
async def line(server: Server) -> AsyncIterator[TcpProxy]:
    async with TcpProxy(server.port) as line:
        yield line


@pytest.fixture
async def far(server: Server, line: TcpProxy) -> AsyncIterator[Store]:
    """Return a store at the other end of a proxy."""
    url = server.new_database().replace(f":{server.port}/", f":{line.port}/")
    async with Store.open(url) as opened:
        await remember(opened, "before")
        yield opened


async def test_nobody_waits_long_for_a_database_that_hangs(
    far: Store, line: TcpProxy, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(store_module, "TIMEOUT_SECONDS", 0.2)
    monkeypatch.setattr(log, "QUIET_SECONDS", 0.0)
    line.hold()
    for _ in range(2):
        several = [*(remember(far, key) for key in "abc"), recalled(far)]
        async with asyncio.timeout(PATIENCE_SECONDS):
            outcomes = await asyncio.gather(*several, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {UnavailableError}
    line.release()
    monkeypatch.setattr(store_module, "TIMEOUT_SECONDS", PATIENCE_SECONDS)
    await far.probe()
    await remember(far, "after")
    assert {"before", "after"} <= set(await recalled(far))
    logged = [
        record.getMessage().partition(" (")[0] for record in caplog.records if record.name == "bot.store.engine.store"
    ]
    assert logged == ["The database cannot be used", "The database can be used again"]


async def test_a_database_that_hangs_does_not_keep_the_process_from_ending(
    server: Server, line: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "CLOSE_SECONDS", 0.1)
    async with asyncio.timeout(PATIENCE_SECONDS):
        async with Store.open(server.new_database().replace(f":{server.port}/", f":{line.port}/")) as store:
            await remember(store, "before")
            line.hold()
            late = remember(store, "late")
            await asyncio.wait([late], timeout=0)
        late.cancel()


async def test_all_writers_of_a_batch_learn_at_once_that_the_database_is_unavailable(server: Server) -> None:
    connects: list[object] = []
    async with Store.open(server.new_database()) as store:
        await remember(store, "before")
        server.stop()
        try:
            event.listen(store.database.engine, "do_connect", lambda *arguments: connects.append(arguments))
            outcomes = await asyncio.gather(
                *(remember(store, str(number)) for number in range(50)), return_exceptions=True
            )
        finally:
            server.start()
    assert {type(outcome) for outcome in outcomes} == {UnavailableError}
    assert len(connects) <= 4, "and not each by an attempt of its own"


async def test_a_write_gives_up_on_a_lock_that_another_holds(server: Server) -> None:
    async with Store.open(server.new_database()) as store, beside(store).connect() as other:
        await other.execute(text("LOCK TABLE memory"))
        with pytest.raises(UnavailableError, match="lock timeout"):
            await remember(store, "a")
        await other.rollback()
        await remember(store, "b")
        assert set(await recalled(store)) == {"b"}


async def test_a_write_that_was_given_up_before_it_began_is_not_stored(sqlite_url: str, tmp_path: Path) -> None:
    async with Store.open(sqlite_url) as store:
        await remember(store, "before")
        with locked(tmp_path / "charley.db"):
            first = remember(store, "first")
            await asyncio.wait([first], timeout=0)
            given_up = remember(store, "given up")
            await asyncio.wait([given_up], timeout=0)
            given_up.cancel()
        await first
        assert set(await recalled(store)) == {"before", "first"}
