"""Which rows can be sent now."""

from functools import partial
from typing import Any

import pytest

from bot.store import Store, due_rows
from tests.bot.store.test_outbox import NOW, SECOND, put


@pytest.mark.parametrize(("of", "waits"), [
    ({}, True),
    ({"lane": due_rows.URGENT}, False),
    ({"due_at": NOW + SECOND}, False),
    ({"not_before": NOW + SECOND}, False),
    ({"not_before": NOW}, True),
    ({"state": "claimed"}, False),
    ({"state": "sent"}, False),
])  # fmt: skip
async def test_only_rows_that_can_be_sent_now_count(of: dict[str, Any], waits: bool, store: Store) -> None:
    assert not await store.read(partial(due_rows.has_at_least, number=1, now=NOW))
    await put(store, of)
    assert await store.read(partial(due_rows.has_at_least, number=1, now=NOW)) is waits


async def test_rows_are_counted_by_lane(store: Store) -> None:
    await put(store, {}, {}, {}, {"lane": due_rows.URGENT})
    waiting = partial(due_rows.has_at_least, now=NOW)
    assert await store.read(partial(waiting, number=3))
    assert not await store.read(partial(waiting, number=4))
