"""The queues of updates: in order within a chat, and apart from those of other chats and from calls for relief."""

import asyncio
from collections import defaultdict
from itertools import pairwise

import pytest

from bot.updates import chat_queues as module
from bot.updates.chat_queues import ChatQueues
from bot.updates.inbound_update import Attempt, InboundUpdate
from tests.support.calls import relieve
from tests.support.waiting import run_ready_callbacks

ANNA, BO, CLEO = 1_000_001, 1_000_002, 1_000_003


def arrived(number: int, chat: int = ANNA, *, urgent: bool = False) -> Attempt:
    return Attempt(InboundUpdate(number, {"update_id": number}, chat, chat, relieve if urgent else None))


async def settled() -> None:
    """Let everything run that waits for nothing but its turn."""
    for _ in range(20):
        await run_ready_callbacks()


class Desk:
    """The queues, and what has been handled: an update of a chat waits until the chat's door is open."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.handled: list[int] = []
        self.doors: dict[int, asyncio.Event] = defaultdict(asyncio.Event)
        self.tasks: list[asyncio.Task[None]] = []
        self.queues = ChatQueues(self._handle, lambda work: self.tasks.append(asyncio.ensure_future(work)))

    async def _handle(self, attempt: Attempt) -> None:
        self.begun.append(attempt.update.id)
        await self.doors[attempt.update.chat_id].wait()
        self.handled.append(attempt.update.id)

    async def put(self, *attempts: Attempt) -> None:
        for attempt in attempts:
            self.queues.put(attempt)
        await settled()

    async def open(self, *chats: int) -> None:
        for chat in chats:
            self.doors[chat].set()
        await settled()


async def test_chats_do_not_wait_for_each_other() -> None:
    desk = Desk()
    await desk.open(BO)
    await desk.put(arrived(1, ANNA), arrived(2, BO), arrived(3, ANNA), arrived(4, BO))
    assert (desk.begun, desk.handled) == ([1, 2, 4], [2, 4])
    assert (desk.queues.waiting(ANNA), desk.queues.waiting(BO)) == (2, 0)
    await desk.open(ANNA)
    assert desk.handled == [2, 4, 1, 3]
    assert all(task.done() for task in desk.tasks)


async def test_an_earlier_update_that_arrives_later_goes_before_those_that_wait() -> None:
    desk = Desk()
    await desk.put(arrived(3), arrived(5), arrived(1), arrived(4))
    await desk.open(ANNA)
    assert desk.handled == [3, 1, 4, 5], "3 was being handled already"


async def test_a_call_for_relief_waits_only_for_earlier_ones() -> None:
    desk = Desk()
    await desk.put(arrived(1), arrived(2), arrived(3, urgent=True), arrived(4, urgent=True))
    assert desk.begun == [3, 1]
    assert desk.queues.waiting(ANNA) == 2, "calls for relief do not count"
    await desk.open(ANNA)
    assert sorted(desk.handled) == [1, 2, 3, 4]


async def test_a_known_number_of_updates_is_handled_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_AT_ONCE", 2)
    desk = Desk()
    await desk.put(arrived(1, ANNA), arrived(2, BO), arrived(3, CLEO), arrived(4, CLEO, urgent=True))
    assert desk.begun == [4, 1, 2], "both places are taken, and a call for relief needs none"
    await desk.open(ANNA)
    assert desk.begun == [4, 1, 2, 3]
    await desk.open(BO, CLEO)
    assert sorted(desk.handled) == [1, 2, 3, 4]


async def test_a_burst_is_started_one_by_one_and_calls_for_relief_first() -> None:
    desk = Desk()
    for number in range(100):
        desk.queues.put(arrived(number, chat=1 + number, urgent=number == 99))
    numbers = [0]
    while len(desk.begun) < 100:
        await run_ready_callbacks()  # which takes two turns of the event loop
        numbers.append(len(desk.begun))
    assert max(after - before for before, after in pairwise(numbers)) <= 2
    assert desk.begun == [99, *range(99)]


async def test_what_was_written_before_a_call_for_relief_is_overtaken() -> None:
    desk = Desk()
    waiting, other = [arrived(1), arrived(2)], arrived(3, BO)
    await desk.put(*waiting, other)
    before, call, after = arrived(4), arrived(5, urgent=True), arrived(6)
    desk.queues.mark_overtaken([before, call, after])
    assert all(attempt.overtaken.is_set() for attempt in (*waiting, before))
    assert not any(attempt.overtaken.is_set() for attempt in (other, call, after))
