"""The time that the bot goes by: what the machine's clock may do, and when Telegram's time takes its place."""

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest

from bot.operations.trusted_clock import TrustedClock
from tests.support.actions import actions

NOON = datetime(2026, 11, 1, 12, 0, 0, 300_000, tzinfo=timezone.utc)
ALMOST = timedelta(seconds=1)
"""A Date header leaves out the fraction of a second."""


class World:
    """The true time, a machine whose clock is ``ahead`` of it, and the clock of a bot on this machine."""

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self.true = NOON
        self.ahead = ahead
        self.seconds = 5.0
        self.clock = TrustedClock(lambda: self.true + self.ahead, lambda: self.seconds)

    def pass_(self, seconds: float) -> None:
        self.true += timedelta(seconds=seconds)
        self.seconds += seconds

    def ask(self, there: float = 0.1, back: float = 0.1) -> None:
        """Ask Telegram; its answer is written after ``there`` seconds, and arrives ``back`` seconds later."""
        note_date = self.clock.time_request()
        self.pass_(there)
        date = format_datetime(self.true, usegmt=True)
        self.pass_(back)
        note_date(date)

    @property
    def error(self) -> timedelta:
        """How far the bot's time is from the true one."""
        return abs(self.clock() - self.true)


@pytest.mark.parametrize(
    "ahead", [timedelta(minutes=11), timedelta(hours=-3), timedelta(days=-20_000), timedelta(seconds=62)]
)
def test_f73_with_a_wrong_clock_the_bot_goes_by_telegrams_time(
    ahead: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    world = World(ahead)
    for _ in range(3):
        world.ask()
        assert world.error < ALMOST
        assert world.clock.difference == pytest.approx(ahead.total_seconds(), abs=1)
        world.pass_(3600)
        assert world.error < ALMOST, "also between two answers"
    assert actions(caplog) == ["clock_wrong"]
    assert f"{abs(ahead.total_seconds()):.0f} s {'fast' if ahead > timedelta() else 'slow'}" in caplog.text


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(seconds=59), timedelta(seconds=-59)])
def test_a_clock_that_is_nearly_right_is_followed(ahead: timedelta, caplog: pytest.LogCaptureFixture) -> None:
    world = World(ahead)
    for _ in range(3):
        world.ask()
        world.pass_(50)
        assert world.clock() == world.true + ahead
    assert actions(caplog) == []


@pytest.mark.parametrize("jump", [timedelta(minutes=11), timedelta(hours=-3)])
def test_f73_f50_a_clock_that_is_set_wrong_while_the_bot_runs_is_not_followed(jump: timedelta) -> None:
    world = World()
    world.ask()
    world.ahead = jump
    assert world.error < ALMOST, "at once, before Telegram has said anything more"
    assert world.clock.is_trusted()


def test_f73_a_clock_that_is_set_right_is_followed_at_once_and_no_time_is_skipped_or_repeated(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = World(timedelta(hours=-3))
    world.ask()
    before = world.clock()
    world.ahead = timedelta()
    world.pass_(1)
    assert timedelta() < world.clock() - before < 2 * ALMOST
    assert world.clock() == world.true
    assert world.clock.difference == pytest.approx(0, abs=1)


def test_near_the_limit_the_time_does_not_go_to_and_fro() -> None:
    world = World(timedelta(seconds=70))
    world.ask()
    for seconds in (59, 61, 45, 59):
        world.ahead = timedelta(seconds=seconds)
        assert world.error < ALMOST
    world.ahead = timedelta(seconds=29)
    assert world.clock() == world.true + world.ahead
    world.ahead = timedelta(seconds=59)
    assert world.clock() == world.true + world.ahead


@pytest.mark.parametrize(("there", "back"), [(50.0, 0.1), (0.1, 50.0), (3000.0, 3000.0), (0.0, 0.0)])
def test_an_answer_that_took_long_makes_no_clock_wrong(there: float, back: float) -> None:
    """A poll waits for an update, and a machine may sleep while an answer is on its way."""
    world = World()
    for _ in range(3):
        world.ask(there, back)
        assert world.clock() == world.true


def test_a_slow_first_answer_is_corrected_by_the_next_one() -> None:
    world = World(timedelta(minutes=11))
    world.ask(back=59.0)
    assert world.error < timedelta(seconds=60)
    world.ask()
    assert world.error < ALMOST


@pytest.mark.parametrize(
    "header", [None, "", "yesterday", "Sun, 01 Nov 2026 12:00:00 -0000", "Sun, 01 Nov 99999 12:00:00 GMT"]
)
def test_a_header_that_says_nothing_changes_nothing(header: str | None) -> None:
    world = World(timedelta(hours=1))
    world.clock.time_request()(header)
    assert world.clock() == world.true + world.ahead
    assert world.clock.difference is None


def test_f50_before_the_first_answer_a_jump_is_not_trusted() -> None:
    world = World()
    assert world.clock.is_trusted()
    world.ahead = timedelta(hours=1)
    assert not world.clock.is_trusted()
    world.ask()
    assert world.clock.is_trusted()
