"""The next occurrence, beside a wall clock that is watched minute by minute."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.timetable import (
    ZONE_CHANGE_GAP,
    Occurrence,
    Timetable,
    UnknownZone,
    is_quiet,
    minute_of_day,
    next_after_change,
    next_occurrence,
)
from tests.campaigns.zones.clock import shown

UTC = timezone.utc
EVERY_DAY = frozenset(range(1, 8))
NIGHT = (time(22), time(7))
MINUTE = timedelta(minutes=1)
CHANGES = [
    ("Europe/Stockholm", "2026-03-29"),
    ("Europe/Stockholm", "2026-10-25"),
    ("Africa/Cairo", "2026-04-24"),
    ("Africa/Cairo", "2026-10-29"),
    ("Africa/Casablanca", "2026-02-15"),
    ("America/Havana", "2026-11-01"),
    ("America/New_York", "2026-03-08"),
    ("America/Nuuk", "2026-03-28"),
    ("America/St_Johns", "2006-10-29"),
    ("Antarctica/Troll", "2026-03-29"),
    ("Asia/Kathmandu", "2026-01-01"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Pacific/Apia", "2011-12-30"),
    ("Pacific/Kwajalein", "1993-08-21"),
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def stockholm(*times: str, days: frozenset[int] = EVERY_DAY) -> Timetable:
    return Timetable(tuple(map(time.fromisoformat, times)), days, "Europe/Stockholm", NIGHT)


def keys(timetable: Timetable, after: datetime, count: int) -> list[str]:
    dates_and_times = []
    for _ in range(count):
        occurrence = next_occurrence(timetable, after)
        assert occurrence is not None
        dates_and_times.append(f"{occurrence.local_date} {occurrence.slot // 60:02}:{occurrence.slot % 60:02}")
        after = occurrence.due_at
    return dates_and_times


def test_water_on_two_days() -> None:
    water = stockholm("09:00", "12:00", "15:00", "18:00")
    assert keys(water, at("2026-07-01T09:59"), 4) == [
        "2026-07-01 12:00",
        "2026-07-01 15:00",
        "2026-07-01 18:00",
        "2026-07-02 09:00",
    ]


def test_later_means_later() -> None:
    stretch = stockholm("21:30")
    due = at("2026-07-01T19:30")
    just_before, exactly = next_occurrence(stretch, due - timedelta(microseconds=1)), next_occurrence(stretch, due)
    assert just_before == Occurrence(date(2026, 7, 1), 21 * 60 + 30, due)
    assert exactly == Occurrence(date(2026, 7, 2), 21 * 60 + 30, due + timedelta(days=1))


def test_the_order_of_the_times_does_not_matter() -> None:
    assert keys(stockholm("18:00", "09:00"), at("2026-07-01T00:00"), 3) == [
        "2026-07-01 09:00",
        "2026-07-01 18:00",
        "2026-07-02 09:00",
    ]


def test_a_weekday_is_one_of_the_local_date() -> None:
    sunday_night = Timetable((time(0, 30),), frozenset({1}), "Asia/Tokyo")
    occurrence = next_occurrence(sunday_night, at("2026-07-03T00:00"))
    assert occurrence == Occurrence(date(2026, 7, 6), 30, at("2026-07-05T15:30"))  # a Monday there, a Sunday in London


def test_one_day_a_week() -> None:
    sundays = stockholm("10:00", days=frozenset({7}))
    assert keys(sundays, at("2026-07-05T08:00"), 3) == ["2026-07-12 10:00", "2026-07-19 10:00", "2026-07-26 10:00"]


def test_one_day_a_week_over_a_date_that_was_leapt_over() -> None:
    fridays = Timetable((time(10),), frozenset({5}), "Pacific/Apia", NIGHT)
    assert keys(fridays, at("2011-12-20T00:00"), 2) == ["2011-12-23 10:00", "2012-01-06 10:00"]


def test_one_day_a_week_whose_time_was_moved_into_quiet_hours() -> None:
    sundays = Timetable((time(2, 30),), frozenset({7}), "Europe/Stockholm", (time(3), time(7)))
    assert keys(sundays, at("2026-03-22T12:00"), 1) == ["2026-04-05 02:30"]


def test_a_time_that_is_leapt_over_moves_into_the_next_date_in_its_turn() -> None:
    nuuk = Timetable((time(23, 30), time(0, 15)), EVERY_DAY, "America/Nuuk")
    assert keys(nuuk, at("2026-03-28T12:00"), 3) == ["2026-03-29 00:15", "2026-03-28 23:30", "2026-03-29 23:30"]


def test_f47_two_at_one_moment_are_one() -> None:
    spring = Timetable((time(2, 30), time(3, 30)), EVERY_DAY, "Europe/Stockholm")
    assert keys(spring, at("2026-03-28T12:00"), 2) == ["2026-03-29 02:30", "2026-03-30 02:30"]


def test_nothing_in_quiet_hours_even_if_the_clocks_moved_it_there() -> None:
    timetable = Timetable((time(2, 30),), EVERY_DAY, "Europe/Stockholm", (time(3), time(7)))
    assert keys(timetable, at("2026-03-27T12:00"), 2) == ["2026-03-28 02:30", "2026-03-30 02:30"]


def test_a_time_in_quiet_hours_is_left_out() -> None:
    assert keys(stockholm("06:59", "07:00", "22:00"), at("2026-07-01T00:00"), 2) == [
        "2026-07-01 07:00",
        "2026-07-02 07:00",
    ]


@pytest.mark.parametrize(
    "timetable",
    [
        stockholm(),
        stockholm("22:00", "23:30", "06:00"),
        stockholm("09:00", days=frozenset()),
        replace(stockholm("09:00"), paused_until=datetime.max.replace(tzinfo=UTC)),
    ],
)
def test_never(timetable: Timetable) -> None:
    assert next_occurrence(timetable, at("2026-07-01T00:00")) is None


@pytest.mark.parametrize("after", [datetime.max.replace(tzinfo=UTC), at("9999-12-31T12:00")])
def test_the_end_of_the_calendar(after: datetime) -> None:
    assert next_occurrence(stockholm("09:00"), after) is None


def test_a_pause_ends_by_itself_with_what_is_due_at_its_end() -> None:
    paused = replace(stockholm("09:00", "12:00"), paused_until=at("2026-07-04T07:00"))
    assert keys(paused, at("2026-07-01T00:00"), 2) == ["2026-07-04 09:00", "2026-07-04 12:00"]
    assert keys(paused, at("2026-07-05T00:00"), 1) == ["2026-07-05 09:00"]
    assert keys(replace(paused, paused_until=at("2026-07-04T07:00:01")), at("2026-07-01T00:00"), 1) == [
        "2026-07-04 12:00"
    ]


@pytest.mark.parametrize("times", [(), (time(9),)])
def test_an_unknown_zone_is_never_silence(times: tuple[time, ...]) -> None:
    with pytest.raises(UnknownZone):
        next_occurrence(Timetable(times, EVERY_DAY, "Mars/Olympus"), at("2026-07-01T00:00"))


@pytest.mark.parametrize("wrong", [time(9, 0, 1), time(9, 0, 0, 1), time(9, tzinfo=UTC)])
def test_a_time_is_a_whole_minute(wrong: time) -> None:
    with pytest.raises(ValueError, match="whole minute"):
        Timetable((wrong,), EVERY_DAY, "Europe/Stockholm")


@pytest.mark.parametrize("day", [0, 8])
def test_a_week_has_seven_days(day: int) -> None:
    with pytest.raises(ValueError, match="1 to 7"):
        Timetable((time(9),), frozenset({day}), "Europe/Stockholm")


clock_times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 59]))
night_times = st.builds(time, st.sampled_from([23, 0, 1, 2, 3]), st.sampled_from([0, 1, 15, 30, 59]))
quiets = st.none() | st.tuples(clock_times | night_times, clock_times | night_times)
weekdays = st.just(EVERY_DAY) | st.frozensets(st.integers(1, 7))


@st.composite
def timetables_near_a_change(draw: st.DrawFn) -> tuple[Timetable, datetime]:
    zone, day = draw(st.sampled_from(CHANGES))
    after = at(day) + draw(st.integers(-3 * 24 * 60, 3 * 24 * 60)) * MINUTE
    times = tuple(draw(st.lists(clock_times | night_times, max_size=4)))
    paused = draw(st.none() | st.integers(-600, 3000).map(lambda minutes: after + minutes * MINUTE))
    return Timetable(times, draw(weekdays), zone, draw(quiets), paused), after


def watched(timetable: Timetable, after: datetime, days: int) -> Occurrence | None:
    """The first minute, within so many days, at which the timetable says so."""
    start, end = after - timedelta(days=2), after + timedelta(days=days)
    zone = ZoneInfo(timetable.zone)
    due = [
        Occurrence(wall.date(), minute_of_day(wall.time()), moment)
        for wall, moment in shown(zone, start, end, MINUTE).items()
        if wall.time() in timetable.times
        and wall.isoweekday() in timetable.days
        and after < moment <= end
        and (timetable.paused_until is None or moment >= timetable.paused_until)
        and not is_quiet(wall.time(), timetable.quiet)
        and not is_quiet(moment.astimezone(zone).time(), timetable.quiet)
    ]
    return min(due, key=lambda occurrence: (occurrence.due_at, *occurrence.key), default=None)


@settings(max_examples=60)
@given(timetables_near_a_change())
def test_next_is_what_the_watched_clock_says(case: tuple[Timetable, datetime]) -> None:
    timetable, after = case
    expected, occurrence = watched(timetable, after, days=10), next_occurrence(timetable, after)
    if expected is None:
        assert occurrence is None or occurrence.due_at > after + timedelta(days=10)
    else:
        assert occurrence == expected


@given(timetables_near_a_change())
def test_occurrences_only_go_forward_and_none_comes_twice(case: tuple[Timetable, datetime]) -> None:
    timetable, after = case
    seen = set()
    for _ in range(30):
        occurrence = next_occurrence(timetable, after)
        if occurrence is None:
            break
        assert occurrence.due_at > after
        assert occurrence.key not in seen
        seen.add(occurrence.key)
        after = occurrence.due_at


def test_after_a_move_west_no_slot_of_the_date_comes_again() -> None:
    stretch = stockholm("21:30")
    last = next_occurrence(stretch, at("2026-07-01T12:00"))
    occurrence = next_after_change(replace(stretch, zone="America/New_York"), at("2026-07-01T20:00"), last)
    assert occurrence is not None
    assert occurrence.local_date == date(2026, 7, 2)


def test_after_a_move_two_hours_lie_between() -> None:
    water = stockholm("09:00", "12:00", "15:00", "18:00")
    last = next_occurrence(water, at("2026-07-01T09:00"))  # 12:00, at 10:00 UTC
    occurrence = next_after_change(replace(water, zone="Europe/Istanbul"), at("2026-07-01T10:01"), last)
    assert occurrence == Occurrence(date(2026, 7, 1), 15 * 60, at("2026-07-01T12:00"))
    occurrence = next_after_change(
        replace(water, zone="Asia/Karachi"), at("2026-07-01T10:01"), last
    )  # it is 15:01 there
    assert occurrence == Occurrence(date(2026, 7, 1), 18 * 60, at("2026-07-01T13:00"))
    occurrence = next_after_change(
        replace(water, zone="Asia/Kathmandu"), at("2026-07-01T10:01"), last
    )  # 18:00 there would be at 12:15 UTC
    assert occurrence == Occurrence(date(2026, 7, 1), 18 * 60, at("2026-07-01T12:15"))
    occurrence = next_after_change(
        replace(water, zone="Asia/Yangon"), at("2026-07-01T10:01"), last
    )  # and here at 11:30: too soon
    assert occurrence == Occurrence(date(2026, 7, 2), 9 * 60, at("2026-07-02T02:30"))


def test_new_zone_rules_ask_for_no_rest() -> None:
    hourly = stockholm("09:00", "10:00")
    last = next_occurrence(hourly, at("2026-07-01T00:00"))
    assert last is not None
    occurrence = next_after_change(hourly, last.due_at, last, min_gap=timedelta(0))
    assert occurrence == Occurrence(date(2026, 7, 1), 600, at("2026-07-01T08:00"))
    assert next_after_change(hourly, last.due_at, last) == Occurrence(date(2026, 7, 2), 540, at("2026-07-02T07:00"))


def test_nothing_to_resume_from() -> None:
    stretch, now = stockholm("21:30"), at("2026-07-01T12:00")
    assert next_after_change(stretch, now, None) == next_occurrence(stretch, now)
    assert next_after_change(stockholm(), now, next_occurrence(stretch, now)) is None


journeys = st.lists(
    st.tuples(
        st.sampled_from(["Europe/Stockholm", "Pacific/Kiritimati", "Pacific/Niue", "Asia/Kolkata", "America/Nuuk"]),
        st.integers(0, 40),
    ),
    max_size=12,
)


@example(journey=[("Pacific/Niue", 0), ("Pacific/Kiritimati", 0)] * 6)
@given(journeys)
def test_f49_a_restless_traveller_is_reminded_at_most_once_a_date_and_never_twice_in_two_hours(
    journey: list[tuple[str, int]],
) -> None:
    timetable, now, last = stockholm("12:00"), at("2026-03-27T00:00"), None
    sent = []
    for zone, hours in journey:
        timetable, end = replace(timetable, zone=zone), now + timedelta(hours=hours)
        while (occurrence := next_after_change(timetable, now, last)) is not None and occurrence.due_at <= end:
            sent.append(occurrence)
            last, now = occurrence, occurrence.due_at
        now = end
    assert all(count == 1 for count in Counter(occurrence.key for occurrence in sent).values())
    assert all(after.due_at - before.due_at >= ZONE_CHANGE_GAP for before, after in pairwise(sent))
