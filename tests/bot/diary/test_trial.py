"""A person's own trial, day by day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.diary.trial import Counts, Phase, Plan, count
from tests.support.cramps import BAD

DAY = timedelta(days=1)
BEGAN = date(2026, 11, 2)
PLAN = Plan(BEGAN)


@pytest.mark.parametrize(("day", "phase", "week"), [
    (-1, Phase.COUNTING, 1),  # they have flown west
    (0, Phase.COUNTING, 1),
    (13, Phase.COUNTING, 2),
    (14, Phase.STRETCHING, 3),
    (55, Phase.STRETCHING, 8),
    (56, Phase.DONE, 9),
    (83, Phase.DONE, 12),
    (84, None, 13),
])  # fmt: skip
def test_a_trial_counts_for_two_weeks_and_stretches_for_six(day: int, phase: Phase | None, week: int) -> None:
    today = BEGAN + day * DAY
    assert (PLAN.phase(today), PLAN.week(today)) == (phase, week)


def test_each_cramp_counts_in_the_part_of_its_day_on_the_persons_clock() -> None:
    """In Stockholm the first entry is of one o'clock in the morning."""
    midnight = replace(BAD, at=BAD.at.replace(hour=0, minute=0))
    entries = [replace(midnight, at=midnight.at + (day + 1) * DAY) for day in (-1, 0, 13, 14, 55, 56)]
    assert count(PLAN, entries, 30, "Europe/Stockholm") == Counts(before=2, during=2, evenings=30)


def test_parts_of_different_length_are_compared_by_the_week() -> None:
    counts = Counts(before=5, during=6, evenings=40)
    assert (counts.before_per_week, counts.during_per_week) == (2.5, 1.0)
