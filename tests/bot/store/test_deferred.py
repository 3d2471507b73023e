"""Messages and edits that topics make later, as rows of the outbox."""

from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from bot.store import Store, claiming, deferred, outbox, people
from bot.store.tables import OutboxState
from bot.store.tables import outbox as table

NOW = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ANNA, OURS = 1_000_001, 1
MESSAGE = (ANNA, 7, True)


async def rows(store: Store) -> list[Any]:
    return list(await store.read(lambda connection: connection.execute(select(table).order_by(table.c.id)).all()))


async def edit(store: Store, kind: str = "count", message: deferred.Message = MESSAGE, data: str = "x") -> None:
    await store.write(lambda connection: deferred.edit(connection, deferred.Edit(kind, message, NOW, data)))


async def test_an_edit_is_claimed_before_a_notice_and_knows_its_message(store: Store) -> None:
    await store.write(lambda connection: deferred.send(connection, "over", ANNA, NOW - MINUTE))
    await edit(store)
    (first,) = (await store.write(lambda connection: claiming.claim(connection, NOW, OURS, 1))).rows
    assert (first.kind, first.chat_id, first.message_id, first.pictured, first.data) == ("count", *MESSAGE, "x")
    (second,) = (await store.write(lambda connection: claiming.claim(connection, NOW, OURS, 1))).rows
    assert (second.kind, second.message_id, second.pictured, second.silent) == ("over", None, None, True)


async def test_what_was_asked_for_comes_with_a_sound_and_also_in_quiet_hours(store: Store) -> None:
    await store.write(lambda connection: people.set_zone(connection, ANNA, "Europe/Stockholm"))
    night = NOW + 3 * HOUR
    await store.write(lambda connection: deferred.send_asked_for(connection, "sound", ANNA, night, "sv"))
    await store.write(lambda connection: deferred.send(connection, "over", ANNA, night))
    (due,) = (await store.write(lambda connection: claiming.claim(connection, night, OURS, 5))).rows
    assert (due.kind, due.silent, due.data) == ("sound", False, "sv")


async def test_a_later_message_replaces_one_of_the_same_kind(store: Store) -> None:
    for minutes in (1, 2):
        await store.write(lambda connection, at=NOW + minutes * MINUTE: deferred.send(connection, "over", ANNA, at))  # type: ignore[misc]
    assert [row.due_at for row in await rows(store)] == [NOW + 2 * MINUTE]


@pytest.mark.parametrize(("kind", "message", "changed"), [
    ("count", MESSAGE, True), ("check", MESSAGE, False), ("count", (ANNA, 8, True), False), ("count", (9, 7, True), False),
])  # fmt: skip
async def test_only_a_matching_edit_is_changed(
    store: Store, kind: str, message: deferred.Message, changed: bool
) -> None:
    await edit(store)
    assert await store.write(lambda connection: deferred.replace_data(connection, kind, message, "y")) is changed
    assert [row.data for row in await rows(store)] == ["y" if changed else "x"]


async def test_postponing_never_makes_an_edit_earlier(store: Store) -> None:
    await edit(store)
    for minutes in (3, 1):
        until = NOW + minutes * MINUTE
        await store.write(partial(deferred.postpone, kind="count", message=MESSAGE, until=until))
    assert [row.due_at for row in await rows(store)] == [NOW + 3 * MINUTE]


async def test_an_edit_cancelled_while_it_is_made_is_not_repeated(store: Store) -> None:
    await edit(store)
    (due,) = (await store.write(lambda connection: claiming.claim(connection, NOW, OURS, 1))).rows
    await store.write(lambda connection: deferred.cancel(connection, ANNA, 7, "count", "check"))
    again = outbox.Transition(due.id, OutboxState.PENDING, due_at=NOW + MINUTE)
    await store.write(lambda connection: outbox.record(connection, [again], OURS, NOW))
    assert await rows(store) == []


async def test_others_are_left_alone(store: Store) -> None:
    await edit(store)
    await edit(store, message=(ANNA, 8, True))
    await edit(store, message=(9, 7, True))
    await store.write(lambda connection: deferred.cancel(connection, ANNA, 7, "count"))
    assert [(row.chat_id, row.message_id) for row in await rows(store)] == [(ANNA, 8), (9, 7)]


async def test_the_id_of_a_cancelled_row_is_not_used_again(store: Store) -> None:
    """The cancelled row may be under way. Its end must not be recorded for another row."""
    await edit(store)
    (first,) = await rows(store)
    await store.write(lambda connection: deferred.cancel(connection, ANNA, 7, "count"))
    await edit(store)
    assert (await rows(store))[0].id > first.id
