"""What could be sent now."""

from functools import partial
from typing import Any

import pytest

from bot.store import Store, sendable
from tests.bot.store.test_outbox import NOW, SECOND, put


@pytest.mark.parametrize(("of", "waits"), [
    ({}, True),
    ({"lane": sendable.URGENT}, False),
    ({"due_at": NOW + SECOND}, False),
    ({"lease_until": NOW + SECOND}, False),
    ({"lease_until": NOW}, True),
    ({"state": "claimed"}, False),
    ({"state": "sent"}, False),
])  # fmt: skip
async def test_what_can_be_sent_now_waits(of: dict[str, Any], waits: bool, store: Store) -> None:
    assert not await store.read(partial(sendable.are_waiting, number=1, now=NOW))
    await put(store, of)
    assert await store.read(partial(sendable.are_waiting, number=1, now=NOW)) is waits


async def test_so_many_wait_of_a_lane(store: Store) -> None:
    await put(store, {}, {}, {}, {"lane": sendable.URGENT})
    waiting = partial(sendable.are_waiting, now=NOW)
    assert await store.read(partial(waiting, number=3))
    assert not await store.read(partial(waiting, number=4))
