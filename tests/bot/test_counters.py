"""Events are counted by name and labels."""

from bot.counters import count, counts


def test_each_label_has_a_count_of_its_own() -> None:
    before = counts.copy()
    count("tests", "one")
    count("tests", "one", times=2)
    count("tests", "two")
    assert counts - before == {("tests", "one"): 3, ("tests", "two"): 1}
