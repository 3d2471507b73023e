"""What all processes may send together: strict in every second, whoever asks, and by one clock."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from bot.limiter.quota import AHEAD, LONGEST, LONGEST_MINUTE, SPAN, STEP, VALID_SECONDS, Asked, Granted, Quota
from bot.limiter.rates import Rates

NOW = 1_793_563_200_000
VALID = round(1000 * VALID_SECONDS)
LATER = st.sampled_from([0, 0, 1, 4, 5, 6, 20, 21, 300, 1200])
QUESTIONS = st.lists(st.tuples(LATER, st.integers(0, 2), st.integers(0, 12), st.integers(0, 40)), max_size=80)


def asked(quota: Quota, now: int = NOW, rates: Rates | None = None, replies: int = 0, **what: Any) -> Granted:
    """So many replies, of which none is a new message."""
    return quota.ask(Asked((None,) * replies, **what), rates or Rates(), now)


def granted_to(*chats: int, quota: Quota, now: int) -> list[float]:
    """For how many seconds a new message in each of these chats is to wait."""
    return list(quota.ask(Asked(chats), Rates(), now).replies)


@dataclass
class Process:
    """Uses each grant at any moment at which it may, or never, and may tell when it asks the next time."""

    random: Random
    used: list[int] = field(default_factory=list)
    open: list[tuple[int, int | None]] = field(default_factory=list)

    def tell(self, now: int) -> tuple[Counter[int], Counter[int]]:
        """The grants that are over, and how long ago each one that is told has left."""
        over = [each for each in self.open if each[1] is None or each[1] <= now]
        told = [each for each in over if self.random.random() < 0.8]
        self.open = [each for each in self.open if each not in over]
        return Counter(number for number, _ in told), Counter(now - at for _, at in told if at is not None)

    def use(self, granted: Granted, now: int) -> None:
        """Decide what becomes of what was granted."""
        self.used += [self.random.randint(now, now + VALID) for wait in granted.replies if not wait]
        for after in granted.reminders:
            leaves = self.random.randint(now + round(1000 * after), now + VALID) if self.random.random() < 0.9 else None
            self.open.append((granted.number, leaves))
            self.used += [] if leaves is None else [leaves]


@given(QUESTIONS, st.sampled_from([Rates(), Rates(1), Rates(1000)]), st.integers(0, 1000))
def test_no_second_holds_more_than_may_be_however_late_a_grant_is_used(
    questions: list[tuple[int, int, int, int]], rates: Rates, seed: int
) -> None:
    text, now, random = "", NOW, Random(seed)
    processes = [Process(random) for _ in range(3)]
    for later, who, replies, reminders in questions:
        now += later
        quota = Quota(text)
        over, left = processes[who].tell(now)
        processes[who].use(asked(quota, now, rates, replies=replies, reminders=reminders, over=over, left=left), now)
        text = quota.text
    used = sorted(at for each in processes for at in each.used)
    assert all(sum(first <= at < first + SPAN for at in used) <= rates.per_second for first in used)


def test_a_grant_counts_until_a_second_after_it_may_last_be_used() -> None:
    for offset in range(STEP):
        quota = Quota()
        asked(quota, NOW + offset, replies=30)
        free = next(
            later
            for later in range(1000, 1200)
            if asked(Quota(quota.text), NOW + offset + later, replies=1).replies == (0.0,)
        )
        assert LONGEST <= free < LONGEST + STEP


def test_one_that_has_left_counts_until_a_second_after_that() -> None:
    quota = Quota()
    number = asked(quota, reminders=25).number
    asked(quota, NOW + 50, over={number: 25}, left={10: 25})
    assert not asked(quota, NOW + 40 + SPAN - AHEAD - 1, reminders=1).reminders
    assert asked(quota, NOW + 40 + SPAN - AHEAD, reminders=1).reminders == (AHEAD / 1000,)


def test_reminders_are_granted_just_before_they_may_leave() -> None:
    quota = Quota()
    first, second = asked(quota, reminders=10), asked(quota, NOW + 10, reminders=15)
    assert first.reminders == (0.0,) * 10
    assert second.reminders == (0.0,) * 15
    assert asked(quota, NOW + LONGEST - AHEAD, reminders=20).reminders == (AHEAD / 1000,) * 10
    assert asked(quota, NOW + LONGEST - 5, reminders=20).reminders == (0.015,) * 15


def test_no_reply_waits_while_reminders_are_granted_ahead() -> None:
    quota = Quota()
    asked(quota, replies=30)
    granted = asked(quota, NOW + LONGEST - 5, replies=1, reminders=5)
    assert (granted.replies, granted.reminders) == ((0.005,), ())


def test_reminders_leave_a_share_to_replies() -> None:
    quota = Quota()
    assert len(asked(quota, reminders=100).reminders) == 25
    granted = asked(quota, replies=10, reminders=1)
    assert granted.replies == (0.0,) * 5 + (LONGEST / 1000,) * 5
    assert (granted.reminders, granted.wait) == ((), (LONGEST - AHEAD) / 1000)


def test_no_reminder_leaves_while_a_reply_has_to_wait() -> None:
    quota = Quota()
    asked(quota, replies=20)
    granted = asked(quota, replies=11, reminders=5)
    assert (granted.replies, granted.reminders) == ((0.0,) * 10 + (LONGEST / 1000,), ())


def test_what_was_granted_comes_back_after_a_second_and_a_little() -> None:
    quota = Quota()
    asked(quota, reminders=25)
    wait = asked(quota, NOW + 500, reminders=25).wait
    assert not asked(quota, NOW + 500 + round(1000 * wait) - 1, reminders=25).reminders
    again = asked(quota, NOW + 500 + round(1000 * wait), reminders=25)
    assert (again.reminders, again.wait) == ((AHEAD / 1000,) * 25, 0.0)


def test_what_is_not_needed_is_others() -> None:
    quota = Quota()
    first = asked(quota, NOW - STEP, reminders=10).number
    second = asked(quota, reminders=15).number
    assert not asked(quota, reminders=25).reminders
    assert len(asked(quota, over={first: 5, second: 15}, reminders=25).reminders) == 20
    assert len(asked(quota, over={first: 1000, second: 0, second + 1: 7}, reminders=30).reminders) == 5


def test_what_left_without_asking_counts_too() -> None:
    quota = Quota()
    asked(quota, unasked=(None,) * 40)
    assert asked(quota, replies=1).replies == (LONGEST / 1000,)
    assert asked(quota, NOW + 2000, replies=1).replies == (0.0,)


def test_a_chat_gets_one_new_message_a_second_from_all_processes() -> None:
    quota = Quota()
    assert granted_to(1, 2, 1, quota=quota, now=NOW) == [0.0, 0.0, LONGEST / 1000]
    quota = Quota(quota.text)
    assert granted_to(1, quota=quota, now=NOW + 110) == [1.0]
    asked(quota, NOW + 110, replies=5)
    assert granted_to(1, quota=quota, now=NOW + LONGEST) == [0.0]
    quota.ask(Asked(unasked=(3,)), Rates(), NOW + LONGEST)
    assert granted_to(3, 2, quota=quota, now=NOW + LONGEST + 10) == [(LONGEST - 10) / 1000, 0.0]


def test_a_chat_whose_number_is_a_word_spoils_nothing() -> None:
    quota, chat = Quota(), cast("int", "-words")
    quota.ask(Asked((chat,), unasked=(chat,), limited={chat: 1.0}), Rates(), NOW)
    assert len(asked(Quota(quota.text), reminders=5).reminders) == 5


def test_a_group_gets_twenty_a_minute_from_all_processes() -> None:
    quota = Quota()
    waits = [*(granted_to(-5, quota=quota, now=NOW + 2000 * number)[0] for number in range(21))]
    assert waits == [0.0] * 20 + [(LONGEST_MINUTE - 40_000) / 1000]
    assert granted_to(-5, quota=Quota(quota.text), now=NOW + LONGEST_MINUTE) == [0.0]


def test_two_chats_within_ten_seconds_pause_the_reminders_of_all() -> None:
    quota = Quota()
    quota.ask(Asked(limited={1: 20.0}), Rates(), NOW)
    assert asked(quota, reminders=1).reminders
    quota = Quota(quota.text)
    quota.ask(Asked(limited={2: 3.0}), Rates(), NOW + 8000)
    assert asked(quota, NOW + 8000, reminders=1).pause == 12.0
    almost = asked(Quota(quota.text), NOW + 19_999, replies=1, reminders=1)
    assert (almost.replies, almost.reminders, almost.pause) == ((0.0,), (), 0.001)
    assert asked(quota, NOW + 20_000, reminders=1).reminders


def test_two_chats_at_other_times_pause_nobody() -> None:
    quota = Quota()
    quota.ask(Asked(limited={1: 60.0}), Rates(), NOW)
    quota.ask(Asked(limited={2: 60.0}), Rates(), NOW + 10_000)
    assert asked(quota, NOW + 10_000, reminders=1).reminders


def test_a_clock_that_is_set_back_is_no_way_to_send_more_nor_a_stop() -> None:
    quota = Quota()
    asked(quota, reminders=25)
    assert not asked(quota, NOW - 500, reminders=25).reminders
    assert len(asked(quota, NOW - 3_600_000, reminders=25).reminders) == 25


def test_it_stays_small() -> None:
    quota = Quota()
    for step in range(10_000):
        asked(quota, NOW + 3 * step, Rates(1000), replies=2)
    assert len(quota.text) < 1500
