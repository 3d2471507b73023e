"""What time is it for you?"""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.parsing.places import ZoneChoice, clock_choices, zones_showing
from bot.parsing.places.clocks import PAGE
from bot.timetable import local

UTC = timezone.utc
WINTER = datetime(2026, 11, 22, 20, 5, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 19, 5, tzinfo=UTC)
DAYS = [datetime(2026, 1, 1, 12, 5, tzinfo=UTC) + timedelta(days=day) for day in range(0, 365, 3)]
languages = st.sampled_from(["en", "sv", "de"])
moments = st.datetimes(datetime(2025, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds it


def all_pages(now: datetime, language: str) -> list[ZoneChoice]:
    return [place for page in range(-9, 10) for place in clock_choices(now, language, page)]


@pytest.mark.parametrize(
    ("language", "now", "likely"),
    [
        ("sv", WINTER, ["15:05 New York", "20:05 London", "21:05 Stockholm", "22:05 Helsingfors"]),
        ("sv", SUMMER, ["15:05 New York", "20:05 London", "21:05 Stockholm", "22:05 Helsingfors"]),
        ("en", WINTER, ["12:05 Los Angeles", "14:05 Chicago", "15:05 New York", "20:05 London"]),
        ("de", WINTER, ["12:05 Los Angeles", "14:05 Chicago", "15:05 New York", "20:05 London"]),
    ],
)
def test_the_likeliest_in_the_order_of_time(language: str, now: datetime, likely: list[str]) -> None:
    shown = clock_choices(now, language)
    assert [place.label for place in shown if place.label in likely] == likely
    offsets = [local(now, place.zone).utcoffset() or timedelta() for place in shown]
    assert offsets == sorted(offsets)


@pytest.mark.parametrize("language", ["en", "sv"])
def test_the_first_screen_is_full_on_every_day_and_shows_no_time_twice(language: str) -> None:
    for now in DAYS:
        shown = [local(now, place.zone).utcoffset() for place in clock_choices(now, language)]
        assert len(shown) == len(set(shown)) == PAGE


@settings(max_examples=25)
@given(moments, languages)
def test_the_pages_hold_every_clock_once_in_order(now: datetime, language: str) -> None:
    offsets = [local(now, place.zone).utcoffset() or timedelta() for place in all_pages(now, language)]
    assert offsets == sorted(set(offsets))
    lived_in = {zone for zone in available_timezones() if zone.startswith(("Africa/", "America/", "Asia/", "Europe/"))}
    assert {local(now, zone).utcoffset() for zone in lived_in} <= set(offsets)


@pytest.mark.parametrize(("language", "home"), [("sv", "Europe/Stockholm"), ("en", "Europe/London")])
def test_the_pages_begin_at_home(language: str, home: str) -> None:
    assert clock_choices(WINTER, language, 0)[0].zone == home
    earlier, later = clock_choices(WINTER, language, -1), clock_choices(WINTER, language, 0)
    assert (len(earlier), len(later)) == (PAGE, PAGE)
    assert local(WINTER, earlier[-1].zone).replace(tzinfo=None) < local(WINTER, later[0].zone).replace(tzinfo=None)


@pytest.mark.parametrize("page", [-99, -5, 5, 99])
def test_beyond_the_ends_there_is_nothing(page: int) -> None:
    assert clock_choices(WINTER, "sv", page) == []


def test_the_zones_behind_a_time_have_different_rules() -> None:
    choices = zones_showing(WINTER, time(21, 5), "sv")
    assert choices[:2] == [ZoneChoice("Europe/Stockholm", "21:05 Stockholm"), ZoneChoice("Africa/Lagos", "21:05 Lagos")]
    years = [tuple(local(now, place.zone).utcoffset() for now in DAYS) for place in choices]
    assert len(set(years)) == len(years) >= 2


def test_one_time_on_two_dates() -> None:
    choices = zones_showing(WINTER, time(10, 5), "en")
    dates = {local(WINTER, place.zone).date() for place in choices}
    assert len(dates) == 2
    assert choices[0].zone == "Pacific/Honolulu"


@pytest.mark.parametrize("read_out", [time(20, 58), time(21, 5), time(21, 12)])
def test_a_clock_may_be_some_minutes_off(read_out: time) -> None:
    assert zones_showing(WINTER, read_out, "sv")[0].zone == "Europe/Stockholm"


@pytest.mark.parametrize("read_out", [time(20, 57), time(21, 13)])
def test_but_not_half_a_quarter(read_out: time) -> None:
    assert zones_showing(WINTER, read_out, "sv") == []


def test_off_over_midnight() -> None:
    now = datetime(2026, 11, 22, 23, 2, tzinfo=UTC)
    assert zones_showing(now, time(23, 58), "sv")[0].zone == "Europe/Stockholm"


@settings(max_examples=25)
@given(moments, languages)
def test_every_choice_shows_the_time_of_its_label(now: datetime, language: str) -> None:
    for place in (*clock_choices(now, language), *all_pages(now, language)):
        clock, _, city = place.label.partition(" ")
        assert clock == f"{local(now, place.zone):%H:%M}"
        assert city


@settings(max_examples=25)
@given(moments, languages)
def test_a_choice_is_among_the_zones_that_show_its_time(now: datetime, language: str) -> None:
    for place in clock_choices(now, language):
        showing = zones_showing(now, local(now, place.zone).time(), language)
        assert place in showing
        assert len({place.zone for place in showing}) == len(showing)
