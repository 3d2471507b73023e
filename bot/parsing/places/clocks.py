"""The times that clocks show now, and their zones: the answers to "what time is it for you?"."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from zoneinfo import available_timezones

from bot.parsing.places.names import city_of
from bot.timetable import local, minutes_apart

PAGE = 8
"""Choices on a page."""
NEAR_MINUTES = 7
"""By how many minutes a person's clock may be wrong. Zones are at least a quarter of an hour apart."""
_YEAR = range(0, 370, 10)
"""Days on which two clocks are compared."""
Clock = tuple[timedelta | None, ...]
"""A zone's distances from UTC over the coming year. Two zones with equal distances always show the same time."""
_LIKELY = {
    "en": (
        "Europe/London",
        "America/New_York",
        "America/Chicago",
        "America/Los_Angeles",
        "America/Denver",
        "Europe/Berlin",
        "Asia/Kolkata",
        "Australia/Sydney",
    ),
    "sv": (
        "Europe/Stockholm",
        "Europe/Helsinki",
        "Europe/London",
        "America/New_York",
        "Asia/Bangkok",
        "Asia/Dubai",
        "America/Los_Angeles",
        "Australia/Sydney",
    ),
}
_WELL_KNOWN = (
    "Europe/Paris",
    "Europe/Istanbul",
    "Europe/Athens",
    "Africa/Lagos",
    "Africa/Johannesburg",
    "Africa/Cairo",
    "Africa/Nairobi",
    "Africa/Casablanca",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Asia/Karachi",
    "Asia/Dhaka",
    "Asia/Riyadh",
    "Asia/Tehran",
    "America/Sao_Paulo",
    "America/Argentina/Buenos_Aires",
    "America/Bogota",
    "America/Mexico_City",
    "America/Phoenix",
    "America/Halifax",
    "America/Anchorage",
    "Pacific/Honolulu",
    "Pacific/Auckland",
    "Australia/Perth",
    "Australia/Brisbane",
    "Australia/Adelaide",
    "Atlantic/Reykjavik",
    "Atlantic/Azores",
    "Asia/Kolkata",
    "Asia/Dubai",
    "Asia/Bangkok",
    "Asia/Kathmandu",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Nuuk",
    "Pacific/Fiji",
    "Pacific/Noumea",
    "Pacific/Pago_Pago",
)


@dataclass(frozen=True)
class ZoneChoice:
    """A zone (IANA name) as an answer to "which clock do you live by?", and what its button says."""

    zone: str
    label: str


def clock_choices(now: datetime, language: str, page: int | None = None) -> list[ZoneChoice]:
    """Return times that a clock may show now, labelled like ``"21:05 Stockholm"``. Each time and date is there once.

    Args:
        now: The present moment (aware UTC).
        language: The language of the cities' names. It also decides which clocks are likely.
        page: None gives the likeliest clocks. A number gives a page of all clocks. Both are in the order of time.
            Page 0 begins with the likeliest clock, page 1 has the next later ones and -1 the next earlier ones.
            A page beyond either end is empty.
    """
    by_offset: dict[timedelta, str] = {}
    for zone in _likely(language) if page is None else _ranked(language):
        by_offset.setdefault(local(now, zone).utcoffset() or timedelta(), zone)
    offsets = sorted(by_offset)
    if page is not None:
        start = offsets.index(local(now, _likely(language)[0]).utcoffset() or timedelta()) + page * PAGE
        offsets = offsets[max(start, 0) : max(start + PAGE, 0)]
    return _labelled([by_offset[offset] for offset in offsets], now, language)


def zones_showing(now: datetime, local_time: time, language: str) -> list[ZoneChoice]:
    """Return the zones whose clocks show a time now, give or take seven minutes, the likeliest first.

    There is one zone for each clock, so any two of them differ in the date or in when their clocks change.
    """
    shown = (zone for zone in _ranked(language) if minutes_apart(local(now, zone).time(), local_time) <= NEAR_MINUTES)
    return _labelled(_distinct_clocks(now, shown), now, language)


def zones_at_offset(now: datetime, offset: timedelta, language: str) -> list[str]:
    """Return the zones that have this distance from UTC now, one for each clock, the likeliest first."""
    return _distinct_clocks(now, (zone for zone in _ranked(language) if local(now, zone).utcoffset() == offset))


def clock_of(zone: str, now: datetime) -> Clock:
    """Return a zone's distances from UTC over the year that begins at ``now``."""
    return tuple(local(now + timedelta(days=days), zone).utcoffset() for days in _YEAR)


def _labelled(zones: Iterable[str], now: datetime, language: str) -> list[ZoneChoice]:
    return [ZoneChoice(zone, f"{local(now, zone):%H:%M} {city_of(zone, language)}") for zone in zones]


def _distinct_clocks(now: datetime, zones: Iterable[str]) -> list[str]:
    first: dict[Clock, str] = {}
    for zone in zones:
        first.setdefault(clock_of(zone, now), zone)
    return list(first.values())


def _likely(language: str) -> tuple[str, ...]:
    return _LIKELY.get(language, _LIKELY["en"])


@cache
def _ranked(language: str) -> tuple[str, ...]:
    """Return every zone in which people live, the likeliest first."""
    from babel.core import get_global  # noqa: PLC0415 - loaded with the first question

    inhabited = {zone for code, zones in get_global("territory_zones").items() if code != "AQ" for zone in zones}
    known = available_timezones()
    others = sorted(zone for zone in inhabited & known if "/" in zone and not zone.startswith(("Antarctica/", "Etc/")))
    return tuple(dict.fromkeys((*_likely(language), *_WELL_KNOWN, *others)))
