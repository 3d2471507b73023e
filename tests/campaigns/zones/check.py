"""Check one zone: all its clock changes, with a timetable for each time of day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.timetable import Timetable, next_occurrence
from tests.campaigns.zones.clock import UTC, Shown, changes, shown

QUARTERS = [time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)]
FIRST, LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)
AROUND = timedelta(days=3)
STEP = timedelta(minutes=15)
EVERY_DAY = frozenset(range(1, 8))


@dataclass
class Report:
    """The numbers of what was checked, and what is wrong."""

    changes: int = 0
    occurrences: int = 0
    faults: tuple[str, ...] = ()

    def __add__(self, other: "Report") -> "Report":
        return Report(self.changes + other.changes, self.occurrences + other.occurrences, self.faults + other.faults)


def check(zone: str, times: Iterable[time] = tuple(QUARTERS)) -> Report:
    """Check all clock changes of a zone."""
    times = tuple(times)
    report = Report()
    for change in changes(ZoneInfo(zone), FIRST, LAST):
        report += _check_change(zone, change, times)
    return report


def _check_change(zone: str, change: datetime, times: tuple[time, ...]) -> Report:
    start, end = change - AROUND, change + AROUND
    expected = shown(ZoneInfo(zone), start - timedelta(days=2), end + timedelta(days=2), STEP)
    faults, count = [], 0
    for at in times:
        due = _due(expected, at, start, end)
        occurrences = list(_occurrences(Timetable((at,), EVERY_DAY, zone), start, end))
        count += len(occurrences)
        if occurrences != due:
            faults.append(f"{zone} {change:%Y-%m-%d} {at:%H:%M}: {occurrences} instead of {due}")
    return Report(1, count, tuple(faults))


def _due(expected: Shown, at: time, start: datetime, end: datetime) -> list[tuple[date, datetime]]:
    return sorted(
        (wall.date(), moment) for wall, moment in expected.items() if wall.time() == at and start < moment <= end
    )


def _occurrences(timetable: Timetable, after: datetime, end: datetime) -> Iterator[tuple[date, datetime]]:
    while (occurrence := next_occurrence(timetable, after)) is not None and occurrence.due_at <= end:
        yield occurrence.local_date, occurrence.due_at
        after = occurrence.due_at
