"""Zones: what a wall clock shows at a moment, and the moment at which it shows a time."""

import zoneinfo
from datetime import date, datetime, time, timezone
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UTC = timezone.utc
zoneinfo.reset_tzpath(to=())  # the rules are those of the tzdata package, on every machine the same


class UnknownZone(ValueError):  # noqa: N818 - it is what it says
    """A zone name that this machine's zone data does not have, or has no more."""


@cache  # ZoneInfo itself keeps eight; there are six hundred, and reading one takes longer than a batch may
def zone_info(zone: str) -> ZoneInfo:
    """The rules of a zone; ``UnknownZone`` for a name without any."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZone(f"no zone is called {zone!r}") from error


def has_rules(zone: str) -> bool:
    """Whether this machine's zone data has a zone."""
    try:
        zone_info(zone)
    except UnknownZone:
        return False
    return True


def local(moment_utc: datetime, zone: str) -> datetime:
    """The wall clock in a zone at a moment (aware)."""
    return moment_utc.astimezone(zone_info(zone))


def instant(local_date: date, local_time: time, zone: str) -> datetime | None:
    """The moment of a wall-clock time on a date (aware UTC); None if the zone leapt over that date.

    A time that the clocks leap over moves forward by as much; of one that comes twice it is the first.
    """
    return moment_of(local_date, local_time, zone_info(zone))


def moment_of(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """``instant`` for who has the zone's rules in hand."""
    moment = datetime.combine(day, at, zone).astimezone(UTC)
    if moment.astimezone(zone).date() == day or _exists(day, zone):
        return moment
    return None


def _exists(day: date, zone: ZoneInfo) -> bool:
    """Whether there is any time on a date: a zone leaps over one from its midnight on, or not at all."""
    midnight = datetime.combine(day, time.min, zone)
    return midnight.astimezone(UTC).astimezone(zone).date() == day


def shown_in(local_time: time, on: date, home: str, here: str) -> time | None:
    """What the clock ``here`` shows when it is a time on a date at ``home``; None if home has no such date."""
    moment = instant(on, local_time, home)
    return None if moment is None else local(moment, here).time()
