"""The inbox: nothing is lost, nothing takes effect twice, and what was said is forgotten."""

from datetime import datetime, timedelta, timezone

from sqlalchemy import select

from bot.store import Store, inbox, tables
from bot.store.tables import InboxState

NOW = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)
Rows = list[tuple[int, str, bytes | None]]


async def add(store: Store, *numbers: int, raw: bytes = b"{}", at: datetime = NOW) -> set[int]:
    rows = [(number, raw) for number in numbers]
    return await store.write(lambda connection: inbox.add(connection, rows, at))


async def finish(store: Store, *ended: tuple[int, InboxState]) -> None:
    await store.write(lambda connection: inbox.finish(connection, ended, NOW))


async def rows(store: Store) -> Rows:
    columns = tables.inbox.c
    query = select(columns.update_id, columns.state, columns.raw).order_by(columns.update_id)
    return await store.read(lambda connection: [(row[0], row[1], row[2]) for row in connection.execute(query)])


async def test_new_updates_are_still_to_be_handled(store: Store) -> None:
    assert await add(store, 1, 2) == {1, 2}
    assert await rows(store) == [(1, "new", b"{}"), (2, "new", b"{}")]


async def test_an_update_that_comes_again_is_stored_once(store: Store) -> None:
    await add(store, 1, raw=b"first")
    assert await add(store, 1, 2, raw=b"again") == {1, 2}
    assert await rows(store) == [(1, "new", b"first"), (2, "new", b"again")]


async def test_an_update_that_comes_twice_at_once_is_stored_once(store: Store) -> None:
    assert await add(store, 1, 1) == {1}
    assert len(await rows(store)) == 1


async def test_what_has_ended_is_not_handled_again(store: Store) -> None:
    await add(store, 1, 2, 3)
    await finish(store, (1, InboxState.DONE), (2, InboxState.DEAD))
    assert await add(store, 1, 2, 3) == {3}


async def test_what_is_stored_is_known_whatever_has_become_of_it(store: Store) -> None:
    await add(store, 1, 2, 3)
    await finish(store, (2, InboxState.DONE), (3, InboxState.DEAD))
    assert await store.read(lambda connection: inbox.known(connection, {1, 2, 3, 4})) == {1, 2, 3}


async def test_what_took_effect_but_was_not_answered_is_still_to_be_handled(store: Store) -> None:
    await add(store, 1)
    await store.write(lambda connection: inbox.apply(connection, 1))
    assert await add(store, 1) == {1}


async def test_the_effects_of_an_update_are_carried_out_once(store: Store) -> None:
    await add(store, 1)
    assert await store.write(lambda connection: inbox.apply(connection, 1)) is True
    assert await store.write(lambda connection: inbox.apply(connection, 1)) is False
    assert await store.write(lambda connection: inbox.apply(connection, 2)) is False, "one that is not there"


async def test_an_ended_update_takes_no_effect(store: Store) -> None:
    await add(store, 1)
    await finish(store, (1, InboxState.DEAD))
    assert await store.write(lambda connection: inbox.apply(connection, 1)) is False


async def test_what_was_said_is_forgotten_at_the_end(store: Store) -> None:
    await add(store, 1, 2, raw=b"a secret")
    await finish(store, (1, InboxState.DONE), (2, InboxState.DEAD))
    assert await rows(store) == [(1, "done", None), (2, "dead", None)]


async def test_an_update_that_was_never_stored_can_end_too(store: Store) -> None:
    await finish(store, (7, InboxState.DONE))
    assert await rows(store) == [(7, "done", None)]
    assert await add(store, 7) == set()


async def test_what_an_earlier_run_left_comes_in_telegrams_order(store: Store) -> None:
    await add(store, 3, raw=b"3")
    await add(store, 1, 2, 4, raw=b"x")
    await store.write(lambda connection: inbox.apply(connection, 2))
    await finish(store, (1, InboxState.DONE), (4, InboxState.DEAD))
    assert await store.read(inbox.unfinished) == [(2, b"x"), (3, b"3")]


async def test_bytes_of_any_kind_are_kept_as_they_are(store: Store) -> None:
    every = bytes(range(256))
    await add(store, 2**63 - 1, raw=every)
    assert await store.read(inbox.unfinished) == [(2**63 - 1, every)]


async def test_only_what_is_old_and_ended_is_deleted(store: Store) -> None:
    await add(store, 1, 2, 3, at=NOW - timedelta(days=8))
    await add(store, 4, at=NOW)
    await store.write(lambda connection: inbox.apply(connection, 3))
    await finish(store, (1, InboxState.DONE), (4, InboxState.DONE))
    forgotten = await store.write(lambda connection: inbox.forget(connection, NOW - timedelta(days=7)))
    assert forgotten == 1
    assert [number for number, _, _ in await rows(store)] == [2, 3, 4]


async def test_exactly_as_old_is_not_older(store: Store) -> None:
    await add(store, 1, at=NOW)
    await finish(store, (1, InboxState.DONE))
    assert await store.write(lambda connection: inbox.forget(connection, NOW)) == 0
    assert await store.write(lambda connection: inbox.forget(connection, NOW + timedelta(seconds=1))) == 1
