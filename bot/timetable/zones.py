"""Zones: what a wall clock shows at a moment, and the moment at which it shows a time."""

import zoneinfo
from datetime import date, datetime, time, timezone
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UTC = timezone.utc
zoneinfo.reset_tzpath(to=())  # take the rules from the package tzdata, so that they are the same on every machine


class UnknownZone(ValueError):  # noqa: N818 - it is what it says
    """The zone data does not have a zone of this name, or has it no longer."""


@cache  # ZoneInfo keeps eight of six hundred in memory, and reading one from disk would hold up a batch of reminders
def zone_info(zone: str) -> ZoneInfo:
    """Return the rules of a zone.

    Raises:
        UnknownZone: The zone data does not have the zone.
    """
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZone(f"no zone is called {zone!r}") from error


def has_rules(zone: str) -> bool:
    """Return whether the zone data has a zone."""
    try:
        zone_info(zone)
    except UnknownZone:
        return False
    return True


def local(moment_utc: datetime, zone: str) -> datetime:
    """Return what the wall clock of a zone shows at a moment, as an aware datetime."""
    return moment_utc.astimezone(zone_info(zone))


def instant(local_date: date, local_time: time, zone: str) -> datetime | None:
    """Return the moment (aware UTC) of a wall-clock time on a date; None if the zone skipped that date.

    A time that the clocks skip moves forward by as much. Of a time that comes twice, it is the first.
    """
    return moment_of(local_date, local_time, zone_info(zone))


def moment_of(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """Do what ``instant`` does, with the rules of a zone in place of its name."""
    moment = datetime.combine(day, at, zone).astimezone(UTC)
    if moment.astimezone(zone).date() == day or _zone_has_date(day, zone):
        return moment
    return None


def _zone_has_date(day: date, zone: ZoneInfo) -> bool:
    """Return whether a date has any time. A zone skips a date from its midnight on, or not at all."""
    midnight = datetime.combine(day, time.min, zone)
    return midnight.astimezone(UTC).astimezone(zone).date() == day
