"""Counting."""

from bot.counters import count, happened


def test_each_label_has_a_count_of_its_own() -> None:
    before = happened.copy()
    count("tests", "one")
    count("tests", "one", times=2)
    count("tests", "two")
    assert happened - before == {("tests", "one"): 3, ("tests", "two"): 1}
