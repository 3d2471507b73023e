"""Events of a transaction are counted when it is committed, and only then."""

import asyncio
from datetime import datetime, timedelta, timezone
from functools import partial

import pytest
from sqlalchemy import select

from bot.counters import counts
from bot.store import Connection, Store, claiming, outbox, planning, schedules
from bot.store.engine.event_counts import count_on_commit
from bot.store.outbox import Transition
from bot.store.tables import OutboxState
from bot.store.tables import outbox as table
from tests.support.reminders import store_schedule

NOW = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)
DUE = NOW + timedelta(minutes=10)
WHAT = ("reminders", "tested")


def noting(connection: Connection) -> None:
    count_on_commit(connection, *WHAT, times=2)
    count_on_commit(connection, *WHAT)
    count_on_commit(connection, "nothing", times=0)


def failing(connection: Connection) -> None:
    noting(connection)
    raise ZeroDivisionError


async def test_a_commit_counts_its_events_once(store: Store) -> None:
    before = counts[WHAT]
    await store.write(noting)
    await store.write(lambda _: None)
    assert counts[WHAT] == before + 3
    assert ("nothing",) not in counts


async def test_a_rollback_counts_nothing(store: Store) -> None:
    before = counts[WHAT]
    with pytest.raises(ZeroDivisionError):
        await store.write(failing)
    await store.write(lambda _: None)
    assert counts[WHAT] == before


async def test_after_a_failed_batch_each_event_counts_once(store: Store) -> None:
    before = counts[WHAT]
    ended = await asyncio.gather(*map(store.write, (noting, failing, noting)), return_exceptions=True)
    assert isinstance(ended[1], ZeroDivisionError)
    assert counts[WHAT] == before + 6


async def test_every_end_of_a_reminder_is_counted(store: Store) -> None:
    """Of six reminders, one is sent, one is being sent when its process dies, and the others are too late or cancelled."""
    before = counts.copy()
    for chat in range(1, 7):
        await store.write(partial(store_schedule, chat_id=chat, kind="water", due=DUE, now=NOW))
    await store.write(lambda connection: planning.plan(connection, DUE, 5))
    claimed = await store.write(lambda connection: claiming.claim(connection, DUE, 1, 2))
    sent, left = claimed.rows
    await store.write(
        lambda connection: outbox.record(
            connection, [Transition(sent.id, OutboxState.SENT), Transition(left.id, OutboxState.PENDING)], 1, DUE
        )
    )
    (again,) = (
        await store.write(lambda connection: claiming.claim(connection, DUE, 1, 1))
    ).rows  # any: all are due at one moment
    await store.write(lambda connection: outbox.hand_over(connection, [again.id], 1))
    await store.write(lambda connection: outbox.recover(connection, DUE, 1))
    still_pending = await store.read(
        lambda connection: list(connection.scalars(select(table.c.chat_id).where(table.c.state == "pending")))
    )
    await store.write(lambda connection: schedules.turn_off(connection, still_pending[0], DUE))
    await store.write(lambda connection: claiming.claim(connection, DUE + timedelta(hours=1), 1, 9))
    await store.write(lambda connection: planning.plan(connection, DUE + timedelta(hours=1), 9))
    ends = {labels[1]: times for labels, times in (counts - before).items() if labels[0] == "reminders"}
    assert ends == {"sent": 1, "presumed": 1, "cancelled": 1, "missed": 3}
