"""The numbers: what is kept for replies."""

import pytest

from bot.messages.rates import Rates


@pytest.mark.parametrize(
    ("all_of_them", "reminders"), [(30, 25), (1000, 990), (100, 90), (12, 10), (6, 5), (2, 1), (1, 1)]
)
def test_a_share_is_kept_for_replies(all_of_them: int, reminders: int) -> None:
    assert Rates(all_of_them).reminders_per_second == reminders


def test_the_free_rates_are_thirty_a_second_and_one_in_a_chat() -> None:
    assert Rates() == Rates(30, 30, 1, 3, 20)


def test_a_chat_takes_sixteen_edits_a_minute() -> None:
    assert (Rates().chat_edits_per_minute, Rates().pushed_edits_per_minute) == (16, 14)
    assert Rates(chat_edits_per_minute=1).pushed_edits_per_minute == 1


@pytest.mark.parametrize(("per_second", "edits"), [(30, 12.5), (1000, 15.0), (2, 0.5)])
def test_half_of_what_reminders_may_use_is_enough_for_edits(per_second: int, edits: float) -> None:
    assert Rates(per_second).pushed_edits_per_second == edits
