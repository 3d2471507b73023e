"""Cities by name."""

import subprocess
import sys
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parsing.places import Place, city_of, zone_of_city
from bot.parsing.places.cities import MOST
from bot.parsing.places.known import KNOWN
from bot.timetable.zones import zone_info

ONE = {
    "Stockholm": "Europe/Stockholm",
    "goteborg": "Europe/Stockholm",
    "Göteborg": "Europe/Stockholm",
    "GOTHENBURG": "Europe/Stockholm",
    " malmö ": "Europe/Stockholm",
    "Västerås": "Europe/Stockholm",
    "Östersund": "Europe/Stockholm",
    "Umea": "Europe/Stockholm",
    "Uppsala": "Europe/Stockholm",
    "i Stockholm": "Europe/Stockholm",
    "in Stockholm": "Europe/Stockholm",
    "Stockholm, Sweden": "Europe/Stockholm",
    "Göteborg Sverige": "Europe/Stockholm",
    "Europe/Stockholm": "Europe/Stockholm",
    "europe/stockholm": "Europe/Stockholm",
    "Sverige": "Europe/Stockholm",
    "Sweden": "Europe/Stockholm",
    "Tampere": "Europe/Helsinki",
    "Tammerfors": "Europe/Helsinki",
    "Åbo": "Europe/Helsinki",
    "Helsingfors": "Europe/Helsinki",
    "Bergen": "Europe/Oslo",
    "Tromsø": "Europe/Oslo",
    "Aarhus": "Europe/Copenhagen",
    "Århus": "Europe/Copenhagen",
    "Köpenhamn": "Europe/Copenhagen",
    "copenhagen": "Europe/Copenhagen",
    "Munich": "Europe/Berlin",
    "München": "Europe/Berlin",
    "Tyskland": "Europe/Berlin",
    "Milan": "Europe/Rome",
    "Milano": "Europe/Rome",
    "Barcelona": "Europe/Madrid",
    "Manchester": "Europe/London",
    "Storbritannien": "Europe/London",
    "United Kingdom": "Europe/London",
    "Las Palmas": "Atlantic/Canary",
    "Kyiv": "Europe/Kyiv",
    "Kiev": "Europe/Kyiv",
    "Calcutta": "Asia/Kolkata",
    "Mumbai": "Asia/Kolkata",
    "Saigon": "Asia/Ho_Chi_Minh",
    "Peking": "Asia/Shanghai",
    "New York": "America/New_York",
    "new york city": "America/New_York",
    "St. John's": "America/St_Johns",
    "Saint John’s": "America/St_Johns",
    "St Petersburg": "Europe/Moscow",
    "São Paulo": "America/Sao_Paulo",
    "Sao Paulo": "America/Sao_Paulo",
    "San Francisco": "America/Los_Angeles",
    "Buenos Aires": "America/Argentina/Buenos_Aires",
    "Port-au-Prince": "America/Port-au-Prince",
}
SLIPS = {
    "stokholm": "Europe/Stockholm",
    "Götebrog": "Europe/Stockholm",
    "Stockhol": "Europe/Stockholm",
    "newyork": "America/New_York",
    "sydny": "Australia/Sydney",
    "Barcelna": "Europe/Madrid",
}
NOTHING = ["", " ", "?", "x", "in", "i", "xyzzy", "cramp", "tack", "yes", "nej", "21:15", "👍", "what time is it"]


@pytest.mark.parametrize("language", ["en", "sv"])
@pytest.mark.parametrize(("text", "zone"), ONE.items())
def test_a_name_and_its_zone(text: str, zone: str, language: str) -> None:
    assert [place.zone for place in zone_of_city(text, language)] == [zone]


@pytest.mark.parametrize(("text", "zone"), SLIPS.items())
def test_a_slip_is_like_the_name(text: str, zone: str) -> None:
    assert zone_of_city(text, "sv")[0].zone == zone


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_no_city(text: str) -> None:
    assert zone_of_city(text, "en") == []


@pytest.mark.parametrize(
    ("text", "language", "labels"),
    [
        ("goteborg", "sv", ["Göteborg"]),
        ("goteborg", "en", ["Gothenburg"]),
        ("Köpenhamn", "en", ["Copenhagen"]),
        ("copenhagen", "sv", ["Köpenhamn"]),
        ("Munich", "fi", ["Munich"]),
        ("Sweden", "sv", ["Stockholm"]),
        ("London", "en", ["London", "London (Toronto)"]),
        ("Birmingham", "sv", ["Birmingham (London)", "Birmingham (Chicago)"]),
        ("Valencia, Spain", "en", ["Valencia (Madrid)", "Valencia (Caracas)"]),
        ("Spanien", "sv", ["Madrid", "Kanarieöarna"]),
        ("USA", "en", ["New York", "Chicago", "Denver", "Phoenix", "Los Angeles", "Honolulu"]),
    ],
)
def test_labels_in_the_persons_language(text: str, language: str, labels: list[str]) -> None:
    assert [place.label for place in zone_of_city(text, language)] == labels


def test_the_start_of_several_names() -> None:
    found = zone_of_city("san", "en")
    assert len(found) == MOST
    assert Place("America/Los_Angeles", "San Diego") in found
    assert all(place.label.startswith("San ") for place in found)


def test_every_known_city_is_found_in_both_languages() -> None:
    for zone, cities in KNOWN.items():
        for name in cities.replace("|", ", ").split(", "):
            for language in ("en", "sv"):
                assert zone in {place.zone for place in zone_of_city(name, language)}, name


def test_every_known_zone_has_rules() -> None:
    assert all(zone_info(zone).key == zone for zone in KNOWN)


def test_every_zone_is_found_by_its_own_name() -> None:
    for zone in available_timezones():
        if zone.startswith(("Africa/", "America/", "Asia/", "Atlantic/", "Europe/", "Pacific/")):
            found = zone_of_city(zone, "en")
            assert len(found) == 1, zone
            assert zone_info(found[0].zone)


@given(st.text(max_size=80), st.sampled_from(["en", "sv", "de", ""]))
def test_whatever_is_typed_gives_few_places_with_rules(text: str, language: str) -> None:
    found = zone_of_city(text, language)
    assert len(found) <= MOST
    assert len(set(found)) == len(found)
    assert all(zone_info(place.zone).key == place.zone and place.label for place in found)


def test_a_long_text_is_cut() -> None:
    assert zone_of_city("x" * 100_000, "en") == []


@pytest.mark.parametrize(
    ("zone", "english", "swedish"),
    [
        ("Europe/Copenhagen", "Copenhagen", "Köpenhamn"),
        ("Europe/Kyiv", "Kyiv", "Kiev"),
        ("America/New_York", "New York", "New York"),
        ("Asia/Kolkata", "Kolkata", "Kolkata"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires", "Buenos Aires"),
        ("Etc/GMT+2", "GMT+2", "GMT+2"),
    ],
)
def test_the_city_of_a_zone(zone: str, english: str, swedish: str) -> None:
    assert (city_of(zone, "en"), city_of(zone, "sv"), city_of(zone, "fi")) == (english, swedish, english)


def test_nothing_heavy_is_loaded_before_the_first_question() -> None:
    code = "import sys, bot.parsing.places; sys.exit(len({'babel', 'tzfpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
