"""The location of each time zone's city."""

from zoneinfo import available_timezones

import pytest

from bot.parsing.places import zone_at
from simulator.state.locations import NOWHERE, location_of

ON_A_BORDER = {"Asia/Urumqi", "Asia/Kashgar", "Europe/Monaco"}
"""The map has other borders there."""


@pytest.mark.parametrize(
    ("zone", "location"),
    [
        ("Europe/Stockholm", (59.3333, 18.05)),
        ("America/New_York", (40.7142, -74.0064)),
        ("Australia/Sydney", (-33.8667, 151.2167)),
        ("Asia/Calcutta", location_of("Asia/Kolkata")),
        ("UTC", NOWHERE),
        ("Mars/Olympus", NOWHERE),
    ],
)
def test_where_the_city_of_a_zone_is(zone: str, location: tuple[float, float]) -> None:
    assert location_of(zone) == location


def test_whoever_shares_the_location_of_a_zone_is_in_that_zone() -> None:
    cities = {zone: location_of(zone) for zone in available_timezones()}
    zones = {zone for zone, location in cities.items() if location != NOWHERE and "/" in zone}
    assert len(zones) > 400
    elsewhere = {zone for zone in zones if location_of(zone_at(*cities[zone]) or "") != cities[zone]}
    assert elsewhere - ON_A_BORDER == set(), "old names of a zone have its city"
