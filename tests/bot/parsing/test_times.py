"""Times of day as people write them."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parsing.times import read_several_times, read_span, read_time, read_times

UNDERSTOOD = {
    "21:15": "21:15",
    "21.15": "21:15",
    " 9:05 ": "09:05",
    "09.05": "09:05",
    "9": "09:00",
    "21": "21:00",
    "0": "00:00",
    "00:00": "00:00",
    "24:00": "00:00",
    "24": "00:00",
    "7h30": "07:30",
    "21h": "21:00",
    "2115": "21:15",
    "0915": "09:15",
    "915": "09:15",
    "9pm": "21:00",
    "9 PM": "21:00",
    "9 p.m.": "21:00",
    "9 P. M.": "21:00",
    "9.15 pm": "21:15",
    "9:15pm": "21:15",
    "915 pm": "21:15",
    "9.15 am": "09:15",
    "12am": "00:00",
    "12 pm": "12:00",
    "12:30 am": "00:30",
    "12:30 pm": "12:30",
    "0:30 am": "00:30",
    "21:15 pm": "21:15",
    "at 9 pm please": "21:00",
    "At 21:15.": "21:15",
    "around 7.30": "07:30",
    "9 o'clock": "09:00",
    "9 o’clock": "09:00",
    "21 o'clock, please": "21:00",
    "nine pm": "21:00",
    "nine in the morning": "09:00",
    "10 in the evening": "22:00",
    "3 in the afternoon": "15:00",
    "half past nine in the evening": "21:30",
    "half past 9 pm": "21:30",
    "half past twelve pm": "12:30",
    "a quarter to ten pm": "21:45",
    "quarter past 7 am": "07:15",
    "noon": "12:00",
    "midnight": "00:00",
    "kl 21": "21:00",
    "kl. 9:05": "09:05",
    "Kl.21.30": "21:30",
    "klockan 21": "21:00",
    "vid 21": "21:00",
    "ca kl 21": "21:00",
    "9 fm": "09:00",
    "9 f.m.": "09:00",
    "9 em": "21:00",
    "9 e.m.": "21:00",
    "9 på kvällen": "21:00",
    "nio på kvällen": "21:00",
    "21:30 på kvällen": "21:30",
    "7 på morgonen": "07:00",
    "3 på eftermiddagen": "15:00",
    "10 på förmiddagen": "10:00",
    "halv tio på kvällen": "21:30",
    "halv 10 på kvällen": "21:30",
    "halv åtta på morgonen": "07:30",
    "kvart över nio på kvällen": "21:15",
    "kvart i tio på kvällen": "21:45",
    "klockan nio på kvällen, tack": "21:00",
    "midnatt": "00:00",
    "ten past nine pm": "21:10",
    "twenty to ten in the evening": "21:40",
    "tio över nio på kvällen": "21:10",
    "fem i halv tio på kvällen": "21:25",
    "tjugo över halv tio på kvällen": "21:50",
    "２１：１５": "21:15",
}
NOT_UNDERSTOOD = [
    "",
    " ",
    "?",
    "25",
    "24:01",
    "24:30",
    "12:60",
    "9:5",
    "9.5",
    "-9",
    "+9",
    "9-10",
    "9 12 15",
    "9 12",
    "9, 12",
    "9,15",
    "9:00 and 12:00",
    "9:15:00",
    "12345",
    "99999",
    "99",
    "2460",
    "2500",
    "960",
    "halv tio",
    "half nine",
    "half past nine",
    "half past 21 pm",
    "half past 9:15 pm",
    "kvart i tio",
    "nio",
    "nine",
    "nine thirty",
    "9 o'clock or so",
    "13 am",
    "21:15 am",
    "0 pm",
    "12 fm",
    "12 på kvällen",
    "1 in the evening",
    "11 in the afternoon",
    "9 at",
    "pm",
    "am",
    "kl",
    "tomorrow",
    "later",
    "in 9 minutes",
    "9 glasses",
    "middag",
    "٩",
    "🕘",
    "9" * 5000,
]


@pytest.mark.parametrize(("text", "meant"), UNDERSTOOD.items())
def test_understood(text: str, meant: str) -> None:
    assert read_time(text) == time.fromisoformat(meant)


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_not_understood(text: str) -> None:
    assert read_time(text) is None


def test_every_minute_in_every_form() -> None:
    for minute in range(1440):
        hours, minutes = divmod(minute, 60)
        at = time(hours, minutes)
        twelve, part = (hours - 1) % 12 + 1, "pm" if hours >= 12 else "am"
        forms = [
            f"{hours}:{minutes:02}",
            f"{hours:02}.{minutes:02}",
            f"kl {hours:02}:{minutes:02}",
            f"{hours:02}{minutes:02}",
            f"{twelve}:{minutes:02} {part}",
            f"{twelve}.{minutes:02}{part[0]}.m.",
        ]
        assert [read_time(form) for form in forms] == [at] * len(forms)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_whole_minute_or_nothing(text: str) -> None:
    at = read_time(text)
    assert at is None or (at.second, at.microsecond, at.tzinfo) == (0, 0, None)


@given(st.text(alphabet="0123456789:. apmkl", max_size=12))
def test_a_time_that_is_understood_stands_in_the_text(text: str) -> None:
    at = read_time(text)
    if at is not None and at.minute:
        assert f"{at.minute:02}" in text


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("9:15", [time(9, 15), time(21, 15)]),
        ("kl 9.15!", [time(9, 15), time(21, 15)]),
        ("3 o'clock", [time(3), time(15)]),
        ("915", [time(9, 15), time(21, 15)]),
        ("12:30", [time(12, 30), time(0, 30)]),
        ("kl 09:15", [time(9, 15)]),
        ("0915", [time(9, 15)]),
        ("21:15", [time(21, 15)]),
        ("9:15 pm", [time(21, 15)]),
        ("0:15", [time(0, 15)]),
        ("noon", [time(12)]),
        ("7h30", [time(7, 30), time(19, 30)]),
        ("half past eight", [time(8, 30), time(20, 30)]),
        ("halv nio", [time(8, 30), time(20, 30)]),
        ("kvart i tolv", [time(11, 45), time(23, 45)]),
        ("nine", [time(9), time(21)]),
        ("midnight", [time(0)]),
        ("halv nio på kvällen", [time(20, 30)]),
        ("half past 21", []),
        ("Oslo", []),
    ],
)
def test_figures_without_a_part_of_the_day_may_be_two_times(text: str, times: list[time]) -> None:
    assert list(read_times(text)) == times


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("21:15", [["21:15"]]),
        ("09:00, 12:00 and 15:00", [["09:00"], ["12:00", "00:00"], ["15:00"]]),
        ("kl 10 och 14", [["10:00", "22:00"], ["14:00"]]),
        ("8.30; 20:30 & noon", [["08:30", "20:30"], ["20:30"], ["12:00"]]),
        ("09:00,", [["09:00"]]),
        ("09:00 and later", []),
        ("and", []),
        ("", []),
    ],
)
def test_a_list_of_times(text: str, times: list[list[str]]) -> None:
    assert [[f"{at:%H:%M}" for at in meanings] for meanings in read_several_times(text)] == times


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("22-7", "22:00 07:00"),
        ("22:30–06:15", "22:30 06:15"),
        ("from 10 pm to 6:30", "22:00 06:30"),
        ("between 23 and 8", "23:00 08:00"),
        ("10 to 7", "22:00 07:00"),
        ("11 until half past six", "23:00 06:30"),
        ("från kl. 22 till kl. 7", "22:00 07:00"),
        ("mellan halv elva och sju", "22:30 07:00"),
        ("a quarter to ten to seven", "21:45 07:00"),
        ("midnight to noon", "00:00 12:00"),
        ("09:00 to 17:00", "09:00 17:00"),
        ("1-9", "01:00 09:00"),
    ],
)
def test_the_two_ends_of_a_night(text: str, span: str) -> None:
    ends = read_span(text)
    assert ends
    assert " ".join(f"{at:%H:%M}" for at in ends) == span


@pytest.mark.parametrize("text", ["", "22", "22:00 to 22:00", "to", "22 to late", "from 22", "ten", "22/7", "x" * 500])
def test_no_night(text: str) -> None:
    assert read_span(text) is None


@given(st.text(max_size=200))
def test_whatever_is_typed_is_a_list_and_a_night_of_whole_minutes_or_nothing(text: str) -> None:
    times = [at for meanings in read_several_times(text) for at in meanings] + [*(read_span(text) or ())]
    assert all((at.second, at.microsecond, at.tzinfo) == (0, 0, None) for at in times)
