"""A clock that jumps is not trusted for a minute; a clock that only runs is."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import pytest

from bot.operations.clock_check import DISTRUST_SECONDS, LARGEST_CORRECTION, ClockCheck, elapsed_seconds
from tests.support.actions import actions

NOON = datetime(2026, 11, 1, 12, 0, tzinfo=timezone.utc)
SECOND = timedelta(seconds=1)


@dataclass
class Time:
    """The time that the machine's clock shows, and the seconds that have really passed."""

    wall: datetime = NOON
    seconds: float = 5.0

    def pass_(self, seconds: float, jump: timedelta = timedelta()) -> None:
        self.seconds += seconds
        self.wall += timedelta(seconds=seconds) + jump


@pytest.fixture
def now() -> Time:
    return Time()


@pytest.fixture
def is_trusted(now: Time) -> ClockCheck:
    return ClockCheck(lambda: now.wall, lambda: now.seconds)


def test_a_clock_that_only_runs_is_trusted(now: Time, is_trusted: ClockCheck) -> None:
    for seconds in (0.0, 1.0, 3600.0, 86400.0):
        now.pass_(seconds)
        assert is_trusted()


@pytest.mark.parametrize("jump", [LARGEST_CORRECTION, -LARGEST_CORRECTION])
def test_a_clock_is_trusted_after_a_small_correction(now: Time, is_trusted: ClockCheck, jump: timedelta) -> None:
    now.pass_(1, jump)
    assert is_trusted()


@pytest.mark.parametrize(
    "jump", [LARGEST_CORRECTION + SECOND, -LARGEST_CORRECTION - SECOND, timedelta(days=365), timedelta(days=-365)]
)
def test_f50_a_clock_that_jumped_is_not_trusted_for_a_minute(
    now: Time, is_trusted: ClockCheck, jump: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    now.pass_(1, jump)
    assert not is_trusted()
    now.pass_(DISTRUST_SECONDS - 1)
    assert not is_trusted()
    now.pass_(1)
    assert is_trusted()
    assert actions(caplog) == ["clock_jumped"]
    assert f"jumped by {int(jump.total_seconds())} s" in caplog.text


def test_a_jump_there_and_back_counts_from_the_second_one(now: Time, is_trusted: ClockCheck) -> None:
    now.pass_(1, timedelta(hours=1))
    assert not is_trusted()
    now.pass_(50, timedelta(hours=-1))
    assert not is_trusted()
    now.pass_(DISTRUST_SECONDS - 1)
    assert not is_trusted()
    now.pass_(1)
    assert is_trusted()


def test_the_seconds_are_those_of_the_machine() -> None:
    before, now, after = time.monotonic(), elapsed_seconds(), elapsed_seconds()
    assert before <= now <= after
