"""The permits of one process: used again a second later, kept while it says so, given back when others need them."""

from bot.messages.limits.held import Held
from bot.messages.limits.rates import AHEAD_SECONDS, SECOND

NOW = 1000.0


def held(*free: float, until: float = NOW + 100) -> Held:
    """Permits that are free so many seconds from now."""
    some = Held()
    some.add(NOW + each for each in free)
    some.renew(until)
    return some


def test_each_is_used_again_a_second_after_its_last_use() -> None:
    some = held(0.0, 0.01)
    assert some.take(NOW)
    assert not some.take(NOW + 0.009)
    assert some.take(NOW + 0.01)
    assert some.wait(NOW + 0.01) == SECOND - 0.01
    assert not some.take(NOW + SECOND - 0.001)
    assert some.take(NOW + SECOND)
    assert not some.take(NOW + SECOND)


def test_none_is_used_that_was_not_renewed() -> None:
    some = held(0.0, 0.0, until=NOW)
    assert some.take(NOW)
    assert not some.take(NOW + 0.001)
    assert len(some) == 0
    assert some.wait(NOW) == float("inf")


def test_those_that_are_near_can_be_claimed() -> None:
    some = held(1.0, AHEAD_SECONDS, 0.0)
    assert some.near(NOW) == 2
    assert [some.near_at(number) for number in (1, 2, 3, 9)] == [
        NOW - AHEAD_SECONDS,
        NOW,
        *[NOW + 1 - AHEAD_SECONDS] * 2,
    ]


def test_what_is_given_back_is_not_what_was_claimed() -> None:
    some = held(0.1, 0.2, 0.3, 0.4, 0.5)
    some.claim(2)
    some.give(2)
    assert some.tell() == [NOW + 0.3 - SECOND, NOW + 0.4 - SECOND]
    assert some.tell() == [], "it is told once"
    assert len(some) == 3
    some.give(9)
    assert len(some) == 2


def test_who_claims_less_than_there_is_needs_no_more() -> None:
    some = held(0.0, 0.0, 0.5)
    some.claim(2)
    some.give_claimed(0)
    assert (len(some), some.returned) == (3, [])
    some.claim(2)
    some.give_claimed(1)
    assert (len(some), len(some.returned)) == (1, 2)


def test_one_that_is_used_is_no_longer_kept_for_what_was_claimed() -> None:
    some = held(0.0, 0.5)
    some.claim(1)
    assert some.take(NOW)
    some.give(9)
    assert len(some) == 0


def test_what_was_claimed_and_then_taken_by_another_is_given_back_only_once() -> None:
    some = held(0.0, 0.0, 0.0, 0.5)
    some.claim(3)
    assert some.take(NOW)
    some.give_claimed(3)
    assert (len(some), len(some.returned)) == (0, 4)
