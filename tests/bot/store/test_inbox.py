"""The inbox: no update is lost or takes effect twice, and its text is deleted at its end."""

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


async def test_new_updates_are_unfinished(store: Store) -> None:
    assert await add(store, 1, 2) == {1, 2}
    assert await rows(store) == [(1, "new", b"{}"), (2, "new", b"{}")]


async def test_an_update_that_comes_again_is_stored_once(store: Store) -> None:
    await add(store, 1, raw=b"first")
    assert await add(store, 1, 2, raw=b"again") == {1, 2}
    assert await rows(store) == [(1, "new", b"first"), (2, "new", b"again")]


async def test_an_update_that_comes_twice_at_once_is_stored_once(store: Store) -> None:
    assert await add(store, 1, 1) == {1}
    assert len(await rows(store)) == 1


async def test_an_update_that_has_ended_is_not_handled_again(store: Store) -> None:
    await add(store, 1, 2, 3)
    await finish(store, (1, InboxState.DONE), (2, InboxState.DEAD))
    assert await add(store, 1, 2, 3) == {3}


async def test_a_stored_update_is_known_in_every_state(store: Store) -> None:
    await add(store, 1, 2, 3)
    await finish(store, (2, InboxState.DONE), (3, InboxState.DEAD))
    assert await store.read(lambda connection: inbox.stored_ids(connection, {1, 2, 3, 4})) == {1, 2, 3}


async def test_an_update_that_was_applied_but_not_answered_is_unfinished(store: Store) -> None:
    await add(store, 1)
    await store.write(lambda connection: inbox.mark_applied(connection, 1))
    assert await add(store, 1) == {1}


async def test_the_effects_of_an_update_are_carried_out_once(store: Store) -> None:
    await add(store, 1)
    assert await store.write(lambda connection: inbox.mark_applied(connection, 1)) is True
    assert await store.write(lambda connection: inbox.mark_applied(connection, 1)) is False
    assert await store.write(lambda connection: inbox.mark_applied(connection, 2)) is False, "one that is not there"


async def test_an_ended_update_takes_no_effect(store: Store) -> None:
    await add(store, 1)
    await finish(store, (1, InboxState.DEAD))
    assert await store.write(lambda connection: inbox.mark_applied(connection, 1)) is False


async def test_the_text_of_an_update_is_deleted_at_its_end(store: Store) -> None:
    await add(store, 1, 2, raw=b"a secret")
    await finish(store, (1, InboxState.DONE), (2, InboxState.DEAD))
    assert await rows(store) == [(1, "done", None), (2, "dead", None)]


async def test_an_update_that_was_never_stored_can_end_too(store: Store) -> None:
    await finish(store, (7, InboxState.DONE))
    assert await rows(store) == [(7, "done", None)]
    assert await add(store, 7) == set()


async def test_unfinished_updates_come_in_telegrams_order(store: Store) -> None:
    await add(store, 3, raw=b"3")
    await add(store, 1, 2, 4, raw=b"x")
    await store.write(lambda connection: inbox.mark_applied(connection, 2))
    await finish(store, (1, InboxState.DONE), (4, InboxState.DEAD))
    assert await store.read(inbox.unfinished) == [(2, b"x"), (3, b"3")]


async def test_bytes_of_any_kind_are_kept_as_they_are(store: Store) -> None:
    every = bytes(range(256))
    await add(store, 2**63 - 1, raw=every)
    assert await store.read(inbox.unfinished) == [(2**63 - 1, every)]


async def test_only_old_updates_that_have_ended_are_deleted(store: Store) -> None:
    await add(store, 1, 2, 3, at=NOW - timedelta(days=8))
    await add(store, 4, at=NOW)
    await store.write(lambda connection: inbox.mark_applied(connection, 3))
    await finish(store, (1, InboxState.DONE), (4, InboxState.DONE))
    forgotten = await store.write(lambda connection: inbox.delete_ended(connection, NOW - timedelta(days=7)))
    assert forgotten == 1
    assert [number for number, _, _ in await rows(store)] == [2, 3, 4]


async def test_an_update_of_exactly_that_age_is_kept(store: Store) -> None:
    await add(store, 1, at=NOW)
    await finish(store, (1, InboxState.DONE))
    assert await store.write(lambda connection: inbox.delete_ended(connection, NOW)) == 0
    assert await store.write(lambda connection: inbox.delete_ended(connection, NOW + timedelta(seconds=1))) == 1
