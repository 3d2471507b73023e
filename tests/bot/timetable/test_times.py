"""Times of a day, every minute of it."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.timetable import Quiet, before_bed, is_near, is_quiet, minute_of_day, shifted, sorted_times

MINUTES = [time(*divmod(minute, 60)) for minute in range(24 * 60)]
NIGHT: Quiet = (time(22), time(7))
clock_times = st.sampled_from(MINUTES)


@pytest.mark.parametrize(
    ("quiet", "hours"),
    [
        (NIGHT, {22, 23, 0, 1, 2, 3, 4, 5, 6}),
        ((time(0), time(6)), {0, 1, 2, 3, 4, 5}),
        ((time(13), time(15)), {13, 14}),
        ((time(22), time(0)), {22, 23}),
        ((time(9), time(9)), set()),
        (None, set()),
    ],
)
def test_quiet_hours_every_minute(quiet: Quiet | None, hours: set[int]) -> None:
    assert [at for at in MINUTES if is_quiet(at, quiet)] == [at for at in MINUTES if at.hour in hours]


def test_quiet_to_the_instant() -> None:
    assert not is_quiet(time(21, 59, 59, 999_999), NIGHT)
    assert is_quiet(time(22), NIGHT)
    assert is_quiet(time(6, 59, 59, 999_999), NIGHT)
    assert not is_quiet(time(7), NIGHT)


@given(clock_times, clock_times)
def test_quiet_hours_turned_round_are_the_other_hours(begin: time, end: time) -> None:
    if begin != end:
        assert all(is_quiet(at, (begin, end)) != is_quiet(at, (end, begin)) for at in MINUTES)


def test_the_two_hours_before_bed_every_minute() -> None:
    late = [at for at in MINUTES if before_bed(at, time(22))]
    assert (late[0], late[-1], len(late)) == (time(20, 1), time(22), 120)
    after_midnight = {at for at in MINUTES if before_bed(at, time(0, 30), hours=1)}
    assert after_midnight == {at for at in MINUTES if at > time(23, 30) or at <= time(0, 30)}


def test_the_minute_of_the_day() -> None:
    assert [minute_of_day(at) for at in MINUTES] == list(range(1440))


@pytest.mark.parametrize(
    ("at", "minutes", "then"),
    [
        (time(22), -30, time(21, 30)),
        (time(0, 10), -30, time(23, 40)),
        (time(23, 50), 15, time(0, 5)),
        (time(9), 1440, time(9)),
    ],
)
def test_a_time_shifted(at: time, minutes: int, then: time) -> None:
    assert shifted(at, minutes) == then


@given(clock_times, st.integers(-5000, 5000))
def test_a_shift_can_be_taken_back(at: time, minutes: int) -> None:
    assert shifted(shifted(at, minutes), -minutes) == at


def test_tidy_times() -> None:
    assert sorted_times([time(18), time(9), time(9, 0, 30), time(12), time(18)]) == (time(9), time(12), time(18))
    assert sorted_times([]) == ()


@pytest.mark.parametrize(
    ("chosen", "others", "near"),
    [
        (time(21, 30), [], False),
        (time(10), [time(9)], False),
        (time(9, 59), [time(9)], True),
        (time(8, 1), [time(15), time(9)], True),
        (time(9), [time(9)], True),
        (time(0, 15), [time(23, 30)], True),
        (time(0, 30), [time(23, 30)], False),
    ],
)
def test_times_less_than_an_hour_apart_are_near_also_over_midnight(
    chosen: time, others: list[time], near: bool
) -> None:
    assert is_near(chosen, others) is near
