"""How updates end, and that the database gets its time."""

import pytest

from bot.errors import UnavailableError
from bot.updates.inbound import Arrival
from bot.updates.outcome import AGAIN_SECONDS, outcome


class Failing:
    """Fails so often."""

    def __init__(self, times: int, error: Exception) -> None:
        self.tries: list[bool] = []
        self._times = times
        self._error = error

    async def __call__(self, each: Arrival) -> None:
        self.tries.append(each.is_last_try)
        if len(self.tries) <= self._times:
            raise self._error


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcome, "AGAIN_SECONDS", [0.0] * len(AGAIN_SECONDS))


async def test_what_goes_well_is_done_at_once() -> None:
    handle = Failing(0, ValueError())
    assert await outcome(handle, Arrival(1, {}, 1, 1)) == "done"
    assert handle.tries == [False]


@pytest.mark.parametrize("times", [1, len(AGAIN_SECONDS)])
async def test_what_the_database_kept_from_being_handled_is_tried_again(times: int) -> None:
    handle = Failing(times, UnavailableError("away"))
    assert await outcome(handle, Arrival(1, {}, 1, 1)) == "done"
    assert len(handle.tries) == times + 1


async def test_in_the_end_it_is_dead_and_told_in_a_line(caplog: pytest.LogCaptureFixture) -> None:
    handle = Failing(100, UnavailableError("away"))
    assert await outcome(handle, Arrival(1, {}, 1, 1)) == "dead"
    assert handle.tries == [False] * len(AGAIN_SECONDS) + [True]
    assert [each.exc_info for each in caplog.records] == [None]


async def test_a_fault_of_ours_is_not_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    handle = Failing(1, ValueError("ours"))
    assert await outcome(handle, Arrival(1, {}, 1, 1)) == "dead"
    assert handle.tries == [False]
    assert "ours" in caplog.text


def test_a_person_waits_no_longer_than_they_would_for_a_slow_answer() -> None:
    assert 10 <= sum(AGAIN_SECONDS) <= 20
