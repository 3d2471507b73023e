"""Dates and times in words, on the person's own clock."""

from datetime import datetime, timedelta, timezone

import pytest

from bot.content import wording
from tests.support.running_bot import content

ENGLISH, SWEDISH = content()["en"], content()["sv"]
NOW = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)
STOCKHOLM, TOKYO = "Europe/Stockholm", "Asia/Tokyo"


def test_a_clock_shows_the_time_of_its_zone() -> None:
    assert (wording.clock(NOW, STOCKHOLM), wording.clock(NOW, TOKYO)) == ("21:00", "05:00")


def test_the_phone_is_given_the_moment_and_shows_it_by_itself() -> None:
    seconds = int(NOW.timestamp())
    assert wording.on_phone(NOW, STOCKHOLM) == f'<tg-time unix="{seconds}" format="t">21:00</tg-time>'


@pytest.mark.parametrize(
    ("hours", "english", "swedish"),
    [
        (0, "today at 21:00", "i dag kl. 21:00"),
        (2, "today at 23:00", "i dag kl. 23:00"),
        (3, "tomorrow at 00:00", "i morgon kl. 00:00"),
        (27, "on Tuesday at 00:00", "på tisdag kl. 00:00"),
        (24 * 6, "on Saturday at 21:00", "på lördag kl. 21:00"),
        (24 * 7, "on Sunday 8 November at 21:00", "söndag 8 november kl. 21:00"),
    ],
)
def test_the_nearer_the_shorter(hours: int, english: str, swedish: str) -> None:
    moment = NOW + timedelta(hours=hours)
    assert wording.when(ENGLISH, moment, STOCKHOLM, NOW) == english
    assert wording.when(SWEDISH, moment, STOCKHOLM, NOW) == swedish


def test_today_is_the_persons_today() -> None:
    assert wording.when(ENGLISH, NOW + timedelta(hours=5), TOKYO, NOW) == "today at 10:00"
    assert wording.when(ENGLISH, NOW - timedelta(days=1), STOCKHOLM, NOW) == "on Saturday 31 October at 21:00"


def test_a_pause_ends_with_a_day_or_at_a_time() -> None:
    midnight = datetime(2026, 12, 23, 23, 0, tzinfo=timezone.utc)
    assert wording.end_of_pause(ENGLISH, midnight, STOCKHOLM, NOW) == "on Thursday 24 December"
    assert wording.end_of_pause(SWEDISH, midnight, STOCKHOLM, NOW) == "torsdag 24 december"
    assert wording.end_of_pause(ENGLISH, NOW + timedelta(days=1), STOCKHOLM, NOW) == "tomorrow at 21:00"


def test_dates_are_written_as_in_the_language() -> None:
    day = NOW.date()
    assert (wording.date_of(ENGLISH, day), wording.short_date(ENGLISH, day)) == ("Sunday 1 November", "Sun 1 Nov")
    assert (wording.date_of(SWEDISH, day), wording.short_date(SWEDISH, day)) == ("söndag 1 november", "sön 1 nov")
    assert wording.full_date(ENGLISH, day) == "Sunday 1 November 2026"
    assert wording.full_date(SWEDISH, day) == "söndag 1 november 2026"


@pytest.mark.parametrize(
    ("days", "text"),
    [
        ({5, 1, 2, 3, 4}, "Monday to Friday"),
        ({1, 2, 3, 4, 6, 7}, "Monday to Thursday, Saturday, Sunday"),
        ({1, 3, 4, 5}, "Monday, Wednesday to Friday"),
        ({1, 2}, "Monday, Tuesday"),
        ({7}, "Sunday"),
        (set(), ""),
    ],
)
def test_three_days_in_a_row_are_a_range(days: set[int], text: str) -> None:
    assert wording.weekdays(ENGLISH, days) == text


def test_weekdays_are_named_in_their_order() -> None:
    assert wording.weekdays(SWEDISH, {1, 2, 3}) == "måndag till onsdag"
    assert wording.weekdays(ENGLISH, {7, 1, 3}) == "Monday, Wednesday, Sunday"
    assert wording.weekdays(SWEDISH, range(1, 8)) == "varje dag"
    assert [wording.weekday(SWEDISH, day)[:3] for day in range(1, 8)] == [
        "mån", "tis", "ons", "tor", "fre", "lör", "sön",
    ]  # fmt: skip
