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
