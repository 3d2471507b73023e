"""The runs of guided stretching: at most one in a chat, and no press is undone."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import func, insert, select

from bot.errors import StoreError
from bot.store import Connection, Store, people, runs
from bot.store.runs import Run
from bot.store.tables import Priority, RunState, run

NOW = datetime(2026, 11, 1, 20, 30, tzinfo=timezone.utc)
SECOND = timedelta(seconds=1)
RUN = Run(
    chat_id=7,
    message_id=70,
    kind="stretch",
    name="evening",
    language="sv",
    priority=Priority.NORMAL,
    began_at=NOW,
    due_at=NOW,
)


async def begun(store: Store, *started: Run) -> None:
    for one in started:
        await store.write(lambda connection, one=one: runs.begin(connection, one))  # type: ignore[misc]


async def stored(store: Store, chat_id: int = 7, message_id: int = 70) -> Run | None:
    return await store.read(lambda connection: runs.find(connection, chat_id, message_id))


async def test_a_run_comes_back_as_it_was_stored(store: Store) -> None:
    whole = replace(RUN, reminder_id=2**40, picture="towel", pictured=True, phase=3, shown_until=4, lag=2, skipped=1)
    whole = replace(whole, edits=(NOW - SECOND, NOW))
    await begun(store, whole)
    assert await stored(store) == whole
    assert await stored(store, message_id=71) is None
    assert whole.is_active
    assert replace(whole, state=RunState.PAUSED).is_active
    assert not replace(whole, state=RunState.DONE).is_active


async def test_a_second_run_in_a_chat_stops_the_first(store: Store) -> None:
    later = NOW + SECOND
    await begun(store, RUN, replace(RUN, chat_id=8), replace(RUN, message_id=71, began_at=later, due_at=later))
    first, elsewhere = await stored(store), await stored(store, 8)
    assert first
    assert (first.state, first.began_at, first.due_at, first.version) == (RunState.STOPPED, later, later, 1)
    assert elsewhere == replace(RUN, chat_id=8)


async def test_a_message_that_shows_an_end_can_begin_again(store: Store) -> None:
    await begun(store, RUN)
    await store.write(lambda connection: runs.stop(connection, 7, NOW))
    await begun(store, RUN)
    again = await stored(store)
    assert again
    assert replace(again, version=0) == RUN


async def test_the_database_itself_refuses_two_active_runs_in_a_chat(store: Store) -> None:
    def twice(connection: Connection) -> None:
        for message_id in (70, 71):
            connection.execute(insert(run), [asdict(replace(RUN, message_id=message_id, state=RunState.PAUSED))])

    with pytest.raises(StoreError, match="(?i)unique"):
        await store.write(twice)


async def test_a_change_that_comes_too_late_changes_nothing(store: Store) -> None:
    await begun(store, RUN)
    paused = replace(RUN, state=RunState.PAUSED)
    changed = await store.write(lambda connection: runs.change(connection, paused))
    assert changed == replace(paused, version=1)
    shown = replace(RUN, shown_until=1)
    assert await store.write(lambda connection: runs.change(connection, shown)) is None, "it was shown meanwhile"
    assert not await store.write(lambda connection: runs.delete(connection, RUN))
    assert await stored(store) == changed
    assert await store.write(lambda connection: runs.delete(connection, replace(RUN, version=1)))
    assert await stored(store) is None


async def test_an_edit_of_an_older_run_changes_nothing_in_a_new_one_in_the_same_message(store: Store) -> None:
    await begun(store, RUN, RUN)
    assert await store.write(lambda connection: runs.change(connection, replace(RUN, phase=9))) is None


async def test_a_message_that_was_edited_meanwhile_shows_its_phase_again_from_the_start(store: Store) -> None:
    await begun(store, RUN)
    await store.write(lambda connection: runs.change(connection, replace(RUN, phase=2, shown_until=3)))
    edited = replace(RUN, picture="wall", pictured=True)
    await store.write(lambda connection: runs.show_again(connection, edited, NOW + SECOND))
    again = replace(edited, version=2, phase=2, shown_until=2, began_at=NOW + SECOND, due_at=NOW + SECOND)
    assert await stored(store) == again


async def test_a_postponed_edit_is_unknown_to_one_on_its_way(store: Store) -> None:
    await begun(store, RUN)
    postponed = replace(RUN, due_at=NOW + SECOND, picture="wall", pictured=True)
    await store.write(lambda connection: runs.postpone(connection, postponed, NOW + SECOND))
    assert await stored(store) == postponed
    assert await store.write(lambda connection: runs.change(connection, replace(RUN, phase=1))) is not None
    await store.write(lambda connection: runs.postpone(connection, RUN, NOW + 9 * SECOND))
    changed = await stored(store)
    assert changed
    assert changed.due_at == NOW, "it was changed meanwhile"


async def test_what_is_due_comes_in_order_with_its_person(store: Store) -> None:
    await store.write(lambda connection: people.set_zone(connection, 8, "Europe/Stockholm"))
    others = [
        replace(RUN, chat_id=8, due_at=NOW - SECOND),
        replace(RUN, chat_id=9, due_at=NOW + SECOND),
        replace(RUN, chat_id=10, priority=Priority.URGENT),
    ]
    await begun(store, RUN, *others)
    due = await store.read(lambda connection: runs.due(connection, Priority.NORMAL, NOW, 10))
    assert [(entry.run.chat_id, entry.person.zone) for entry in due] == [(8, "Europe/Stockholm"), (7, None)]
    assert len(await store.read(lambda connection: runs.due(connection, Priority.NORMAL, NOW, 1))) == 1
    urgent = await store.read(lambda connection: runs.due(connection, Priority.URGENT, NOW, 10))
    assert [entry.run.chat_id for entry in urgent] == [10]


async def test_only_runs_that_go_on_are_counted(store: Store) -> None:
    states = [RunState.RUNNING, RunState.RUNNING, RunState.PAUSED, RunState.DONE]
    await begun(store, *(replace(RUN, chat_id=number, state=state) for number, state in enumerate(states)))
    await begun(store, replace(RUN, chat_id=9, priority=Priority.URGENT))
    assert await store.read(runs.running) == 2


async def test_only_the_run_that_is_meant_is_stopped(store: Store) -> None:
    await begun(store, RUN)
    assert not await store.write(lambda connection: runs.stop(connection, 7, NOW, Priority.URGENT))
    assert not await store.write(lambda connection: runs.stop(connection, 7, NOW, Priority.NORMAL, 71))
    assert await store.write(lambda connection: runs.stop(connection, 7, NOW, Priority.NORMAL, 70))
    assert not await store.write(lambda connection: runs.stop(connection, 7, NOW)), "it has ended already"


async def test_a_discarded_run_is_gone_at_once(store: Store) -> None:
    await begun(store, RUN, replace(RUN, chat_id=8))
    await store.write(lambda connection: runs.discard(connection, 7, 70, "cramp"))
    await store.write(lambda connection: runs.discard(connection, 7, 71, "stretch"))
    assert await stored(store) == RUN
    await store.write(lambda connection: runs.discard(connection, 7, 70, "stretch"))
    await store.write(lambda connection: runs.discard(connection, 8, None, "stretch"))
    assert (await stored(store), await stored(store, 8)) == (None, None)


async def test_what_ended_long_ago_is_deleted(store: Store) -> None:
    ends = [replace(RUN, chat_id=number, state=RunState.DONE, began_at=NOW + number * SECOND) for number in range(3)]
    await begun(store, *ends, replace(RUN, chat_id=9, began_at=NOW - SECOND))
    await store.write(lambda connection: runs.delete_ended(connection, NOW + SECOND))
    left = select(func.count(run.c.chat_id))
    assert await store.read(lambda connection: connection.execute(left).scalar_one()) == 3
