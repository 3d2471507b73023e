"""What places are called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parsing.places.names import LONGEST_NAME, city_of, country_name, country_of, fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Göteborg", "goteborg"),
        ("  São   Paulo ", "sao paulo"),
        ("St. John's", "saint johns"),
        ("Saint John’s", "saint johns"),
        ("Port-au-Prince", "port au prince"),
        ("Europe/Stockholm", "europe stockholm"),
        ("TROMSØ", "tromso"),
        ("Wrocław", "wroclaw"),
        ("Straße", "strasse"),
        ("!?", ""),
    ],
)
def test_the_folded_form(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_the_folded_form_has_words_apart_by_one_space(text: str) -> None:
    assert fold(text) == " ".join(fold(text).split())
    assert fold(text[:LONGEST_NAME]) == fold(text)


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


def test_the_name_of_a_country() -> None:
    assert (country_name("DE", "en"), country_name("DE", "sv"), country_name("DE", "fi")) == (
        "Germany",
        "Tyskland",
        "Germany",
    )
    assert country_name("?", "en") == "?"


@pytest.mark.parametrize(("zone", "country"), [
    ("Europe/Stockholm", "SE"), ("America/New_York", "US"), ("Asia/Kolkata", "IN"), ("Asia/Calcutta", "IN"),
    ("Europe/Belfast", "GB"), ("Nowhere/At_All", None),
])  # fmt: skip
def test_the_country_of_a_zone(zone: str, country: str | None) -> None:
    assert country_of(zone) == country
