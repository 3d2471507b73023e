"""Short names of zones ("EST", "CET", "UTC+5:30"), and the zones that each may mean."""

import re
from datetime import timedelta

ABBREVIATIONS: dict[str, tuple[str, ...]] = {
    # Worldwide
    "GMT": ("Europe/London", "Europe/Dublin", "Europe/Lisbon", "Africa/Accra", "Atlantic/Reykjavik"),
    # Europe
    "WET": ("Europe/Lisbon", "Atlantic/Canary", "Atlantic/Faroe"),
    "WEST": ("Europe/Lisbon", "Atlantic/Canary", "Atlantic/Faroe"),
    "BST": ("Europe/London", "Asia/Dhaka"),
    "CET": (
        "Europe/Berlin",
        "Europe/Paris",
        "Europe/Rome",
        "Europe/Madrid",
        "Europe/Warsaw",
        "Europe/Stockholm",
        "Africa/Algiers",
    ),
    "CEST": ("Europe/Berlin", "Europe/Paris", "Europe/Rome", "Europe/Madrid", "Europe/Warsaw", "Europe/Stockholm"),
    "EET": (
        "Europe/Kyiv",
        "Europe/Bucharest",
        "Europe/Athens",
        "Europe/Helsinki",
        "Africa/Cairo",
        "Europe/Kaliningrad",
    ),
    "EEST": ("Europe/Kyiv", "Europe/Bucharest", "Europe/Athens", "Europe/Helsinki", "Africa/Cairo"),
    "MSK": ("Europe/Moscow",),
    "TRT": ("Europe/Istanbul",),
    # America
    "EASTERN TIME": ("America/New_York", "America/Panama"),
    "CENTRAL TIME": ("America/Chicago", "America/Mexico_City", "America/Costa_Rica"),
    "MOUNTAIN TIME": ("America/Denver", "America/Phoenix"),
    "PACIFIC TIME": ("America/Los_Angeles",),
    "ET": ("America/New_York",),
    "EST": ("America/New_York", "America/Panama", "Australia/Sydney", "Australia/Brisbane"),
    "EDT": ("America/New_York", "Australia/Sydney"),
    "CT": ("America/Chicago",),
    "CST": (
        "America/Chicago",
        "America/Mexico_City",
        "America/Costa_Rica",
        "America/Havana",
        "Asia/Shanghai",
        "Australia/Adelaide",
    ),
    "CDT": ("America/Chicago", "America/Havana", "Australia/Adelaide"),
    "MT": ("America/Denver", "America/Phoenix"),
    "MST": ("America/Denver", "America/Phoenix"),
    "MDT": ("America/Denver",),
    "PT": ("America/Los_Angeles",),
    "PST": ("America/Los_Angeles", "Asia/Manila"),
    "PDT": ("America/Los_Angeles",),
    "AKST": ("America/Anchorage",),
    "AKDT": ("America/Anchorage",),
    "HST": ("Pacific/Honolulu",),
    "AST": ("America/Halifax", "America/Puerto_Rico", "Asia/Riyadh"),
    "ADT": ("America/Halifax",),
    "NST": ("America/St_Johns",),
    "NDT": ("America/St_Johns",),
    "BRT": ("America/Sao_Paulo",),
    "ART": ("America/Argentina/Buenos_Aires",),
    "CLT": ("America/Santiago",),
    # Africa
    "WAT": ("Africa/Lagos", "Africa/Kinshasa"),
    "CAT": ("Africa/Maputo", "Africa/Khartoum"),
    "EAT": ("Africa/Nairobi",),
    "SAST": ("Africa/Johannesburg",),
    # Asia
    "IST": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "IDT": ("Asia/Jerusalem",),
    "GST": ("Asia/Dubai",),
    "IRST": ("Asia/Tehran",),
    "PKT": ("Asia/Karachi",),
    "NPT": ("Asia/Kathmandu",),
    "ICT": ("Asia/Bangkok", "Asia/Ho_Chi_Minh"),
    "WIB": ("Asia/Jakarta",),
    "WITA": ("Asia/Makassar",),
    "WIT": ("Asia/Jayapura",),
    "SGT": ("Asia/Singapore",),
    "MYT": ("Asia/Kuala_Lumpur",),
    "HKT": ("Asia/Hong_Kong",),
    "PHT": ("Asia/Manila",),
    "JST": ("Asia/Tokyo",),
    "KST": ("Asia/Seoul",),
    # Australia and the Pacific
    "AWST": ("Australia/Perth",),
    "ACST": ("Australia/Adelaide", "Australia/Darwin"),
    "ACDT": ("Australia/Adelaide",),
    "AEST": ("Australia/Sydney", "Australia/Brisbane"),
    "AEDT": ("Australia/Sydney",),
    "NZST": ("Pacific/Auckland",),
    "NZDT": ("Pacific/Auckland",),
    "SST": ("Pacific/Pago_Pago", "Asia/Singapore"),
}
"""Abbreviation -> the zones that it may mean, the most populous first."""
_WORDS = {"ART", "CAT", "EAT", "WAT", "WEST", "WET", "WIT"}
"""Abbreviations that are also words. They are understood only in capitals."""
_FILLER = re.compile(r" (?:time|tid)$", re.IGNORECASE)
_OFFSET = re.compile(r"(?:utc|gmt)? ?(?P<sign>[+\-−–]) ?(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?", re.IGNORECASE)
_MOST_HOURS = 14


def zones_of_abbreviation(text: str) -> tuple[str, ...]:
    """Return the zones (IANA names) that an abbreviation may mean, the most populous first. Empty for other texts."""
    short = " ".join(text.split())
    if short.upper() not in ABBREVIATIONS:
        short = _without_filler(text)
    if short.upper() in _WORDS and not short.isupper():
        return ()
    return ABBREVIATIONS.get(short.upper(), ())


def offset_of(text: str) -> timedelta | None:
    """Return the distance from UTC that a text names: ``UTC+5:30``, ``GMT-3`` or ``+0200``; None for other texts."""
    plain = _without_filler(text)
    if plain.upper() == "UTC":
        return timedelta()
    match = _OFFSET.fullmatch(plain)
    if match is None or int(match["hours"]) > _MOST_HOURS:
        return None
    offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
    return offset if match["sign"] == "+" else -offset


def _without_filler(text: str) -> str:
    return _FILLER.sub("", " ".join(text.split()))
