"""How much one sender may ask for: a burst, a steady rate, and no memory for senders who are quiet."""

import pytest

from bot.updates.flood import BURST, MOST_IN_CHAT, RELIEF_BURST, WARNING_INTERVAL_SECONDS, Allowance, FloodControl
from bot.updates.inbound_update import Attempt, InboundUpdate
from tests.support.calls import relieve

ANNA, BO = 1, 2


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def allowance(time: Time) -> Allowance:
    return Allowance(4, 2.0, time)


def spend(allowance: Allowance, key: int, times: int) -> None:
    for _ in range(times):
        allowance.spend(key)


def test_each_sender_has_a_burst(allowance: Allowance) -> None:
    assert allowance.remaining(ANNA) == 4
    for left in (3, 2, 1, 0):
        allowance.spend(ANNA)
        assert allowance.remaining(ANNA) == left
    assert allowance.remaining(BO) == 4


def test_the_burst_refills_one_by_one(allowance: Allowance, time: Time) -> None:
    spend(allowance, ANNA, 4)
    for left in (0, 1, 1, 2, 2, 3, 3, 4, 4):
        time.now += 0.25
        assert allowance.remaining(ANNA) == left


def test_a_bucket_never_holds_more_than_the_burst(allowance: Allowance, time: Time) -> None:
    spend(allowance, ANNA, 1)
    time.now += 1_000_000.0
    assert allowance.remaining(ANNA) == 4
    allowance.spend(ANNA)
    assert allowance.remaining(ANNA) == 3


def test_a_sender_is_warned_once_a_minute(allowance: Allowance, time: Time) -> None:
    assert [allowance.should_warn(ANNA) for _ in range(3)] == [True, False, False]
    assert allowance.should_warn(BO)
    time.now += WARNING_INTERVAL_SECONDS - 1.0
    assert not allowance.should_warn(ANNA)
    time.now += 1.0
    assert [allowance.should_warn(ANNA) for _ in range(3)] == [True, False, False]


def test_a_quiet_sender_is_forgotten(allowance: Allowance, time: Time) -> None:
    for key in range(100_000):
        spend(allowance, key, 1)
        allowance.should_warn(key)
        time.now += 0.01
    assert len(allowance._full_at) <= 1001
    assert len(allowance._warned_at) <= 10_000


# Both buckets together, and the limit of a chat


def attempts(count: int, sender: int = ANNA, chat: int = 0, *, urgent: bool = False) -> list[Attempt]:
    return [
        Attempt(InboundUpdate(id_, {}, chat or sender, sender, relieve if urgent else None)) for id_ in range(count)
    ]


@pytest.mark.usefixtures("flood_limit")
def test_the_sender_of_the_first_update_too_many_is_warned() -> None:
    flood = FloodControl()
    taken = flood.admit(attempts(BURST + 10), {})
    assert [attempt.is_too_much for attempt in taken] == [False] * BURST + [True]
    assert flood.dropped == 9


@pytest.mark.usefixtures("flood_limit")
def test_only_updates_that_were_handled_count_against_a_sender() -> None:
    flood = FloodControl()
    for _ in range(3):
        assert len(flood.admit(attempts(BURST), {})) == BURST
    for attempt in attempts(BURST):
        flood.spend(attempt)
    assert [attempt.is_too_much for attempt in flood.admit(attempts(2), {})] == [True]
    assert len(flood.admit(attempts(2, BO), {})) == 2


@pytest.mark.usefixtures("flood_limit")
def test_relief_is_counted_separately_and_without_a_warning() -> None:
    flood = FloodControl()
    for attempt in attempts(BURST):
        flood.spend(attempt)
    taken = flood.admit(attempts(RELIEF_BURST + 10, urgent=True), {})
    assert [attempt.is_too_much for attempt in taken] == [False] * RELIEF_BURST


@pytest.mark.usefixtures("flood_limit")
def test_a_full_chat_takes_only_relief_whoever_filled_it() -> None:
    flood = FloodControl()
    many = [Attempt(InboundUpdate(number, {}, -5, number)) for number in range(1, 20)]
    assert len(flood.admit(many, {-5: MOST_IN_CHAT - 10})) == 10
    assert len(flood.admit(attempts(5, chat=-5, urgent=True), {-5: MOST_IN_CHAT})) == 5
