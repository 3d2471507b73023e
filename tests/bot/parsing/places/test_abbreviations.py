"""Short names of zones, and what each may mean."""

from datetime import datetime, timedelta, timezone

import pytest

from bot.parsing.places.abbreviations import ABBREVIATIONS, offset_of, zones_of_abbreviation
from bot.timetable import has_rules, local

WINTER, SUMMER = (datetime(2026, month, 15, tzinfo=timezone.utc) for month in (1, 7))
NAMED_ELSEWHERE = {
    ("GMT", "Europe/Lisbon"),
    ("EST", "Australia/Sydney"),
    ("EST", "Australia/Brisbane"),
    ("EDT", "Australia/Sydney"),
    ("CST", "Australia/Adelaide"),
    ("CDT", "Australia/Adelaide"),
}
"""What people say and the zone data does not."""


@pytest.mark.parametrize(
    ("text", "zones"),
    [
        ("JST", ["Asia/Tokyo"]),
        (" jst ", ["Asia/Tokyo"]),
        ("MSK time", ["Europe/Moscow"]),
        ("eastern  time", ["America/New_York", "America/Panama"]),
        ("eastern", []),
        ("IST", ["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"]),
        ("CAT", ["Africa/Maputo", "Africa/Khartoum"]),
        ("cat", []),
        ("West", []),
        ("XYZ", []),
        ("", []),
        ("Stockholm", []),
    ],
)
def test_the_zones_that_an_abbreviation_may_mean(text: str, zones: list[str]) -> None:
    assert list(zones_of_abbreviation(text)) == zones


@pytest.mark.parametrize("text", ["EST", "CST", "PST", "IST", "BST", "CET", "EET", "GMT", "AST"])
def test_what_is_ambiguous_has_several(text: str) -> None:
    assert len(zones_of_abbreviation(text)) > 1


def test_every_zone_has_rules_and_stands_once() -> None:
    for zones in ABBREVIATIONS.values():
        assert len(set(zones)) == len(zones)
        assert all(map(has_rules, zones))


def test_the_zone_data_agrees_where_it_has_the_abbreviation() -> None:
    """Whoever uses an abbreviation that the zone data has must be in a zone that has it, or be named here."""
    known: dict[str, set[str]] = {}
    for zone in {zone for zones in ABBREVIATIONS.values() for zone in zones}:
        for moment in (WINTER, SUMMER):
            known.setdefault(local(moment, zone).tzname() or "", set()).add(zone)
    for abbreviation, zones in ABBREVIATIONS.items():
        if abbreviation in known:
            missing = {zone for zone in zones if zone not in known[abbreviation]}
            assert all((abbreviation, zone) in NAMED_ELSEWHERE or is_local_name(zone) for zone in missing), abbreviation


def is_local_name(zone: str) -> bool:
    """Whether the zone data has a number in place of a name there (``+04``)."""
    return any((local(moment, zone).tzname() or "").startswith(("+", "-")) for moment in (WINTER, SUMMER))


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("UTC", 0),
        ("utc", 0),
        ("UTC+5:30", 330),
        ("UTC + 5:30", 330),
        ("GMT-3", -180),
        ("gmt+2", 120),
        ("+0200", 120),
        ("−9:30", -570),
        ("UTC+14", 840),
        ("UTC+15", None),
        ("+46701234567", None),
        ("+5:75", None),
        ("5:30", None),
        ("GMT", None),
        ("", None),
    ],
)
def test_a_distance_from_utc(text: str, minutes: int | None) -> None:
    assert offset_of(text) == (None if minutes is None else timedelta(minutes=minutes))
