"""Who is let in: everybody, and nobody without end."""

import pytest

from bot.updates.flood import AT_ONCE, MOST_IN_CHAT, RELIEF_AT_ONCE, Admission
from bot.updates.inbound import Arrival

ANNA, BO = 1, 2
pytestmark = pytest.mark.usefixtures("flood_limit")


def arrivals(count: int, sender: int = ANNA, chat: int = 0, *, urgent: bool = False) -> list[Arrival]:
    return [Arrival(number, {}, chat or sender, sender, is_urgent=urgent) for number in range(count)]


def test_the_first_that_is_too_much_is_to_be_told_so() -> None:
    admission = Admission()
    taken = admission.admitted(arrivals(AT_ONCE + 10), {})
    assert [each.is_too_much for each in taken] == [False] * AT_ONCE + [True]
    assert admission.passed_over == 9


def test_only_what_was_taken_in_hand_is_held_against_anybody() -> None:
    admission = Admission()
    for _ in range(3):
        assert len(admission.admitted(arrivals(AT_ONCE), {})) == AT_ONCE
    for each in arrivals(AT_ONCE):
        admission.spend(each)
    assert [each.is_too_much for each in admission.admitted(arrivals(2), {})] == [True]
    assert len(admission.admitted(arrivals(2, BO), {})) == 2


def test_relief_is_counted_by_itself_and_silently() -> None:
    admission = Admission()
    for each in arrivals(AT_ONCE):
        admission.spend(each)
    taken = admission.admitted(arrivals(RELIEF_AT_ONCE + 10, urgent=True), {})
    assert [each.is_too_much for each in taken] == [False] * RELIEF_AT_ONCE


def test_a_chat_is_full_whoever_fills_it_but_for_relief() -> None:
    admission = Admission()
    many = [Arrival(number, {}, -5, number) for number in range(1, 20)]
    assert len(admission.admitted(many, {-5: MOST_IN_CHAT - 10})) == 10
    assert len(admission.admitted(arrivals(5, chat=-5, urgent=True), {-5: MOST_IN_CHAT})) == 5
