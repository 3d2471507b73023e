"""What all processes may send together: strict in every second, whoever asks, and by one clock."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.limiter.quota import SPAN, STEP, VALID_SECONDS, Asked, Granted, Quota
from bot.limiter.rates import Rates

NOW = 1_793_563_200_000
QUESTIONS = st.lists(
    st.tuples(st.sampled_from([0, 0, 1, 7, 19, 20, 21, 300, 1200]), st.integers(0, 12), st.integers(0, 40)), max_size=80
)


def asked(quota: Quota, now: int = NOW, rates: Rates | None = None, **what: Any) -> Granted:
    return quota.ask(Asked(**what), rates or Rates(), now)


@given(QUESTIONS, st.sampled_from([Rates(), Rates(1), Rates(1000)]))
def test_no_second_holds_more_than_may_be_however_late_a_grant_is_used(
    questions: list[tuple[int, int, int]], rates: Rates
) -> None:
    text, now, grants = "", NOW, list[tuple[int, int]]()
    for later, replies, reminders in questions:
        now += later
        quota = Quota(text)
        granted = asked(quota, now, rates, replies=replies, reminders=reminders)
        grants.append((now, granted.replies + granted.reminders))
        text = quota.text
    late = 1000 + 1000 * VALID_SECONDS
    assert all(sum(n for at, n in grants if first <= at < first + late) <= rates.per_second for first, _ in grants)


def test_a_grant_counts_until_a_second_after_it_may_last_be_used() -> None:
    for offset in range(STEP):
        quota = Quota()
        asked(quota, NOW + offset, replies=30)
        free = next(
            later for later in range(1000, 1200) if asked(Quota(quota.text), NOW + offset + later, replies=1).replies
        )
        assert 1000 + 1000 * VALID_SECONDS < free <= 1000 + 1000 * VALID_SECONDS + 2 * STEP


def test_reminders_leave_a_share_to_replies() -> None:
    quota = Quota()
    assert asked(quota, reminders=100).reminders == 25
    assert asked(quota, replies=10, reminders=1) == Granted(5, 0, (STEP + SPAN) / 1000)


def test_no_reminder_leaves_while_a_reply_has_to_wait() -> None:
    quota = Quota()
    asked(quota, replies=20)
    granted = asked(quota, replies=11, reminders=5)
    assert (granted.replies, granted.reminders) == (10, 0)


def test_what_was_granted_comes_back_after_a_second_and_a_little() -> None:
    quota = Quota()
    asked(quota, reminders=25)
    wait = asked(quota, NOW + 500, reminders=25).wait
    assert asked(quota, NOW + 500 + round(1000 * wait) - 1, reminders=25).reminders == 0
    assert asked(quota, NOW + 500 + round(1000 * wait), reminders=25) == Granted(0, 25)


def test_what_is_not_needed_is_others() -> None:
    quota = Quota()
    asked(quota, NOW - STEP, reminders=10)
    asked(quota, reminders=15)
    assert asked(quota, reminders=25).reminders == 0
    assert asked(quota, returned=20, reminders=25).reminders == 20
    assert asked(quota, returned=1000, reminders=30).reminders == 25


def test_what_left_without_asking_counts_too() -> None:
    quota = Quota()
    asked(quota, unasked=40)
    assert asked(quota, replies=1).replies == 0
    assert asked(quota, NOW + 2000, replies=1).replies == 1


def test_two_chats_within_ten_seconds_pause_the_reminders_of_all() -> None:
    quota = Quota()
    quota.ask(Asked(limited={1: 20.0}), Rates(), NOW)
    assert asked(quota, reminders=1).reminders == 1
    quota = Quota(quota.text)
    quota.ask(Asked(limited={2: 3.0}), Rates(), NOW + 8000)
    assert asked(quota, NOW + 8000, reminders=1).pause == 12.0
    almost = asked(Quota(quota.text), NOW + 19_999, replies=1, reminders=1)
    assert (almost.replies, almost.reminders, almost.pause) == (1, 0, 0.001)
    assert asked(quota, NOW + 20_000, reminders=1).reminders == 1


def test_two_chats_at_other_times_pause_nobody() -> None:
    quota = Quota()
    quota.ask(Asked(limited={1: 60.0}), Rates(), NOW)
    quota.ask(Asked(limited={2: 60.0}), Rates(), NOW + 10_000)
    assert asked(quota, NOW + 10_000, reminders=1).reminders == 1


def test_a_clock_that_is_set_back_is_no_way_to_send_more_nor_a_stop() -> None:
    quota = Quota()
    asked(quota, reminders=25)
    assert asked(quota, NOW - 500, reminders=25).reminders == 0
    assert asked(quota, NOW - 3_600_000, reminders=25).reminders == 25


def test_it_stays_small() -> None:
    quota = Quota()
    for step in range(10_000):
        asked(quota, NOW + 3 * step, Rates(1000), replies=2)
    assert len(quota.text) < 1500
