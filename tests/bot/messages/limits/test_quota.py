"""What all processes may send together: strict in every second, whoever asks, and by one clock."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from bot.messages.limits.held import Held
from bot.messages.limits.permits import LEASE, RENEW, SPAN, STEP
from bot.messages.limits.quota import AHEAD, LONGEST, LONGEST_MINUTE, VALID_SECONDS, Asked, Granted, Quota
from bot.messages.limits.rates import Rates

NOW = 1_793_563_200_000
VALID = round(1000 * VALID_SECONDS)
LATER = st.sampled_from([0, 0, 1, 4, 5, 6, 20, 21, 300, 1200])
QUESTIONS = st.lists(st.tuples(LATER, st.integers(0, 2), st.integers(0, 12), st.integers(0, 40)), max_size=80)
NAMES = (f"process {number}" for number in count())


def asked(quota: Quota, now: int = NOW, rates: Rates | None = None, replies: int = 0, **what: Any) -> Granted:
    """So many replies, of which none is a new message."""
    return quota.ask(Asked((None,) * replies, **what), rates or Rates(), now)


def granted_to(*chats: int, quota: Quota, now: int) -> list[float]:
    """For how many seconds a new message in each of these chats is to wait."""
    return list(quota.ask(Asked(chats), Rates(), now).replies)


@dataclass
class Process:
    """Uses what it holds whenever it may, or not; gives some back; and loses some answers."""

    random: Random
    name: str = field(default_factory=lambda: next(NAMES))
    held: Held = field(default_factory=Held)
    used: list[int] = field(default_factory=list)

    def ask(self, quota: Quota, rates: Rates, now: int, replies: int, reminders: int) -> None:
        """Ask, some milliseconds after it was said what is held, and hear the answer after some more, if at all."""
        asked_at = now - self.random.randint(0, 30)
        returned = Counter(min(asked_at - round(1000 * at), SPAN) for at in self.held.tell())
        question = Asked((None,) * replies, reminders, process=self.name, keeps=len(self.held), returned=returned)
        granted = quota.ask(question, rates, now)
        self.used += [self.random.randint(now, now + VALID) for wait in granted.replies if not wait]
        if self.random.random() < 0.1 or granted.keeps < question.keeps:
            self.held.drop()
        else:
            heard_at = now + self.random.randint(0, 30)
            self.held.add(heard_at / 1000 + wait for wait in granted.reminders)
            self.held.renew((asked_at + LEASE) / 1000)
            self.held.give(granted.needed)

    def use(self, first: int, last: int) -> None:
        """Send at some moments, and then perhaps give something back."""
        for now in range(first, last):
            while self.random.random() < 0.5 and self.held.take(now / 1000):
                self.used.append(now)
        if self.random.random() < 0.2:
            self.held.give(self.random.randint(0, 20))


@given(QUESTIONS, st.sampled_from([Rates(), Rates(1), Rates(1000)]), st.integers(0, 1000))
def test_no_second_holds_more_than_may_be_whoever_has_which_permit_and_when_it_is_used(
    questions: list[tuple[int, int, int, int]], rates: Rates, seed: int
) -> None:
    text, now, random = "", NOW, Random(seed)
    processes = [Process(random) for _ in range(3)]
    for later, who, replies, reminders in questions:
        for each in processes:
            each.use(now, now + later)
        now += later
        quota = Quota(text)
        processes[who].ask(quota, rates, now, replies, reminders)
        text = quota.text
    used = sorted(at for each in processes for at in each.used)
    assert all(sum(first <= at < first + SPAN for at in used) <= rates.per_second for first in used)


def test_a_reply_counts_until_a_second_after_it_may_last_leave() -> None:
    for offset in range(STEP):
        quota = Quota()
        asked(quota, NOW + offset, replies=30)
        free = next(
            later
            for later in range(1000, 1200)
            if asked(Quota(quota.text), NOW + offset + later, replies=1).replies == (0.0,)
        )
        assert LONGEST <= free < LONGEST + STEP


def test_a_permit_is_kept_for_as_long_as_it_is_renewed() -> None:
    quota = Quota()
    assert len(asked(quota, process="a", reminders=25).reminders) == 25
    for number in range(1, 20):
        kept = asked(Quota(quota.text), NOW + number * (LEASE - 1), process="a", keeps=25)
        assert kept.keeps == 25
        quota.ask(Asked(process="a", keeps=25), Rates(), NOW + number * (LEASE - 1))
        assert not asked(quota, NOW + number * (LEASE - 1), process="b", reminders=1).reminders


def test_a_lease_that_has_ended_counts_for_a_second_more() -> None:
    quota = Quota()
    asked(quota, process="a", reminders=25)
    assert not asked(quota, NOW + LEASE + SPAN - AHEAD - 1, process="b", reminders=25).reminders
    assert len(asked(quota, NOW + LEASE + SPAN, process="b", reminders=25).reminders) == 25
    late = asked(quota, NOW + LEASE + SPAN, process="a", keeps=25)
    assert late.keeps == 0, "others have them"


def test_what_is_given_back_counts_until_a_second_after_it_was_used() -> None:
    quota = Quota()
    asked(quota, process="a", reminders=25)
    asked(quota, NOW + 50, process="a", returned={10: 15, SPAN: 10})
    assert len(asked(quota, NOW + 50, process="b", reminders=25).reminders) == 10, "they were not used"
    assert not asked(quota, NOW + 40 + SPAN - AHEAD - 1, process="b", keeps=10, reminders=1).reminders
    soon = asked(quota, NOW + 40 + SPAN - AHEAD, process="b", keeps=10, reminders=1)
    assert soon.reminders == (AHEAD / 1000,)


def test_what_was_granted_by_an_answer_that_was_lost_is_others_after_a_second() -> None:
    quota = Quota()
    asked(quota, process="a", reminders=20)
    again = asked(quota, NOW + 10, process="a", reminders=20)
    assert (len(again.reminders), quota.counted) == (5, 25)
    assert len(asked(quota, NOW + 10 + SPAN, process="a", keeps=5, reminders=25).reminders) == 20


def test_no_reply_waits_while_permits_are_given_to_reminders() -> None:
    quota = Quota()
    asked(quota, replies=30)
    granted = asked(quota, NOW + LONGEST - 5, process="a", replies=1, reminders=5)
    assert (granted.replies, granted.reminders) == ((0.005,), ())


def test_reminders_leave_a_share_to_replies() -> None:
    quota = Quota()
    assert len(asked(quota, process="a", reminders=100).reminders) == 25
    granted = asked(quota, process="b", replies=10, reminders=1)
    assert granted.replies == (0.0,) * 5 + (RENEW / 1000,) * 5
    assert (granted.reminders, granted.wait) == ((), (RENEW - AHEAD) / 1000)


def test_who_has_permits_is_told_that_replies_wait() -> None:
    quota = Quota()
    asked(quota, process="a", reminders=25)
    own = asked(quota, process="a", keeps=25, replies=7)
    assert (own.replies[5:], own.needed) == ((RENEW / 1000,) * 2, 2)
    asked(quota, process="a", keeps=25)
    assert asked(quota, process="b", replies=3).needed == 0
    assert asked(quota, process="a", keeps=25).needed == 3
    asked(quota, NOW, process="a", keeps=22, returned={SPAN: 3})
    assert asked(quota, NOW, process="b", replies=3).replies == (0.0,) * 3


def test_no_reminder_takes_what_replies_of_another_process_wait_for() -> None:
    quota = Quota()
    asked(quota, process="a", replies=33)
    asked(quota, NOW + LONGEST - AHEAD - 1, process="a", replies=3)
    assert not asked(quota, NOW + LONGEST - AHEAD, process="b", reminders=5).reminders
    assert asked(quota, NOW + LONGEST, process="a", replies=3).replies == (0.0,) * 3
    assert len(asked(quota, NOW + LONGEST, process="b", reminders=5).reminders) == 5


def test_replies_that_only_wait_for_their_chat_need_no_permit() -> None:
    quota = Quota()
    asked(quota, process="a", reminders=20)
    assert quota.ask(Asked((5, 5, 5), process="b"), Rates(), NOW).replies == (0.0,) + (LONGEST / 1000,) * 2
    assert asked(quota, process="a", keeps=20).needed == 0


def test_those_who_have_more_than_their_share_are_told_that_others_have_too_few() -> None:
    quota = Quota()
    asked(quota, process="a", reminders=25)
    asked(quota, process="b", reminders=32)
    assert asked(quota, process="a", keeps=25).needed == 12
    asked(quota, process="a", keeps=13, returned={SPAN: 12}, reminders=20)
    assert len(asked(quota, process="b", reminders=32).reminders) == 12
    assert asked(quota, process="a", keeps=13, reminders=20).needed == 0


def test_who_needs_few_is_given_few() -> None:
    quota = Quota()
    asked(quota, process="a", reminders=25)
    asked(quota, process="b", reminders=1)
    assert asked(quota, process="a", keeps=25).needed == 1


def test_what_is_free_is_not_taken_from_those_who_have_too_few_by_who_has_its_share() -> None:
    quota = Quota()
    asked(quota, process="a", reminders=20)
    asked(quota, process="b", reminders=32)
    asked(quota, process="a", keeps=13, returned={SPAN: 7}, reminders=20)
    assert len(asked(quota, process="a", keeps=13, reminders=20).reminders) == 0
    assert len(asked(quota, process="b", keeps=5, reminders=20).reminders) == 7


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
    asked(quota, process="a", reminders=25)
    for back in (500, 3_600_000):
        assert not asked(Quota(quota.text), NOW - back, process="b", reminders=25).reminders
        again = Quota(quota.text)
        again.ask(Asked(), Rates(), NOW - back)
        assert not asked(again, NOW - back + LEASE + SPAN - AHEAD - STEP, process="b", reminders=25).reminders
        assert len(asked(again, NOW - back + LEASE + SPAN + STEP, process="b", reminders=25).reminders) == 25


def test_a_clock_that_is_set_back_makes_no_pause_longer() -> None:
    quota = Quota()
    quota.ask(Asked(limited={1: 5.0, 2: 5.0}), Rates(), NOW)
    assert asked(quota, NOW + 1, reminders=1).pause == 4.999
    assert asked(quota, NOW - 3_600_000, reminders=1).pause == 0
    quota.ask(Asked(limited={3: 7.0}), Rates(), NOW - 3_600_000)
    assert asked(quota, NOW - 3_600_000, reminders=1).pause == 0, "those before were an hour later"


def test_it_stays_small() -> None:
    quota = Quota()
    for step in range(10_000):
        asked(quota, NOW + 3 * step, Rates(1000), replies=2)
    assert len(quota.text) < 1500
