"""How updates ended: stored in the end, and until then known to a process that comes after."""

import asyncio
from datetime import datetime, timezone
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.errors import StoreError
from bot.store import Store, inbox, tables
from bot.updates import endings
from bot.updates.endings import Endings
from tests.support.sqlite_file import without_table

NOW = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)


async def states(store: Store) -> dict[int, str]:
    query = select(tables.inbox.c.update_id, tables.inbox.c.state)
    return await store.read(lambda each: {row[0]: row[1] for row in each.execute(query)})


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'charley.db'}"


async def test_all_are_stored_together_and_told_one_by_one(tmp_path: Path) -> None:
    stored: list[int] = []
    async with Store.open(url(tmp_path)) as store:
        ends = Endings(store, lambda: NOW)
        assert [ends.note(1, "done"), ends.note(2, "dead"), ends.note(3, "done")] == [True, False, False]
        await ends.store(stored.append)
        assert stored == [1, 2, 3]
        assert await states(store) == {1: "done", 2: "dead", 3: "done"}
        assert store.answered
        assert store.answered.numbers() == set()
        assert ends.note(4, "done"), "and the next one is to be stored again"


async def test_what_was_noted_and_not_stored_is_done_at_the_next_start(tmp_path: Path) -> None:
    async with Store.open(url(tmp_path)) as store:
        await store.write(lambda each: inbox.add(each, [(number, b"{}") for number in range(1, 5)], NOW, "gone"))
        ends = Endings(store, lambda: NOW)
        for number, state in ((1, "done"), (2, "dead"), (3, "done")):
            ends.note(number, state)
    async with Store.open(url(tmp_path)) as store:
        await store.write(Endings(store, lambda: NOW).settle)
        assert await states(store) == {1: "done", 2: "new", 3: "done", 4: "new"}


async def test_what_ends_while_others_are_stored_stays_noted(tmp_path: Path) -> None:
    async with Store.open(url(tmp_path)) as store:
        ends = Endings(store, lambda: NOW)
        seen: list[set[int]] = []

        def stored(number: int) -> None:
            assert store.answered
            if number < 3:
                ends.note(number + 10, "done")
            seen.append(store.answered.numbers())

        ends.note(1, "done")
        await ends.store(stored)
        assert seen[0] == {11}
        assert (await states(store)).keys() == {1, 11}
        assert store.answered
        assert store.answered.numbers() == set()


async def test_a_database_that_is_away_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endings, "RETRY_SECONDS", 0.001)
    async with Store.open(url(tmp_path)) as store:
        ends = Endings(store, lambda: NOW)
        ends.note(1, "done")
        async with without_table(tmp_path / "charley.db"):
            storing = asyncio.create_task(ends.store(lambda _: None))
            with pytest.raises(StoreError):
                await states(store)
            assert not storing.done()
        await storing
        assert await states(store) == {1: "done"}
