"""Wall clocks and moments."""

from datetime import date, datetime, time, timedelta, timezone

import pytest

from bot.timetable import UnknownZone, has_rules, instant, local

UTC = timezone.utc


@pytest.mark.parametrize(
    ("zone", "day", "at", "utc"),
    [
        ("Europe/Stockholm", "2026-07-01", "21:30", "2026-07-01T19:30"),
        ("Europe/Stockholm", "2026-03-29", "02:30", "2026-03-29T01:30"),  # leapt over: it is 03:30 then
        ("Europe/Stockholm", "2026-10-25", "02:30", "2026-10-25T00:30"),  # twice: the first
        ("Africa/Cairo", "2026-04-24", "00:30", "2026-04-23T22:30"),  # no midnight on this date
        ("America/Nuuk", "2026-03-28", "23:30", "2026-03-29T01:30"),  # moved into the next date, and still of this one
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:45"),
        ("Asia/Kathmandu", "2026-01-01", "00:00", "2025-12-31T18:15"),
        ("Pacific/Kiritimati", "2026-01-01", "09:00", "2025-12-31T19:00"),
    ],
)
def test_the_moment_of_a_local_time(zone: str, day: str, at: str, utc: str) -> None:
    moment = instant(date.fromisoformat(day), time.fromisoformat(at), zone)
    assert moment == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert moment is not None
    assert moment.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Pacific/Apia", date(2011, 12, 30)),
        ("Pacific/Fakaofo", date(2011, 12, 30)),
        ("Pacific/Kwajalein", date(1993, 8, 21)),
        ("Pacific/Kiritimati", date(1994, 12, 31)),
        ("Pacific/Kanton", date(1994, 12, 31)),
    ],
)
def test_f47_a_date_that_was_leapt_over_has_no_moment(zone: str, day: date) -> None:
    for at in (time(0), time(9), time(23, 59)):
        assert instant(day, at, zone) is None
        assert instant(day - timedelta(days=1), at, zone) is not None
        assert instant(day + timedelta(days=1), at, zone) is not None


@pytest.mark.parametrize(
    "zone", ["", "Mars/Olympus", "Europe", "../etc/passwd", "/etc/passwd", "a\0b", "tzdata.zi", "\ud800", "x" * 999]
)
def test_an_unknown_zone_is_told_by_its_name(zone: str) -> None:
    with pytest.raises(UnknownZone, match="no zone is called"):
        local(datetime(2026, 1, 1, tzinfo=UTC), zone)
    assert issubclass(UnknownZone, ValueError)
    assert not has_rules(zone)


def test_the_wall_clock() -> None:
    assert (
        local(datetime(2026, 7, 1, 19, 30, tzinfo=UTC), "Europe/Stockholm").isoformat() == "2026-07-01T21:30:00+02:00"
    )
