"""What a typed place means: one zone for sure, or a question."""

import subprocess
import sys
from datetime import datetime, timezone
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import ROOT
from bot.parsing.places import find_places
from bot.parsing.places.cities import MAX_CHOICES
from bot.timetable.zones import zone_info

NOW = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)
SURE = {
    "Stockholm": "Europe/Stockholm",
    "goteborg": "Europe/Stockholm",
    "Göteborg": "Europe/Stockholm",
    "GOTHENBURG": "Europe/Stockholm",
    " malmö ": "Europe/Stockholm",
    "Västerås": "Europe/Stockholm",
    "Östersund": "Europe/Stockholm",
    "Umea": "Europe/Stockholm",
    "Uppsala": "Europe/Stockholm",
    "Lund": "Europe/Stockholm",
    "Ystad": "Europe/Stockholm",
    "Kiruna": "Europe/Stockholm",
    "Täby": "Europe/Stockholm",
    "i Stockholm": "Europe/Stockholm",
    "in Stockholm": "Europe/Stockholm",
    "I live in Stockholm": "Europe/Stockholm",
    "I'm in Stockholm": "Europe/Stockholm",
    "we live in Stockholm": "Europe/Stockholm",
    "vi bor i Stockholm": "Europe/Stockholm",
    "jag bor i Lund": "Europe/Stockholm",
    "Stockholm, Sweden": "Europe/Stockholm",
    "Göteborg Sverige": "Europe/Stockholm",
    "Europe/Stockholm": "Europe/Stockholm",
    "europe/stockholm": "Europe/Stockholm",
    "Sverige": "Europe/Stockholm",
    "Sweden": "Europe/Stockholm",
    "Skåne": "Europe/Stockholm",
    "Tampere": "Europe/Helsinki",
    "Tammerfors": "Europe/Helsinki",
    "Åbo": "Europe/Helsinki",
    "Ekenäs": "Europe/Helsinki",
    "Helsingfors": "Europe/Helsinki",
    "Bergen": "Europe/Oslo",
    "Tromsø": "Europe/Oslo",
    "Aarhus": "Europe/Copenhagen",
    "Århus": "Europe/Copenhagen",
    "Köpenhamn": "Europe/Copenhagen",
    "copenhagen": "Europe/Copenhagen",
    "Munich": "Europe/Berlin",
    "München": "Europe/Berlin",
    "Frankfurt": "Europe/Berlin",
    "Cologne": "Europe/Berlin",
    "Tyskland": "Europe/Berlin",
    "Milan": "Europe/Rome",
    "Milano": "Europe/Rome",
    "Florens": "Europe/Rome",
    "Roma": "Europe/Rome",
    "Haag": "Europe/Amsterdam",
    "Wien": "Europe/Vienna",
    "Paris": "Europe/Paris",
    "Storbritannien": "Europe/London",
    "United Kingdom": "Europe/London",
    "UK": "Europe/London",
    "Scotland": "Europe/London",
    "Sheffield, UK": "Europe/London",
    "Turkey": "Europe/Istanbul",
    "Las Palmas, Spain": "Atlantic/Canary",
    "Teneriffa": "Atlantic/Canary",
    "Kyiv": "Europe/Kyiv",
    "Kiev": "Europe/Kyiv",
    "Kapstaden": "Africa/Johannesburg",
    "Calcutta": "Asia/Kolkata",
    "Mumbai": "Asia/Kolkata",
    "Saigon": "Asia/Ho_Chi_Minh",
    "Peking": "Asia/Shanghai",
    "Hong Kong": "Asia/Hong_Kong",
    "Sydney": "Australia/Sydney",
    "New York": "America/New_York",
    "new york city": "America/New_York",
    "NYC": "America/New_York",
    "São Paulo": "America/Sao_Paulo",
    "Sao Paulo": "America/Sao_Paulo",
    "Argentina": "America/Argentina/Buenos_Aires",
    "Port-au-Prince": "America/Port-au-Prince",
    "Springfield, Illinois": "America/Chicago",
    "springfield ma": "America/New_York",
    "Portland OR": "America/Los_Angeles",
    "Paris, Texas": "America/Chicago",
    "London Ontario": "America/Toronto",
    "Valencia, Spanien": "Europe/Madrid",
    "Portland, Maine, USA": "America/New_York",
    "Springfield Illinois United States": "America/Chicago",
}
QUESTIONS = {
    "Springfield": ["Springfield, Missouri", "Springfield, Massachusetts", "Springfield, Illinois"],
    "Birmingham": ["Birmingham, United Kingdom", "Birmingham, Alabama", "Birmingham, Michigan"],
    "San José": ["San Jose, California", "San José, Costa Rica"],
    "London": ["London, United Kingdom", "London, Canada"],
    "Valencia": ["Valencia, Venezuela", "Valencia, Spain", "Valencia, California"],
    "Manchester": ["Manchester, United Kingdom", "Manchester, New Hampshire"],
    "Georgia": ["Georgia, United States", "Tbilisi"],
    "Texas": ["Texas, United States (Chicago)", "Texas, United States (Denver)"],
    "Spanien": ["Madrid", "Canary"],
    "USA": ["New York", "Chicago", "Los Angeles", "Denver", "Phoenix", "Honolulu"],
    "EST": ["New York", "Panama", "Sydney", "Brisbane"],
    "IST": ["Kolkata", "Dublin", "Jerusalem"],
    "CET": ["Berlin", "Paris", "Rome", "Madrid", "Warsaw", "Stockholm", "Algiers"],
    "JST": ["Tokyo"],
    "Eastern time": ["New York", "Panama"],
    "GMT+2": ["Athens", "Johannesburg", "Cairo"],
    "UTC+5:30": ["Kolkata"],
    "Stockholm tack": ["Stockholm, Sweden"],
    "Stockholm Sverige tack": ["Stockholm, Sweden"],
    "my city is Stockholm": ["Stockholm, Sweden"],
    "vi är i Stockholm nu": ["Stockholm, Sweden"],
    "South London": ["London, United Kingdom", "London, Canada"],
    "Springfield Illinois please": ["Springfield, Illinois"],
    "Stockh": ["Stockholm, Sweden"],
    "bra": ["Brasília, Brazil"],
}
SLIPS = {
    "stokhlom": "Stockholm, Sverige",
    "Götebrog": "Göteborg, Sverige",
    "Stockhol": "Stockholm, Sverige",
    "Atockholm": "Stockholm, Sverige",
    "newyork": "New York, USA",
    "sydny": "Sydney, Australien",
    "Barcelna": "Barcelona, Spanien",
    "Trollhätan": "Trollhättan, Sverige",
}
NOTHING = [
    "",
    " ",
    "?",
    "x",
    "in",
    "i",
    "no",
    "xyzzy",
    "cramp",
    "kramp",
    "tack",
    "yes",
    "nej",
    "21:15",
    "👍",
    "hjälp mig",
]
NOTHING += [
    "hello",
    "what time is it",
    "no feeling in my leg",
    "kan inte andas",
    "turn off all notifications",
    "kram kram",
]


@pytest.mark.parametrize("language", ["en", "sv"])
@pytest.mark.parametrize(("text", "zone"), SURE.items())
def test_a_name_that_is_surely_one_place(text: str, zone: str, language: str) -> None:
    matches = find_places(text, language, NOW)
    assert ([choice.zone for choice in matches.choices], matches.is_sure) == ([zone], True)


@pytest.mark.parametrize(("text", "labels"), QUESTIONS.items())
def test_a_name_that_may_mean_several_places_is_a_question_the_most_populous_first(
    text: str, labels: list[str]
) -> None:
    matches = find_places(text, "en", NOW)
    assert not matches.is_sure
    assert [choice.label for choice in matches.choices][: len(labels)] == labels


@pytest.mark.parametrize(("text", "label"), SLIPS.items())
def test_a_slip_is_a_question_too(text: str, label: str) -> None:
    matches = find_places(text, "sv", NOW)
    assert (matches.choices[0].label, matches.is_sure) == (label, False)


@pytest.mark.parametrize("text", NOTHING)
def test_other_words_are_no_place(text: str) -> None:
    assert find_places(text, "en", NOW).choices == []


@pytest.mark.parametrize(
    ("text", "language", "label"),
    [
        ("goteborg", "sv", "Göteborg, Sverige"),
        ("goteborg", "en", "Göteborg, Sweden"),
        ("Köpenhamn", "sv", "Köpenhamn, Danmark"),
        ("copenhagen", "sv", "Copenhagen, Danmark"),
        ("Munich", "fi", "Munich, Germany"),
        ("krakow", "en", "Kraków, Poland"),
        ("Kiev", "sv", "Kiev, Ukraina"),
        ("Sweden", "sv", "Stockholm"),
        ("Europe/Copenhagen", "sv", "Köpenhamn"),
        ("Paris Texas", "sv", "Paris, Texas"),
    ],
)
def test_a_place_is_called_as_the_person_calls_it(text: str, language: str, label: str) -> None:
    assert [choice.label for choice in find_places(text, language, NOW).choices] == [label]


def test_each_zone_of_a_name_is_offered() -> None:
    choices = find_places("Springfield", "en", NOW).choices
    assert len(choices) == MAX_CHOICES
    zones = {"America/Chicago", "America/New_York", "America/Los_Angeles", "Australia/Brisbane", "America/Detroit"}
    assert {choice.zone for choice in choices} == zones


def test_the_beginning_of_several_names() -> None:
    choices = find_places("san", "en", NOW).choices
    assert len(choices) == MAX_CHOICES
    assert all(choice.label.startswith("San") for choice in choices)


def test_every_zone_is_found_by_its_own_name() -> None:
    for zone in available_timezones():
        if zone.startswith(("Africa/", "America/", "Asia/", "Atlantic/", "Europe/", "Pacific/")):
            matches = find_places(zone, "en", NOW)
            assert matches.is_sure, zone
            assert zone_info(matches.choices[0].zone)


@given(st.text(max_size=80), st.sampled_from(["en", "sv", "de", ""]))
def test_whatever_is_typed_gives_few_places_with_rules(text: str, language: str) -> None:
    matches = find_places(text, language, NOW)
    assert len(matches.choices) <= MAX_CHOICES
    assert len(set(matches.choices)) == len(matches.choices)
    assert len(matches.choices) == 1 or not matches.is_sure
    assert all(zone_info(choice.zone).key == choice.zone and choice.label for choice in matches.choices)


def test_a_long_text_is_cut() -> None:
    assert find_places("x" * 100_000, "en", NOW).choices == []


def test_nothing_heavy_is_loaded_before_the_first_question() -> None:
    code = (
        "import sys, bot.parsing.places; sys.exit(len({'babel', 'rapidfuzz', 'tzfpy', 'zipfile'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
