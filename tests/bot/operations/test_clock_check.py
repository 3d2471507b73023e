"""A clock that leaps is doubted for a minute; one that only runs is not."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import pytest

from bot.operations.clock_check import DOUBT_SECONDS, LEAP, Steadiness, elapsed

NOON = datetime(2026, 11, 1, 12, 0, tzinfo=timezone.utc)
SECOND = timedelta(seconds=1)


@dataclass
class Time:
    """What the clock on the wall shows, and what has really passed."""

    wall: datetime = NOON
    seconds: float = 5.0

    def go(self, seconds: float, leap: timedelta = timedelta()) -> None:
        self.seconds += seconds
        self.wall += timedelta(seconds=seconds) + leap


@pytest.fixture
def now() -> Time:
    return Time()


@pytest.fixture
def steady(now: Time) -> Steadiness:
    return Steadiness(lambda: now.wall, lambda: now.seconds)


def test_time_that_only_passes_is_believed(now: Time, steady: Steadiness) -> None:
    for seconds in (0.0, 1.0, 3600.0, 86400.0):
        now.go(seconds)
        assert steady()


@pytest.mark.parametrize("leap", [LEAP, -LEAP])
def test_a_small_correction_is_believed(now: Time, steady: Steadiness, leap: timedelta) -> None:
    now.go(1, leap)
    assert steady()


@pytest.mark.parametrize("leap", [LEAP + SECOND, -LEAP - SECOND, timedelta(days=365), timedelta(days=-365)])
def test_f50_a_leap_is_doubted_for_a_minute(
    now: Time, steady: Steadiness, leap: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    now.go(1, leap)
    assert not steady()
    assert f"leapt by {int(leap.total_seconds())} seconds" in caplog.text
    now.go(DOUBT_SECONDS - 1)
    assert not steady()
    now.go(1)
    assert steady()
    assert len(caplog.records) == 1


def test_a_leap_there_and_back_is_doubted_until_a_minute_after_the_second(now: Time, steady: Steadiness) -> None:
    now.go(1, timedelta(hours=1))
    assert not steady()
    now.go(50, timedelta(hours=-1))
    assert not steady()
    now.go(DOUBT_SECONDS - 1)
    assert not steady()
    now.go(1)
    assert steady()


def test_the_seconds_are_those_of_the_machine() -> None:
    before, now, after = time.monotonic(), elapsed(), elapsed()
    assert before <= now <= after
