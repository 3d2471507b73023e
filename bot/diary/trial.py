"""A person's own trial: two weeks of counting, six of stretching in the evening, and both counts side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.diary import counting
from bot.store.cramps import Cramp

COUNTING, STRETCHING = timedelta(weeks=2), timedelta(weeks=6)
"""The two parts. Six weeks is how long people stretched in the study in which stretching helped."""
SHOWN = timedelta(weeks=4)
"""How long the result is shown."""
_DAY, _WEEK_DAYS = timedelta(days=1), 7


class Phase(StrEnum):
    """How far a trial has come."""

    COUNTING = "counting"
    STRETCHING = "stretching"
    DONE = "done"


@dataclass(frozen=True)
class Plan:
    """The days of a trial, which are local dates, given the day on which it ``began``."""

    began: date

    @property
    def stretching_from(self) -> date:
        """The first day of the second part."""
        return self.began + COUNTING

    @property
    def last_day(self) -> date:
        """The last day of the second part."""
        return self.stretching_from + STRETCHING - _DAY

    @property
    def shown_until(self) -> date:
        """The last day on which the result is shown."""
        return self.last_day + SHOWN

    def phase(self, today: date) -> Phase | None:
        """Return how far the trial has come; None once its result is not shown any more."""
        if today > self.shown_until:
            return None
        if today > self.last_day:
            return Phase.DONE
        return Phase.COUNTING if today < self.stretching_from else Phase.STRETCHING

    def week(self, today: date) -> int:
        """Return the number of the present week of the trial, from 1 on."""
        return max(0, (today - self.began).days) // _WEEK_DAYS + 1


@dataclass(frozen=True)
class Counts:
    """What a trial has counted: cramps in each of its parts, and evenings of stretching in the second."""

    before: int
    during: int
    evenings: int

    @property
    def before_per_week(self) -> float:
        """Cramps a week in the first part of the trial, before the stretching."""
        return _WEEK_DAYS * self.before / COUNTING.days

    @property
    def during_per_week(self) -> float:
        """Cramps a week in the weeks of stretching."""
        return _WEEK_DAYS * self.during / STRETCHING.days


def count(plan: Plan, cramps: Iterable[Cramp], evenings: int, zone: str | None) -> Counts:
    """Return the counts of a trial, given all cramps of the person and the ``evenings`` of its second part."""
    entries = list(cramps)
    return Counts(
        before=counting.count(entries, plan.began, plan.stretching_from - _DAY, zone),
        during=counting.count(entries, plan.stretching_from, plan.last_day, zone),
        evenings=evenings,
    )
