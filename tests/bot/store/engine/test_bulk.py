"""Work that is done for many callers at once."""

import asyncio

import pytest

from bot.store import Bulk, Connection, Store, bot_state
from tests.bot.store.engine.test_store import recalled, remember


async def test_neighbours_are_done_together_and_everything_in_order(store: Store) -> None:
    done: list[list[str]] = []

    def remember_all(connection: Connection, keys: list[str]) -> None:
        done.append(keys)
        for key in keys:
            bot_state.put(connection, key, "bulk")

    bulk = [asyncio.ensure_future(store.write(Bulk(remember_all, key))) for key in ("a", "b")]
    between = remember(store, "b", "later")
    last = asyncio.ensure_future(store.write(Bulk(remember_all, "c")))
    assert await asyncio.gather(*bulk, between, last) == [None] * 4
    assert done == [["a", "b"], ["c"]]
    assert await recalled(store) == {"a": "bulk", "b": "later", "c": "bulk"}


async def test_an_item_that_fails_undoes_only_itself(store: Store) -> None:
    def remember_all(connection: Connection, keys: list[str]) -> None:
        for key in keys:
            bot_state.put(connection, key, "x")
            if key == "wrong":
                raise ValueError("a fault of ours")

    good, wrong, other = (asyncio.ensure_future(store.write(Bulk(remember_all, key))) for key in ("a", "wrong", "b"))
    with pytest.raises(ValueError, match="a fault of ours"):
        await wrong
    await asyncio.gather(good, other)
    assert set(await recalled(store)) == {"a", "b"}
