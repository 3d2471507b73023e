from datetime import timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import SkippableClock
from simulator.updates.queue import BY_DEFAULT, Update, UpdateQueue
from tests.simulator.conftest import EVENING


@pytest.fixture
def updates(clock: SkippableClock) -> UpdateQueue:
    return UpdateQueue(clock, first_id=1)


def fill(updates: UpdateQueue, number: int) -> None:
    for _ in range(number):
        updates.add("message", {}, 7)


def ids(encoded: list[bytes]) -> list[int]:
    return [orjson.loads(update)["update_id"] for update in encoded]


def test_ids_rise_by_one(updates: UpdateQueue) -> None:
    fill(updates, 3)
    assert ids(updates.take(0, 100)) == [1, 2, 3]


def test_the_update_carries_its_content(updates: UpdateQueue) -> None:
    updates.add("message", {"text": "hej"}, 7)
    assert orjson.loads(updates.take(0, 1)[0]) == {"update_id": 1, "message": {"text": "hej"}}


def test_without_an_offset_nothing_is_confirmed(updates: UpdateQueue) -> None:
    fill(updates, 2)
    assert ids(updates.take(0, 100)) == ids(updates.take(0, 100)) == [1, 2]


def test_an_offset_confirms_everything_below_it(updates: UpdateQueue) -> None:
    fill(updates, 3)
    assert ids(updates.take(3, 100)) == [3]
    assert ids(updates.take(0, 100)) == [3]
    assert updates.take(4, 100) == []
    assert len(updates) == 0


def test_a_limit_confirms_nothing_more(updates: UpdateQueue) -> None:
    fill(updates, 3)
    assert ids(updates.take(0, 2)) == [1, 2]
    assert ids(updates.take(3, 2)) == [3]


def test_a_negative_offset_drops_all_but_the_last(updates: UpdateQueue) -> None:
    fill(updates, 5)
    assert ids(updates.take(-2, 100)) == [4, 5]
    assert ids(updates.take(0, 100)) == [4, 5]
    assert ids(updates.take(-9, 100)) == [4, 5]


def test_an_offset_far_in_the_future_is_ignored(updates: UpdateQueue) -> None:
    fill(updates, 2)
    assert ids(updates.take(1_000_000, 100)) == [1, 2]


def test_updates_are_kept_for_a_day(updates: UpdateQueue, clock: SkippableClock) -> None:
    fill(updates, 1)
    clock.skip(timedelta(hours=1))
    fill(updates, 1)
    clock.skip(timedelta(hours=22, minutes=59))
    assert len(updates) == 2
    clock.skip(timedelta(minutes=1))
    assert [update.id for update in updates] == [2]


def test_only_allowed_kinds_are_queued(updates: UpdateQueue) -> None:
    assert updates.add("message_reaction", {}, 7) is None
    updates.allow(["message_reaction", "no such kind"])
    assert updates.add("message_reaction", {}, 7) == 1
    assert updates.add("message", {}, 7) is None
    updates.allow([])
    assert updates.allowed == BY_DEFAULT


def test_raw_updates_keep_their_id_and_the_next_follow(updates: UpdateQueue) -> None:
    updates.add_raw({"update_id": 50, "nonsense": None})
    fill(updates, 1)
    assert ids(updates.take(0, 100)) == [50, 51]


def test_an_update_can_be_handed_out_again_after_it_was_confirmed(updates: UpdateQueue) -> None:
    fill(updates, 2)
    updates.take(3, 100)
    updates.repeat(1)
    assert ids(updates.take(3, 100)) == [1]
    assert updates.take(3, 100) == []
    with pytest.raises(KeyError):
        updates.repeat(99)


def test_an_update_can_be_handed_out_again_before_it_is_confirmed(updates: UpdateQueue) -> None:
    fill(updates, 1)
    updates.repeat(1)
    assert ids(updates.take(0, 100)) == [1, 1]


def test_every_update_can_come_twice(updates: UpdateQueue) -> None:
    updates.copies = 2
    fill(updates, 2)
    assert ids(updates.take(0, 100)) == [1, 1, 2, 2]


def test_confirming_one_by_one(updates: UpdateQueue) -> None:
    fill(updates, 2)
    updates.repeat(1)
    updates.confirm(1)
    assert ids(updates.take(0, 100)) == [1, 2]
    updates.confirm(1)
    assert ids(updates.take(0, 100)) == [2]


def test_clearing(updates: UpdateQueue) -> None:
    fill(updates, 2)
    updates.repeat(1)
    updates.clear()
    assert len(updates) == 0


def test_listeners_are_called_with_every_update(updates: UpdateQueue) -> None:
    queued: list[Update] = []
    unsubscribe = updates.subscribe(queued.append)
    fill(updates, 1)
    unsubscribe()
    fill(updates, 1)
    assert [update.id for update in queued] == [1]
    assert queued[0].order_key == 7


@given(st.lists(st.one_of(st.just("add"), st.integers(-5, 12)), max_size=30))
def test_a_bot_that_confirms_its_updates_misses_none(steps: list[str | int]) -> None:
    """With any limits, polling from the last id plus one gives every update once, in order."""
    updates, got, added = UpdateQueue(SkippableClock(lambda: EVENING), first_id=1), list[int](), 0
    for step in steps:
        if step == "add":
            fill(updates, 1)
            added += 1
        elif isinstance(step, int) and step > 0:
            got += ids(updates.take(got[-1] + 1 if got else 0, step))
    got += ids(updates.take(got[-1] + 1 if got else 0, 1000))
    assert got == list(range(1, added + 1))
