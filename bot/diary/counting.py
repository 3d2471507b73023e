"""What the entries of some days add up to: counts, and never causes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median

from bot.diary.entry import local_time
from bot.store.cramps import Cramp, Helped, Lasted, Muscle
from bot.timetable import local

HOURS, WEEK_DAYS = 24, 7
WINDOW = 3
"""The length in hours of the stretch of the day with most cramps."""
LEAST_FOR_A_PATTERN = 3
"""Fewer cramps show no pattern."""


@dataclass(frozen=True)
class Summary:
    """Counts of the cramps on some days, which are dates on the person's clock.

    Attributes:
        first: The first of the days.
        days: How many days these are.
        logged_from: The first of the days on which a cramp could be logged: the diary may have begun after ``first``.
        count: How many cramps there were.
        by_day: How many on each day that had any.
        by_hour: How many in each hour of the day, from 0 to 23.
        woke: How many woke the person, and of how many that is known.
        median_pain: The median of the pains that are known. None if no pain is known.
        worst_pain: The greatest pain.
        longest: The longest length that is known.
        muscles: How many in each muscle, the most frequent first; ``sides``, ``situations`` and ``helped`` likewise.
        notes: The notes with their dates, the latest first.

    """

    first: date
    days: int
    logged_from: date
    count: int
    by_day: dict[date, int]
    by_hour: tuple[int, ...]
    woke: tuple[int, int]
    median_pain: float | None
    worst_pain: int | None
    longest: Lasted | None
    muscles: dict[str, int]
    sides: dict[str, int]
    situations: dict[str, int]
    helped: dict[str, int]
    notes: tuple[tuple[date, str], ...] = field(repr=False)

    @property
    def last(self) -> date:
        """The last of the days."""
        return self.first + timedelta(days=self.days - 1)

    @property
    def logged_days(self) -> int:
        """On how many of the days a cramp could be logged."""
        return (self.last - self.logged_from).days + 1

    @property
    def per_week(self) -> float | None:
        """How many cramps there were in a week, on average. None before a week is over."""
        return WEEK_DAYS * self.count / self.logged_days if self.logged_days >= WEEK_DAYS else None

    @property
    def outside_calf_and_foot(self) -> int:
        """How many cramps were in another muscle, which a doctor wants to know."""
        return sum(number for muscle, number in self.muscles.items() if muscle not in {Muscle.CALF, Muscle.FOOT})

    @property
    def busiest_hours(self) -> tuple[int, int] | None:
        """The first of the three hours with most cramps, and how many these are; None if there are few cramps."""
        if self.count < LEAST_FOR_A_PATTERN:
            return None
        counts = [sum(self.by_hour[(hour + more) % HOURS] for more in range(WINDOW)) for hour in range(HOURS)]
        return counts.index(max(counts)), max(counts)


def summarize(
    cramps: Iterable[Cramp], days: int, now: datetime, zone: str | None, began: date | None = None
) -> Summary:
    """Return what the cramps of the last ``days`` days up to ``now`` (UTC) add up to, on the person's clock.

    ``began`` is the day of the consent to the diary; None if the diary has entries older than these days. A cramp that
    was logged for a day before ``began`` counts as the beginning.
    """
    today = local(now, zone or "UTC").date()
    first = today - timedelta(days=days - 1)
    timed = [(local_time(cramp, zone), cramp) for cramp in cramps]
    logged_from = max(first, min([began, *(at.date() for at, _ in timed)])) if began else first
    chosen = [(at, cramp) for at, cramp in timed if first <= at.date() <= today]
    pains = [cramp.pain for _, cramp in chosen if cramp.pain is not None]
    woke = [cramp.woke for _, cramp in chosen if cramp.woke is not None]
    hours = Counter(at.hour for at, _ in chosen)
    order = list(Lasted)
    return Summary(
        first=first,
        days=days,
        logged_from=logged_from,
        count=len(chosen),
        by_day=dict(Counter(at.date() for at, _ in chosen)),
        by_hour=tuple(hours[hour] for hour in range(HOURS)),
        woke=(sum(woke), len(woke)),
        median_pain=float(median(pains)) if pains else None,
        worst_pain=max(pains, default=None),
        longest=max((cramp.lasted for _, cramp in chosen if cramp.lasted), key=order.index, default=None),
        muscles=_counts(cramp.muscle for _, cramp in chosen),
        sides=_counts(cramp.side for _, cramp in chosen),
        situations=_counts(cramp.situation for _, cramp in chosen),
        helped=_counts(cramp.helped for _, cramp in chosen),
        notes=tuple((at.date(), cramp.note) for at, cramp in reversed(chosen) if cramp.note),
    )


def count(cramps: Iterable[Cramp], first: date, last: date, zone: str | None) -> int:
    """Return how many cramps there were from the day ``first`` to the day ``last``, on the person's clock."""
    return sum(first <= local_time(cramp, zone).date() <= last for cramp in cramps)


def best_method(cramps: Sequence[Cramp]) -> Helped | None:
    """Return what has helped most often, once three cramps were rated; None before that, or if nothing has."""
    rated = [cramp.helped for cramp in cramps if cramp.helped]
    helped = Counter(method for method in rated if method is not Helped.NOTHING)
    if len(rated) < LEAST_FOR_A_PATTERN or not helped:
        return None
    return helped.most_common(1)[0][0]


def _counts(values: Iterable[str | None]) -> dict[str, int]:
    return dict(Counter(value for value in values if value is not None).most_common())
