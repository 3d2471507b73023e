"""Time zones: convert a moment to local wall-clock time, and back."""

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
    """Return the time on a zone's wall clock at a moment, as an aware datetime."""
    return moment_utc.astimezone(zone_info(zone))


def latest_shown(moment_utc: datetime, zone: str) -> datetime:
    """Return the latest time (naive) that a zone's wall clock has shown up to a moment.

    After the clock is set back, it shows an hour for the second time. Meanwhile the result is the end of this hour.
    """
    shown = local(moment_utc, zone)
    return shown.replace(minute=59 if shown.fold else shown.minute, tzinfo=None)


def instants(shown: datetime, zone: str) -> list[datetime]:
    """Return each moment (aware UTC) at which a zone's wall clock shows a time (naive), the earliest first.

    There is none if the clock skips the time. There are two if the clock is set back and shows the time again.
    """
    rules = zone_info(zone)
    moments = {shown.replace(tzinfo=rules, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(moment for moment in moments if moment.astimezone(rules).replace(tzinfo=None, fold=0) == shown)


def instant(local_date: date, local_time: time, zone: str) -> datetime | None:
    """Return the moment (aware UTC) of a wall-clock time on a date; None if the zone skipped that date.

    A time that the clock skips moves forward by as much as the clock skips. If a time comes twice, the result is the
    first moment.
    """
    return moment_of(local_date, local_time, zone_info(zone))


def moment_of(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """Do what ``instant`` does, with the rules of a zone in place of its name."""
    moment = datetime.combine(day, at, zone).astimezone(UTC)
    if moment.astimezone(zone).date() != day:
        # The clock was set forward over midnight, or the zone skips the date: from its midnight on, or not at all.
        midnight = datetime.combine(day, time.min, zone).astimezone(UTC)
        if midnight.astimezone(zone).date() != day:
            return None
    return moment
