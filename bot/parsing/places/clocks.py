"""What clocks show now, and the zones behind them: the choices under "what time is it for you?"."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from functools import cache
from zoneinfo import available_timezones

from bot.parsing.places.cities import Place, city_of
from bot.timetable import local, minute_of_day

PAGE = 8
"""So many choices on a page."""
NEAR_MINUTES = 7
"""How far a clock that a person reads out may be off: zones lie quarters of an hour apart."""
_DAY_MINUTES = 24 * 60
_YEAR = range(0, 370, 10)
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


def clock_choices(now: datetime, language: str, page: int | None = None) -> list[Place]:
    """Times that a clock may show now, each labelled like ``"21:05 Stockholm"``, no time and date twice.

    Without a page: the likeliest for the language, likeliest first. Pages hold every distance from UTC that is in use,
    the earliest clock first: page 0 begins with the language's likeliest, 1 shows the next later ones and -1 the next
    earlier ones, and so on; one beyond either end is empty.
    """
    if page is None:
        return _labelled(_one_each(now, _likely(language)), now, language)
    clocks = sorted(_one_each(now, _ranked(language)), key=lambda zone: local(now, zone).utcoffset() or timedelta())
    home = local(now, _likely(language)[0]).utcoffset()
    start = [local(now, zone).utcoffset() for zone in clocks].index(home) + page * PAGE
    return _labelled(clocks[max(start, 0) : max(start + PAGE, 0)], now, language)


def zones_showing(now: datetime, local_time: time, language: str) -> list[Place]:
    """The zones whose clocks show a time now, to seven minutes: one for each set of rules, likeliest first.

    They differ in when the clocks change, or in the date.
    """
    found: dict[tuple[timedelta | None, ...], str] = {}
    for zone in _ranked(language):
        if _apart(local(now, zone).time(), local_time) <= NEAR_MINUTES:
            found.setdefault(_rules(zone, now), zone)
    return _labelled(found.values(), now, language)


def _labelled(zones: Iterable[str], now: datetime, language: str) -> list[Place]:
    return [Place(zone, f"{local(now, zone):%H:%M} {city_of(zone, language)}") for zone in zones]


def _one_each(now: datetime, zones: Iterable[str]) -> list[str]:
    """The first zone of each distance from UTC."""
    first: dict[timedelta | None, str] = {}
    for zone in zones:
        first.setdefault(local(now, zone).utcoffset(), zone)
    return list(first.values())


def _rules(zone: str, now: datetime) -> tuple[timedelta | None, ...]:
    """A zone's distances from UTC over the coming year: those of zones that always agree are equal."""
    return tuple(local(now + timedelta(days=days), zone).utcoffset() for days in _YEAR)


def _apart(one: time, other: time) -> int:
    minutes = (minute_of_day(one) - minute_of_day(other)) % _DAY_MINUTES
    return min(minutes, _DAY_MINUTES - minutes)


def _likely(language: str) -> tuple[str, ...]:
    return _LIKELY.get(language, _LIKELY["en"])


@cache
def _ranked(language: str) -> tuple[str, ...]:
    """Every zone in which people live, likeliest first."""
    from babel.core import get_global  # noqa: PLC0415 - loaded with the first question

    inhabited = {zone for code, zones in get_global("territory_zones").items() if code != "AQ" for zone in zones}
    known = available_timezones()
    others = sorted(zone for zone in inhabited & known if "/" in zone and not zone.startswith("Etc/"))
    return tuple(dict.fromkeys((*_likely(language), *_WELL_KNOWN, *others)))
