"""How updates end: errors of the database are retried, and every end is stored at last."""

import asyncio
from datetime import datetime, timezone
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.errors import StoreError, UnavailableError
from bot.store import Store, inbox, tables
from bot.store.tables import InboxState
from bot.updates import handling
from bot.updates.handling import RETRY_SECONDS, FinishedUpdates, handle_to_end
from bot.updates.inbound_update import Attempt, InboundUpdate
from tests.support.sqlite_file import without_table

NOW = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)


class Failing:
    """Fails a given number of times."""

    def __init__(self, times: int, error: Exception) -> None:
        self.tries: list[bool] = []
        self._times = times
        self._error = error

    async def __call__(self, attempt: Attempt) -> None:
        self.tries.append(attempt.is_last_try)
        if len(self.tries) <= self._times:
            raise self._error


def attempt() -> Attempt:
    return Attempt(InboundUpdate(1, {}, 1, 1))


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handling, "_places", set())
    monkeypatch.setattr(handling, "RETRY_SECONDS", [0.0] * len(RETRY_SECONDS))


async def test_an_update_without_errors_is_done_at_once() -> None:
    handle = Failing(0, ValueError())
    assert await handle_to_end(handle, attempt()) == "done"
    assert handle.tries == [False]


@pytest.mark.parametrize("times", [1, len(RETRY_SECONDS)])
async def test_an_update_that_fails_by_the_database_is_tried_again(times: int) -> None:
    handle = Failing(times, UnavailableError("away"))
    assert await handle_to_end(handle, attempt()) == "done"
    assert len(handle.tries) == times + 1


async def test_after_the_last_try_it_is_dead_and_logged_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    handle = Failing(100, UnavailableError("away"))
    assert await handle_to_end(handle, attempt()) == "dead"
    assert handle.tries == [False] * len(RETRY_SECONDS) + [True]
    assert [record.exc_info for record in caplog.records] == [None]


async def test_the_traceback_of_a_bug_is_logged_once_for_each_place(caplog: pytest.LogCaptureFixture) -> None:
    for handle in (Failing(9, ValueError("ours")), Failing(9, KeyError("ours"))):
        for _ in range(3):
            assert await handle_to_end(handle, attempt()) == "dead"
    assert [bool(record.exc_info) for record in caplog.records] == [True, False, False] * 2
    assert "KeyError in tests.bot.updates.test_handling, line " in caplog.messages[-1]
    assert "ours" not in caplog.messages[-1], "the text of an error may be personal"


async def test_a_bug_is_not_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    handle = Failing(1, ValueError("ours"))
    assert await handle_to_end(handle, attempt()) == "dead"
    assert handle.tries == [False]
    assert "ours" in caplog.text


def test_a_person_waits_no_longer_than_they_would_for_a_slow_answer() -> None:
    assert 10 <= sum(RETRY_SECONDS) <= 20


# Storing ends


async def states(store: Store) -> dict[int, str]:
    query = select(tables.inbox.c.update_id, tables.inbox.c.state)
    return await store.read(lambda connection: {row[0]: row[1] for row in connection.execute(query)})


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'charley.db'}"


async def test_all_are_stored_together_and_reported_one_by_one(tmp_path: Path) -> None:
    stored: list[int] = []
    async with Store.open(url(tmp_path)) as store:
        finished = FinishedUpdates(store, lambda: NOW)
        assert [
            finished.add(1, InboxState.DONE),
            finished.add(2, InboxState.DEAD),
            finished.add(3, InboxState.DONE),
        ] == [
            True,
            False,
            False,
        ]
        await finished.store(stored.append)
        assert stored == [1, 2, 3]
        assert await states(store) == {1: "done", 2: "dead", 3: "done"}
        assert store.answered_updates
        assert store.answered_updates.ids() == set()
        assert finished.add(4, InboxState.DONE), "and the next one is to be stored again"


async def test_an_end_that_was_noted_but_not_stored_is_stored_at_the_next_start(tmp_path: Path) -> None:
    async with Store.open(url(tmp_path)) as store:
        await store.write(lambda connection: inbox.add(connection, [(number, b"{}") for number in range(1, 5)], NOW))
        finished = FinishedUpdates(store, lambda: NOW)
        for number, state in ((1, InboxState.DONE), (2, InboxState.DEAD), (3, InboxState.DONE)):
            finished.add(number, state)
    async with Store.open(url(tmp_path)) as store:
        await store.write(FinishedUpdates(store, lambda: NOW).store_noted)
        assert await states(store) == {1: "done", 2: "new", 3: "done", 4: "new"}


async def test_an_end_noted_while_others_are_stored_stays_noted(tmp_path: Path) -> None:
    async with Store.open(url(tmp_path)) as store:
        finished = FinishedUpdates(store, lambda: NOW)
        seen: list[set[int]] = []

        def stored(number: int) -> None:
            assert store.answered_updates
            if number < 3:
                finished.add(number + 10, InboxState.DONE)
            seen.append(store.answered_updates.ids())

        finished.add(1, InboxState.DONE)
        await finished.store(stored)
        assert seen[0] == {11}
        assert (await states(store)).keys() == {1, 11}
        assert store.answered_updates
        assert store.answered_updates.ids() == set()


async def test_ends_wait_for_a_database_that_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handling, "STORE_RETRY_SECONDS", 0.001)
    async with Store.open(url(tmp_path)) as store:
        finished = FinishedUpdates(store, lambda: NOW)
        finished.add(1, InboxState.DONE)
        async with without_table(tmp_path / "charley.db"):
            storing = asyncio.create_task(finished.store(lambda _: None))
            with pytest.raises(StoreError):
                await states(store)
            assert not storing.done()
        await storing
        assert await states(store) == {1: "done"}
