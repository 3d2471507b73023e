"""A sliding window: how many fall into any second, wherever it begins."""

from hypothesis import given
from hypothesis import strategies as st

from bot.messages.window import Window

GAPS = st.lists(st.sampled_from([0.0, 0.0, 0.001, 0.03, 0.4, 0.9, 1.0, 2.5]), max_size=120)


def test_as_many_leave_at_once_as_the_limit_allows() -> None:
    window = Window(1.0)
    for _ in range(3):
        assert window.free_in(3, 10.0) == 0
        window.add(10.0)
    assert window.free_in(3, 10.25) == 0.75
    assert window.free_in(4, 10.25) == 0
    assert window.free_in(3, 11.0) == 0


def test_room_returns_one_second_after_it_was_taken() -> None:
    window = Window(1.0)
    for at in (10.0, 10.5, 10.5):
        window.add(at)
    assert window.used(10.75) == 3
    assert window.used(11.0) == 2
    assert window.free_in(1, 11.0) == 0.5


def test_a_removed_message_no_longer_counts() -> None:
    window = Window(1.0)
    window.add(10.0)
    window.add(10.5)
    window.remove(10.0)
    assert window.used(10.5) == 1
    window.remove(3.0)
    assert window.used(11.25) == 1


@given(GAPS, st.integers(1, 30))
def test_no_second_holds_more_than_the_limit(gaps: list[float], most: int) -> None:
    window, now, left = Window(1.0), 1000.0, list[float]()
    for gap in gaps:
        now += gap
        wait = window.free_in(most, now)
        if wait == 0:
            window.add(now)
            left.append(now)
        else:
            now += wait - 1e-6
            assert window.free_in(most, now) > 0
            now += 2e-6
            assert window.free_in(most, now) == 0, "neither earlier nor later"
    assert all(left[n] - left[n - most] >= 1.0 for n in range(most, len(left)))
