"""The books of what counts: nothing is free too early, and nothing is held for ever."""

import pytest

from bot.messages.limits.permits import LEASE, RENEW, SPAN, STEP, Holder, Permits
from bot.parsing import lenient_json

NOW = 1_793_563_200_000
LONGEST = SPAN + 100


@pytest.fixture
def permits() -> Permits:
    return Permits({}, LONGEST)


def test_what_counts_is_free_when_its_time_is_over_in_the_order_of_that(permits: Permits) -> None:
    permits.count(2, NOW + 40, NOW)
    permits.count(1, NOW + 20, NOW)
    permits.count(5, NOW, NOW)
    assert permits.counted == 3
    assert list(permits.free(4, NOW)) == [NOW, NOW + 20, NOW + 40, NOW + 40]
    assert list(permits.free(2, NOW)) == [NOW + 40, NOW + 40]
    assert [permits.full_for(most, NOW) for most in (4, 3, 1)] == [0, 20, 40]


def test_a_step_is_never_too_short(permits: Permits) -> None:
    permits.count(1, NOW + 1, NOW)
    assert permits.full_for(1, NOW) == STEP


def test_who_holds_permits_gives_them_soon_to_who_needs_one(permits: Permits) -> None:
    permits.hold("a", Holder(3, NOW + LEASE))
    assert list(permits.free(3, NOW)) == []
    assert permits.full_for(3, NOW) == RENEW


def test_it_is_the_same_after_it_was_kept(permits: Permits) -> None:
    permits.count(2, NOW + 40, NOW)
    permits.count(1, NOW + 20, NOW)
    permits.hold("a", Holder(3, NOW + LEASE, 1, 2))
    again = Permits(lenient_json.loads(lenient_json.dumps(permits.kept)), LONGEST)
    assert again.kept == permits.kept
    assert again.settle("a", 3, {}, NOW) == 3
    assert list(again.free(6, NOW)) == list(permits.free(6, NOW))


def test_what_is_neither_kept_nor_given_back_was_perhaps_used_a_moment_ago(permits: Permits) -> None:
    permits.hold("a", Holder(5, NOW + LEASE))
    assert permits.settle("a", 1, {SPAN: 1, 10: 1}, NOW) == 1
    assert permits.counted == 5 - 1
    assert list(permits.free(5, NOW)) == [NOW, NOW + SPAN - 10, NOW + SPAN, NOW + SPAN]


def test_who_says_that_it_has_more_than_is_known_has_none(permits: Permits) -> None:
    permits.hold("a", Holder(2, NOW + LEASE))
    assert permits.settle("a", 2, {10: 1}, NOW) == 0
    assert permits.settle("b", 1, {}, NOW) == 0
    assert list(permits.free(2, NOW)) == [NOW + SPAN] * 2


@pytest.mark.parametrize("back", [1, 300, 1800, 3_600_000])
def test_a_clock_that_is_set_back_frees_nothing_too_early_and_nothing_too_late(permits: Permits, back: int) -> None:
    permits.hold("a", Holder(1, NOW + LEASE))
    permits.count(1, NOW + LONGEST, NOW)
    permits.forget(NOW - back)
    assert permits.counted == 2
    permits.forget(NOW - back + LONGEST + STEP)
    assert permits.counted == 1
    permits.forget(NOW - back + LEASE)
    assert permits.counted == 1, "it may have been used until then"
    permits.forget(NOW - back + LEASE + SPAN + STEP)
    assert permits.counted == 0


def test_who_has_its_share_need_give_nothing(permits: Permits) -> None:
    permits.hold("b", Holder(1, NOW + LEASE, missing=30))
    permits.hold("c", Holder(2, NOW + LEASE))
    assert permits.share_of("a", 10) == (4, 3), "half of what who has enough leaves, of which b has one"
    assert permits.share_of("c", 10) == (5, 4)
    assert permits.share_of("b", 10) == (8, 0), "nobody else has too few"
    permits.hold("b", Holder(4, NOW + LEASE, missing=30))
    assert permits.share_of("a", 10) == (4, 0)
    permits.hold("b", Holder(3, NOW + LEASE, missing=1, behind=5))
    assert (permits.share_of("a", 10), permits.behind("a"), permits.behind("b")) == ((4, 1), 5, 0)
