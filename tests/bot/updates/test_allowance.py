"""What one person may ask for: a burst, a steady trickle, and nothing kept of those who are quiet."""

import pytest

from bot.updates.allowance import WHILE_SECONDS, Allowance

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


def test_so_many_at_once_for_each(allowance: Allowance) -> None:
    assert allowance.left(ANNA) == 4
    for left in (3, 2, 1, 0):
        allowance.spend(ANNA)
        assert allowance.left(ANNA) == left
    assert allowance.left(BO) == 4


def test_more_come_back_one_by_one(allowance: Allowance, time: Time) -> None:
    spend(allowance, ANNA, 4)
    for left in (0, 1, 1, 2, 2, 3, 3, 4, 4):
        time.now += 0.25
        assert allowance.left(ANNA) == left


def test_none_is_saved_up(allowance: Allowance, time: Time) -> None:
    spend(allowance, ANNA, 1)
    time.now += 1_000_000.0
    assert allowance.left(ANNA) == 4
    allowance.spend(ANNA)
    assert allowance.left(ANNA) == 3


def test_only_the_first_refusal_is_one_for_a_while(allowance: Allowance, time: Time) -> None:
    assert [allowance.refuse(ANNA) for _ in range(3)] == [True, False, False]
    assert allowance.refuse(BO)
    time.now += WHILE_SECONDS - 1.0
    assert not allowance.refuse(ANNA)
    time.now += 1.0
    assert [allowance.refuse(ANNA) for _ in range(3)] == [True, False, False]


def test_who_is_quiet_is_forgotten(allowance: Allowance, time: Time) -> None:
    for key in range(100_000):
        spend(allowance, key, 1)
        allowance.refuse(key)
        time.now += 0.01
    assert len(allowance._whole_at) <= 1001
    assert len(allowance._refused_at) <= 10_000
