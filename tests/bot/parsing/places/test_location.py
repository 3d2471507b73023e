"""The zone at a location."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parsing.places import zone_at
from bot.timetable.zones import zone_info


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (57.71, 11.97, "Europe/Stockholm"),
        (59.33, 18.07, "Europe/Stockholm"),
        (65.83, 24.14, "Europe/Stockholm"),  # Haparanda
        (65.85, 24.15, "Europe/Helsinki"),  # Tornio, over the river
        (57.5, 18.5, "Europe/Stockholm"),  # Gotland
        (60.17, 24.94, "Europe/Helsinki"),
        (51.5, -0.12, "Europe/London"),
        (28.1, -15.4, "Atlantic/Canary"),
        (40.71, -74.0, "America/New_York"),
        (33.45, -112.07, "America/Phoenix"),
        (-33.87, 151.2, "Australia/Sydney"),
        (-31.55, 159.08, "Australia/Lord_Howe"),
        (27.7, 85.3, "Asia/Kathmandu"),
        (0.0, -30.0, "Etc/GMT+2"),  # at sea
        (90.0, 180.0, None),
    ],
)
def test_the_zone_at_a_location(latitude: float, longitude: float, zone: str | None) -> None:
    zone_there = zone_at(latitude, longitude)
    assert zone_there == zone or (zone is None and zone_there is not None and zone_there.startswith("Etc/"))


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(90.1, 0), (-90.1, 0), (0, 180.1), (0, -181), (math.nan, 0), (0, math.nan), (math.inf, 0)],
)
def test_no_such_place(latitude: float, longitude: float) -> None:
    assert zone_at(latitude, longitude) is None


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_anywhere_on_earth_there_is_a_zone_with_rules(latitude: float, longitude: float) -> None:
    zone = zone_at(latitude, longitude)
    assert zone is not None
    assert zone_info(zone).key == zone


def test_a_zone_without_rules_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tzfpy.get_tz", lambda _longitude, _latitude: "Mars/Olympus")
    assert zone_at(0, 0) is None
