"""A sample of the zones. ``python -m tests.campaigns.zones`` checks all of them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from tests.campaigns.zones.check import FIRST, LAST, STEP, check
from tests.campaigns.zones.clock import UTC, changes, shown

ODD = [
    "Africa/Cairo",  # forward at midnight
    "Africa/Casablanca",  # back and forward around Ramadan
    "America/Havana",  # forward at midnight, back at one
    "America/Nuuk",  # from 23:00 to the next date
    "America/St_Johns",  # once at one minute past midnight
    "Antarctica/Casey",  # three hours at a time
    "Antarctica/Troll",  # two hours
    "Asia/Gaza",
    "Asia/Pyongyang",  # half an hour, for three years
    "Australia/Lord_Howe",  # half an hour, twice a year
    "Europe/Stockholm",
    "Pacific/Apia",  # without 30 December 2011
    "Pacific/Kiritimati",  # without the last day of 1994
    "Pacific/Kwajalein",  # without 21 August 1993
]
SOME = sorted(available_timezones())[::53]
TIMES = [time(0), time(0, 15), time(2, 30), time(12), time(23, 45)]


@pytest.mark.parametrize("zone", [*ODD, *SOME])
def test_f45_f46_every_local_date_has_every_time_once_at_every_clock_change(zone: str) -> None:
    report = check(zone, TIMES)
    assert report.faults == ()
    assert report.occurrences >= report.changes * len(TIMES) * 4


def test_the_odd_zones_have_clock_changes() -> None:
    assert all(any(changes(ZoneInfo(zone), FIRST, LAST)) for zone in ODD)


def test_the_clock_changes_of_a_year() -> None:
    moments = list(
        changes(ZoneInfo("Europe/Stockholm"), datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))
    )
    assert [moment.date() for moment in moments] == [date(2024, 3, 31), date(2024, 10, 27)]


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        ("2024-03-31T01:45", "2024-03-31T00:45"),
        ("2024-03-31T02:30", "2024-03-31T01:30"),  # skipped
        ("2024-03-31T03:00", "2024-03-31T01:00"),
        ("2024-10-27T02:30", "2024-10-27T00:30"),  # comes twice
        ("2024-10-27T03:00", "2024-10-27T02:00"),
    ],
)
def test_the_simulated_clock(wall: str, utc: str) -> None:
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    seen = shown(ZoneInfo("Europe/Stockholm"), moment - timedelta(days=1), moment + timedelta(days=1), STEP)
    assert seen[datetime.fromisoformat(wall)] == moment


def test_the_simulated_clock_skips_a_skipped_date() -> None:
    start = datetime(2011, 12, 28, tzinfo=UTC)
    dates = {wall.date() for wall in shown(ZoneInfo("Pacific/Apia"), start, start + timedelta(days=5), STEP)}
    assert date(2011, 12, 29) in dates
    assert date(2011, 12, 30) not in dates
    assert date(2011, 12, 31) in dates
