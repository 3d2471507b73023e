"""The receiver: updates are stored first and handled once, in order within a chat. Relief never waits for the database."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.errors import StoreError
from bot.store import Store, bot_state, inbox, people, tables
from bot.store.people import Person
from bot.store.tables import InboxState
from bot.updates import receiver as module
from bot.updates.flood import BURST, MOST_IN_CHAT, RELIEF_BURST
from bot.updates.inbound_update import Answer, Attempt
from bot.updates.receiver import Receiver
from tests.support.calls import relieve
from tests.support.sqlite_file import locked, without_table
from tests.support.waiting import PATIENCE_SECONDS, run_ready_callbacks

NOW = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)
ANNA, BO = 1_000_001, 1_000_002
Handle = Callable[[Attempt], Awaitable[None]]


def message(number: int, chat: int = ANNA, text: str = "hello", sender: int = 0) -> dict[str, Any]:
    said = {"message_id": number, "chat": {"id": chat}, "from": {"id": sender or chat}, "text": text}
    return {"update_id": number, "message": said}


class Chats:
    """Records the handled updates by chat. A chat can be blocked, and an update can be made to fail."""

    def __init__(self) -> None:
        self.handled: dict[int, list[int]] = defaultdict(list)
        self.persons: list[Person | None] = []
        self.gates: dict[int, asyncio.Event] = {}
        self.failing: set[int] = set()
        self.change: Callable[[Attempt], None] = lambda _: None
        self._changed = asyncio.Condition()

    async def __call__(self, attempt: Attempt) -> None:
        update = attempt.update
        if update.chat_id in self.gates:
            await self.gates[update.chat_id].wait()
        self.handled[update.chat_id].append(update.id)
        self.persons.append(attempt.person)
        self.change(attempt)
        async with self._changed:
            self._changed.notify_all()
        if update.id in self.failing:
            raise ValueError("a fault of ours")

    @property
    def total(self) -> int:
        return sum(map(len, self.handled.values()))

    async def until(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS), self._changed:
            await self._changed.wait_for(lambda: self.total >= count)


def find_answer(raw: Any) -> Answer | None:
    said = raw.get("message")
    return relieve if isinstance(said, dict) and said.get("text") == "/cramp" else None


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "charley.db"


@pytest.fixture
async def store(file: Path) -> AsyncIterator[Store]:
    async with Store.open(f"sqlite:///{file}") as opened:
        yield opened


@pytest.fixture
def chats() -> Chats:
    return Chats()


@pytest.fixture
async def receiver(store: Store, chats: Chats) -> AsyncIterator[Receiver]:
    async with receiving(store, chats) as receiver:
        yield receiver


@asynccontextmanager
async def receiving(store: Store, handle: Handle) -> AsyncIterator[Receiver]:
    receiver = Receiver(store, handle, find_answer, lambda: NOW)
    yield receiver
    await receiver.drain(PATIENCE_SECONDS)


async def states(store: Store) -> dict[int, str]:
    query = select(tables.inbox.c.update_id, tables.inbox.c.state).order_by(tables.inbox.c.update_id)
    return await store.read(lambda connection: {row[0]: row[1] for row in connection.execute(query)})


# What an update is


@pytest.mark.parametrize(
    "raw",
    [None, 7, "text", [], {}, {"update_id": "1"}, {"update_id": True}, {"update_id": -1}, {"update_id": 2**63}],
)
async def test_an_entry_that_is_not_an_update_is_skipped(
    raw: Any, receiver: Receiver, chats: Chats, store: Store
) -> None:
    await receiver.accept([raw, message(1)])
    await chats.until(1)
    assert await states(store) in ({1: "new"}, {1: "done"})


async def test_accepting_no_updates_stores_nothing(receiver: Receiver, store: Store) -> None:
    await receiver.accept([])
    assert await states(store) == {}


# Stored first


async def test_an_update_is_stored_before_it_is_accepted(store: Store, chats: Chats) -> None:
    chats.gates[ANNA] = asyncio.Event()
    async with receiving(store, chats) as receiver:
        await receiver.accept([message(1), message(2)])
        assert await states(store) == {1: "new", 2: "new"}
        chats.gates[ANNA].set()
    assert await states(store) == {1: "done", 2: "done"}


async def test_an_update_that_cannot_be_stored_is_not_accepted(receiver: Receiver, chats: Chats, file: Path) -> None:
    async with without_table(file):
        with pytest.raises(StoreError):
            await receiver.accept([message(1)])
    assert chats.total == 0
    await receiver.accept([message(1)])
    await chats.until(1)


async def test_an_update_too_deep_to_write_down_ends_as_dead_and_stops_nobody(store: Store, chats: Chats) -> None:
    deep: list[Any] = []
    for _ in range(2_000):
        deep = [deep]
    async with receiving(store, chats) as receiver:
        await receiver.accept([{"update_id": 1, "message": {"chat": {"id": BO}, "x": deep}}, message(2)])
        await chats.until(2)
    assert (await states(store))[2] == "done"


# Order


async def test_order_is_kept_within_a_chat(store: Store, chats: Chats) -> None:
    async with receiving(store, chats) as receiver:
        for start in range(1, BURST, 10):
            await receiver.accept([message(number) for number in range(start, start + 10)])
    assert chats.handled[ANNA] == list(range(1, BURST + 1))


async def test_no_more_is_fetched_while_too_many_wait(
    store: Store, chats: Chats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_UNFINISHED", 2)
    chats.gates[ANNA] = asyncio.Event()
    async with receiving(store, chats) as receiver:
        await receiver.wait_for_room()
        await receiver.accept([message(1), message(2)])
        waiting = asyncio.ensure_future(receiver.wait_for_room())
        await asyncio.wait([waiting], timeout=0)
        assert not waiting.done()
        chats.gates[ANNA].set()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await waiting


async def test_an_adopted_update_comes_before_later_ones_that_wait(store: Store, chats: Chats) -> None:
    """An earlier process stored update 1 just before it ended. This one is handling update 2 already."""
    chats.gates[ANNA] = asyncio.Event()
    async with receiving(store, chats) as receiver:
        await receiver.accept([message(3), message(5)])
        rows = [(id_, b'{"update_id":%d,"message":{"chat":{"id":1000001}}}' % id_) for id_ in (1, 4)]
        await store.write(lambda connection: inbox.add(connection, rows, NOW))
        await receiver.adopt()
        chats.gates[ANNA].set()
    assert chats.handled[ANNA] == [3, 1, 4, 5]


async def test_adopting_leaves_alone_what_is_being_handled(store: Store, chats: Chats) -> None:
    chats.gates[ANNA] = asyncio.Event()
    async with receiving(store, chats) as receiver:
        await receiver.accept([message(1), message(2)])
        await receiver.adopt()
        await receiver.adopt()
        chats.gates[ANNA].set()
    assert chats.handled[ANNA] == [1, 2]


# Repeated updates


async def test_a_repeated_update_has_no_second_effect(store: Store, chats: Chats) -> None:
    async with receiving(store, chats) as receiver:
        await receiver.accept([message(1), message(1), message(2)])
        await receiver.accept([message(2), message(1)])
    async with receiving(store, chats) as receiver:
        await receiver.accept([message(1), message(2), message(3)])
    assert chats.handled[ANNA] == [1, 2, 3]


async def test_a_repeated_update_is_ignored_while_the_first_is_handled(store: Store, chats: Chats) -> None:
    chats.gates[ANNA] = asyncio.Event()
    async with receiving(store, chats) as receiver:
        await receiver.accept([message(1)])
        await receiver.accept([message(1)])
        chats.gates[ANNA].set()
    assert chats.handled[ANNA] == [1]


async def test_an_update_that_cannot_be_handled_is_one_dead_row(
    store: Store, chats: Chats, caplog: pytest.LogCaptureFixture
) -> None:
    chats.failing = {1}
    async with receiving(store, chats) as receiver:
        await receiver.accept([message(1), message(2)])
    assert await states(store) == {1: "dead", 2: "done"}
    assert chats.handled[ANNA] == [1, 2]
    assert "kept as dead" in caplog.text
    assert "hello" not in caplog.text, "what people say is not for the log"


async def test_a_dead_update_is_not_tried_again(store: Store, chats: Chats) -> None:
    chats.failing = {1}
    async with receiving(store, chats) as receiver:
        await receiver.accept([message(1)])
    async with receiving(store, chats) as receiver:
        await receiver.adopt()
        await receiver.accept([message(1)])
    assert chats.handled[ANNA] == [1]


# Stops and restarts


async def test_updates_left_by_a_stop_are_handled_in_order_at_the_next_start(store: Store, chats: Chats) -> None:
    chats.gates[ANNA] = asyncio.Event()
    stopped = Receiver(store, chats, find_answer, lambda: NOW)
    await stopped.accept([message(1), message(2), message(3, BO)])
    await chats.until(1)
    await stopped.drain(0)
    assert chats.handled == {BO: [3]}
    del chats.gates[ANNA]
    async with receiving(store, chats) as receiver:
        await receiver.adopt()
    assert chats.handled[ANNA] == [1, 2]
    assert set((await states(store)).values()) == {"done"}


async def test_an_update_answered_by_an_earlier_run_is_not_answered_again(store: Store, chats: Chats) -> None:
    await store.write(
        lambda connection: inbox.add(connection, [(number, b'{"update_id":%d}' % number) for number in (1, 2)], NOW)
    )
    assert store.answered_updates
    store.answered_updates.add(1)
    async with receiving(store, chats) as receiver:
        await receiver.adopt()
        await chats.until(1)
        await store.write(lambda connection: connection.execute(tables.inbox.delete()))
        await receiver.adopt()
    assert list(chats.handled.values()) == [[2]]
    assert 1 not in await states(store), "it is settled once, and forgotten like any other"


async def test_f94_an_update_that_is_answered_is_done_before_its_handling_ends(store: Store, chats: Chats) -> None:
    assert store.answered_updates
    chats.gates[BO] = asyncio.Event()

    async def answer_and_note(attempt: Attempt) -> None:
        attempt.note_answered()
        assert store.answered_updates
        assert attempt.update.id in store.answered_updates.ids(), "whoever kills the process now"
        await chats(attempt)

    async with receiving(store, answer_and_note) as receiver:
        await receiver.accept([message(1, BO)])
        while await states(store) != {1: "done"}:
            await run_ready_callbacks()
        async with receiving(store, chats) as restarted:
            await restarted.adopt()
        assert chats.total == 0
        chats.gates[BO].set()
    assert (chats.total, await states(store)) == (1, {1: "done"})


async def test_draining_finishes_the_updates_being_handled(store: Store, chats: Chats) -> None:
    receiver = Receiver(store, chats, find_answer, lambda: NOW)
    await receiver.accept([message(number, chat) for number, chat in enumerate([ANNA, BO, ANNA, BO], start=1)])
    await receiver.drain(PATIENCE_SECONDS)
    assert set((await states(store)).values()) == {"done"}
    await receiver.drain(PATIENCE_SECONDS)


async def test_adopting_nothing_handles_nothing(receiver: Receiver, chats: Chats) -> None:
    await receiver.adopt()
    assert chats.total == 0


# Senders


async def test_an_update_comes_with_what_is_known_of_its_sender(store: Store, chats: Chats) -> None:
    await store.write(lambda connection: people.set_language(connection, BO, "sv"))
    async with receiving(store, chats) as receiver:
        await receiver.accept([message(1, -5, sender=BO), message(2, -5, sender=ANNA)])
    assert chats.persons == [Person(BO, "sv"), None]


async def test_an_adopted_update_knows_its_sender(store: Store, chats: Chats) -> None:
    await store.write(lambda connection: people.set_language(connection, BO, "sv"))
    await store.write(
        lambda connection: inbox.add(connection, [(1, b'{"update_id":1,"message":{"chat":{"id":1000002}}}')], NOW)
    )
    async with receiving(store, chats) as receiver:
        await receiver.adopt()
    assert chats.persons == [Person(BO, "sv")]


async def test_an_update_sees_what_the_one_before_it_changed(store: Store, chats: Chats) -> None:
    def choose(attempt: Attempt) -> None:
        if attempt.update.id == 1:
            attempt.person = Person(ANNA, "sv")

    chats.change = choose
    async with receiving(store, chats) as receiver:
        await receiver.accept([message(1), message(2), message(3)])
    assert chats.persons == [None, Person(ANNA, "sv"), Person(ANNA, "sv")]


async def test_a_change_by_one_person_is_not_seen_by_another(store: Store, chats: Chats) -> None:
    chats.change = lambda attempt: setattr(attempt, "person", Person(attempt.update.sender_id, "sv"))
    async with receiving(store, chats) as receiver:
        await receiver.accept([message(1, -5, sender=ANNA), message(2, -5, sender=BO)])
    assert chats.persons == [None, None]


# Relief


async def test_relief_does_not_wait_for_a_database_that_hangs(receiver: Receiver, chats: Chats, file: Path) -> None:
    with locked(file):
        accepting = asyncio.ensure_future(receiver.accept([message(1, text="/cramp"), message(2, BO)]))
        await chats.until(1)
        assert dict(chats.handled) == {ANNA: [1]}, "all others wait"
        assert not accepting.done()
    await accepting
    await chats.until(2)
    assert dict(chats.handled) == {ANNA: [1], BO: [2]}


async def test_a_later_call_for_relief_does_not_wait_for_a_database_that_hangs(
    store: Store, chats: Chats, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STORE_WAIT_SECONDS", 0.0)
    async with receiving(store, chats) as receiver:
        with locked(file):
            with pytest.raises(StoreError):
                await receiver.accept([message(1)])
            with pytest.raises(StoreError):
                await receiver.accept([message(1), message(2, BO, "/cramp")])
            await chats.until(1)
        assert dict(chats.handled) == {BO: [2]}
        await chats.until(2)
    assert {number: len(handled) for number, handled in chats.handled.items()} == {ANNA: 1, BO: 1}
    assert await states(store) == {1: "done", 2: "done"}


async def test_relief_that_is_handled_but_not_stored_is_not_confirmed(
    store: Store, chats: Chats, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STORE_WAIT_SECONDS", 0.0)
    chats.gates[ANNA] = asyncio.Event()
    async with receiving(store, chats) as receiver:
        with locked(file):
            for _ in range(2):
                with pytest.raises(StoreError):
                    await receiver.accept([message(1, text="/cramp")])
        monkeypatch.setattr(module, "STORE_WAIT_SECONDS", PATIENCE_SECONDS)
        await receiver.accept([message(1, text="/cramp")])
        assert await states(store) == {1: "new"}
        chats.gates[ANNA].set()
    assert chats.handled[ANNA] == [1]


async def test_relief_is_recorded_once_the_database_is_back(store: Store, chats: Chats, file: Path) -> None:
    async with receiving(store, chats) as receiver:
        with locked(file):
            accepting = asyncio.ensure_future(receiver.accept([message(1, text="/cramp")]))
            await chats.until(1)
        await accepting
    assert await states(store) == {1: "done"}
    assert chats.handled[ANNA] == [1]


async def test_relief_is_given_once_while_the_database_is_busy(store: Store, chats: Chats, file: Path) -> None:
    """The call and its end may be stored at the same time, which must not look like a new call."""
    async with receiving(store, chats) as receiver:
        with locked(file):
            earlier = asyncio.ensure_future(store.write(lambda connection: bot_state.put(connection, "a", "x")))
            await asyncio.wait([earlier], timeout=0)
            accepting = asyncio.ensure_future(receiver.accept([message(1, text="/cramp")]))
            await chats.until(1)
            while not store._interactive:  # the end; the call itself is stored alone
                await asyncio.wait([earlier], timeout=0)
        await asyncio.gather(earlier, accepting)
    assert chats.handled[ANNA] == [1]
    assert await states(store) == {1: "done"}


async def test_relief_does_not_need_a_database_that_fails(
    store: Store, chats: Chats, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.updates.handling.STORE_RETRY_SECONDS", 0)
    async with receiving(store, chats) as receiver:
        async with without_table(file):
            for _ in range(2):
                with suppress(StoreError):
                    await receiver.accept([message(1, text="/cramp"), message(2, BO)])
            await chats.until(1)
            assert dict(chats.handled) == {ANNA: [1]}
        await receiver.accept([message(1, text="/cramp"), message(2, BO)])
    assert dict(chats.handled) == {ANNA: [1], BO: [2]}
    assert await states(store) == {1: "done", 2: "done"}


async def test_relief_that_was_given_is_not_given_again_when_it_comes_again(store: Store, chats: Chats) -> None:
    async with receiving(store, chats) as receiver:
        await receiver.accept([message(1, text="/cramp")])
    async with receiving(store, chats) as receiver:
        await receiver.accept([message(1, text="/cramp")])
    assert chats.handled[ANNA] == [1]


async def test_relief_waits_for_a_read_and_not_for_a_write(
    store: Store, chats: Chats, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RELIEF_WAIT_SECONDS", float("inf"))
    await store.write(lambda connection: people.set_language(connection, ANNA, "sv"))
    async with receiving(store, chats) as receiver:
        with locked(file):
            accepting = asyncio.ensure_future(receiver.accept([message(1, text="/cramp")]))
            await chats.until(1)
        await accepting
    assert chats.persons == [Person(ANNA, "sv")]
    assert await states(store) == {1: "done"}


async def test_relief_that_was_given_is_not_given_again_while_the_database_is_busy(
    store: Store, chats: Chats, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RELIEF_WAIT_SECONDS", float("inf"))
    monkeypatch.setattr(module, "STORE_WAIT_SECONDS", 0.0)
    await store.write(lambda connection: inbox.finish(connection, [(1, InboxState.DONE)], NOW))
    async with receiving(store, chats) as receiver:
        with locked(file), pytest.raises(StoreError):
            await receiver.accept([message(1, text="/cramp")])
    assert chats.handled == {}


async def test_relief_is_stored_first_if_the_database_answers(store: Store, chats: Chats) -> None:
    chats.gates[ANNA] = asyncio.Event()
    async with receiving(store, chats) as receiver:
        await receiver.accept([message(1, text="/cramp")])
        assert await states(store) == {1: "new"}
        chats.gates[ANNA].set()
    assert await states(store) == {1: "done"}


async def test_how_updates_ended_is_stored_in_the_end_whatever_the_database_does(
    store: Store, chats: Chats, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.updates.handling.STORE_RETRY_SECONDS", 0)
    chats.gates[ANNA] = asyncio.Event()
    receiver = Receiver(store, chats, find_answer, lambda: NOW)
    await receiver.accept([message(1), message(2)])
    async with without_table(file):
        chats.gates[ANNA].set()
        await chats.until(2)
        with pytest.raises(StoreError):
            await states(store)
    await receiver.drain(PATIENCE_SECONDS)
    assert await states(store) == {1: "done", 2: "done"}


# Flood limits


class Told(Chats):
    """Also records the updates whose sender was warned."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[int] = []

    async def __call__(self, attempt: Attempt) -> None:
        if attempt.is_too_much:
            self.refused.append(attempt.update.id)
        else:
            await super().__call__(attempt)


@pytest.mark.usefixtures("flood_limit")
async def test_a_person_who_sends_too_much_is_warned_once_and_then_skipped(store: Store) -> None:
    chats = Told()
    async with receiving(store, chats) as receiver:
        for start in range(1, 1001, 100):
            await receiver.accept([message(number) for number in range(start, start + 100)])
    handled = chats.handled[ANNA]
    assert handled[:BURST] == list(range(1, BURST + 1))
    assert BURST <= len(handled) < BURST + 20, "and a few more as time goes by"
    assert chats.refused == [BURST + 1]
    assert (await states(store)).keys() == {*handled, *chats.refused}
    assert receiver.flood.dropped == 1000 - len(handled) - 1


@pytest.mark.usefixtures("flood_limit")
async def test_nobody_else_is_warned_or_skipped(store: Store) -> None:
    chats = Told()
    async with receiving(store, chats) as receiver:
        await receiver.accept([message(number, ANNA if number % 2 else number) for number in range(1, 201)])
    others = [numbers for chat, numbers in chats.handled.items() if chat != ANNA]
    assert len(others) == 100
    assert len(chats.refused) == 1


@pytest.mark.usefixtures("flood_limit")
async def test_a_person_who_is_skipped_gets_relief_up_to_its_own_limit(store: Store) -> None:
    chats = Told()
    async with receiving(store, chats) as receiver:
        await receiver.accept([message(number) for number in range(1, 101)])
        await receiver.accept([message(101, text="/cramp")])
        assert 101 in await states(store)
        await receiver.accept([message(number, text="/cramp") for number in range(102, 402)])
    assert RELIEF_BURST <= len([number for number in chats.handled[ANNA] if number > 100]) < RELIEF_BURST + 20
    assert len(chats.refused) == 1, "nobody is warned for asking for relief"


@pytest.mark.usefixtures("flood_limit")
async def test_an_update_that_could_not_be_stored_does_not_count_against_its_sender(
    receiver: Receiver, chats: Chats, file: Path
) -> None:
    async with without_table(file):
        for _ in range(10):
            with pytest.raises(StoreError):
                await receiver.accept([message(number) for number in range(1, 21)])
    await receiver.accept([message(number) for number in range(1, 21)])
    await chats.until(20)
    assert receiver.flood.dropped == 0


@pytest.mark.usefixtures("flood_limit")
async def test_a_repeated_update_does_not_count_against_its_sender(receiver: Receiver, chats: Chats) -> None:
    for _ in range(10):
        await receiver.accept([message(number) for number in range(1, 21)] * 3)
    await chats.until(20)
    await receiver.accept([message(number) for number in range(21, 31)])
    await chats.until(30)
    assert receiver.flood.dropped == 0


async def test_a_chat_has_a_limited_number_of_waiting_updates(store: Store, chats: Chats) -> None:
    chats.gates[-5] = asyncio.Event()
    async with receiving(store, chats) as receiver:
        for number in range(1, 301):
            await receiver.accept([message(number, -5, sender=number)])
        assert len(await states(store)) == MOST_IN_CHAT
        assert receiver.has_room
        await receiver.accept([message(999, BO)])
        await chats.until(1)
        chats.gates[-5].set()
    assert chats.total == MOST_IN_CHAT + 1
