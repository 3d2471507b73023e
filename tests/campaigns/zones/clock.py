"""A wall clock, simulated step by step: the slow and obvious model of when a local time comes."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

UTC = timezone.utc
Shown = dict[datetime, datetime]
"""Wall-clock time without zone -> the moment at which it comes (aware UTC)."""


def shown(zone: ZoneInfo, start: datetime, end: datetime, step: timedelta) -> Shown:
    """Return when each local time comes first, on the dates that the clock shows. A skipped time is moved by the gap."""
    moment = start
    highest = _wall(moment, zone)
    moments, dates = {highest: moment}, {highest.date()}
    while moment < end:
        moment += step
        wall = _wall(moment, zone)
        expected = highest + step
        while expected < wall:
            moments[expected] = moment + (expected - highest - step)
            expected += step
        if wall > highest:
            moments[wall] = moment
            highest = wall
            dates.add(wall.date())
    return {wall: moment for wall, moment in moments.items() if wall.date() in dates}


def changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the moments, to twelve hours, after which the distance from UTC is different."""
    half_day = timedelta(hours=12)
    before = start.astimezone(zone).utcoffset()
    while start < end:
        start += half_day
        after = start.astimezone(zone).utcoffset()
        if after != before:
            yield start - half_day
        before = after


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
