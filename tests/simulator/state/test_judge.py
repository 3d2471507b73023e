import asyncio

import pytest

from simulator.state.judge import Judge
from tests.simulator.conftest import EVENING
from tests.support.waiting import run_ready_callbacks


def record(judge: Judge, chat: int, text: str, method: str = "sendMessage") -> None:
    judge.record(EVENING, 3, method, chat, {"text": text})


@pytest.fixture
def judge() -> Judge:
    judge = Judge(keep=None)
    record(judge, 1, "a")
    record(judge, 2, "b")
    record(judge, 1, "c", "editMessageText")
    record(judge, 1, "d")
    return judge


def test_what_a_chat_received(judge: Judge) -> None:
    assert judge.texts(1) == ["a", "d"]
    assert [delivery.message["text"] for delivery in judge.received()] == ["a", "b", "d"]
    assert [delivery.message["text"] for delivery in judge.received(1, edits=True)] == ["a", "c", "d"]
    assert [delivery.number for delivery in judge.received(after=2)] == [4]


def test_counts(judge: Judge) -> None:
    assert judge.total == 4
    assert judge.counts == {1: 2, 2: 1}


def test_texts_include_captions() -> None:
    judge = Judge(keep=None)
    judge.record(EVENING, 1, "sendPhoto", 1, {"caption": "a"})
    judge.record(EVENING, 1, "sendPhoto", 1, {})
    assert judge.texts(1) == ["a", ""]


def test_only_the_last_deliveries_are_kept_but_all_are_counted() -> None:
    judge = Judge(keep=2)
    for text in "abc":
        record(judge, 1, text)
    assert judge.texts(1) == ["b", "c"]
    assert judge.counts[1] == 3


def test_a_delivery_as_json(judge: Judge) -> None:
    assert judge.received()[0].as_json() == {
        "number": 1,
        "at": "2026-11-01T20:00:00+00:00",
        "request": 3,
        "method": "sendMessage",
        "chat": 1,
        "message": {"text": "a"},
    }


async def test_waiting_for_a_delivery(judge: Judge) -> None:
    await judge.until(lambda judge: judge.total == 4)
    waiting = [asyncio.create_task(judge.until(lambda judge: judge.total == 6)) for _ in range(2)]
    await run_ready_callbacks()
    record(judge, 1, "e")
    await run_ready_callbacks()
    assert not any(task.done() for task in waiting)
    record(judge, 1, "f")
    await asyncio.gather(*waiting)


async def test_waiting_for_a_delivery_that_does_not_come(judge: Judge) -> None:
    with pytest.raises(TimeoutError):
        await judge.until(lambda _: False, within=0.01)
    record(judge, 1, "e")
