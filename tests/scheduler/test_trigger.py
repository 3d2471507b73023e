"""The trigger: it fires at each multiple of its seconds, and never makes up for missed ticks."""

from datetime import datetime, timedelta, timezone

import pytest
from apscheduler.job import Job
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.trigger import Every

NOON = datetime(2026, 11, 1, 12, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(("seconds", "after", "expected"), [
    (1, 0.0, 1), (1, 0.4, 1), (1, 59.999999, 60), (3600, 0.0, 3600), (3600, 3599.5, 3600), (3600, 3600.0, 7200),
])  # fmt: skip
def test_the_next_tick_is_at_the_next_multiple(seconds: int, after: float, expected: int) -> None:
    fires_at = Every(seconds).get_next_fire_time(None, NOON + timedelta(seconds=after))
    assert fires_at == NOON + timedelta(seconds=expected)
    assert fires_at.tzinfo is timezone.utc


def test_missed_ticks_are_not_made_up_for() -> None:
    """A machine without a battery starts in 1970 and then learns the time."""
    job = Job(AsyncIOScheduler(timezone="UTC"), func=print, trigger=Every(1), id="tick", name="tick", args=(), kwargs={},
              misfire_grace_time=None, coalesce=True, max_instances=1, executor="default")  # fmt: skip
    begun = datetime(1970, 1, 1, tzinfo=timezone.utc)
    job._modify(next_run_time=begun)
    assert job._get_run_times(NOON) == [begun]
