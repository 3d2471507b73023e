"""When a person may be reminded, and why a time is refused."""

from dataclasses import replace
from datetime import time

import pytest

from bot.content import Reminder
from bot.reminders import rules
from bot.reminders.rules import Refusal
from bot.store.people import Person
from bot.store.schedules import Wish

BO = Person(1, zone="Europe/London")
EVERY_DAY = frozenset(range(1, 8))
SUNDAY = frozenset({7})


def at(*texts: str) -> tuple[time, ...]:
    return tuple(time.fromisoformat(text) for text in texts)


def wish(*texts: str, days: frozenset[int] = EVERY_DAY) -> Wish:
    return Wish(at(*texts), days, silent=False)


def kind(**given: object) -> Reminder:
    return Reminder.model_validate({"name": "A", "button": "A", "times": ["12:00"], "most": 6, **given})


WATER = kind(times=["09:00", "12:00", "15:00", "18:00"], hours_before_bed=2, silent=True)
STRETCH = kind(times=["21:30"], most=2, minutes_before_bed=30)


@pytest.mark.parametrize(
    ("chosen", "block", "has", "others", "refusal"),
    [
        ("21:59", STRETCH, wish(), [], None),
        ("22:00", STRETCH, wish(), [], Refusal.QUIET),
        ("06:59", STRETCH, wish(), [], Refusal.QUIET),
        ("07:00", STRETCH, wish(), [], None),
        ("20:00", WATER, wish(), [], None),
        ("20:01", WATER, wish(), [], Refusal.BEDTIME),
        ("09:59", WATER, wish("09:00"), [], Refusal.NEAR),
        ("10:00", WATER, wish("09:00"), [], None),
        ("09:30", WATER, wish(), [wish("09:00")], Refusal.NEAR),
        ("12:00", STRETCH, wish("10:00", "15:00"), [], Refusal.KIND_FULL),
        ("20:00", STRETCH, wish(), [wish("07:00", "09:00", "11:00", "13:00", "15:00", "17:00")], Refusal.DAY_FULL),
        ("20:00", STRETCH, wish(), [wish("07:00", "09:00", "11:00", "13:00", "15:00")], None),
        ("10:30", kind(), wish(days=frozenset({1})), [wish("10:00", days=SUNDAY)], None),
        ("10:30", kind(), wish(days=SUNDAY), [wish("10:00", days=SUNDAY)], Refusal.NEAR),
    ],
)
def test_why_a_time_is_refused(
    chosen: str, block: Reminder, has: Wish, others: list[Wish], refusal: Refusal | None
) -> None:
    assert rules.refusal(time.fromisoformat(chosen), block, has, BO, others) == refusal


def test_quiet_hours_and_bedtime_are_the_persons_own() -> None:
    late = replace(BO, quiet_from=23 * 60, bedtime=23 * 60)
    assert rules.refusal(time(22, 30), STRETCH, wish(), late) is None
    assert rules.refusal(time(21), WATER, wish(), late) is None


def test_the_fullest_day_counts() -> None:
    assert rules.most_on_a_day([wish("09:00", "12:00"), wish("10:00", days=SUNDAY)]) == 3
    assert rules.most_on_a_day([]) == 0


def test_a_kind_begins_as_the_content_says() -> None:
    start, refused = rules.starting_wish(WATER, BO)
    assert start == Wish(at("09:00", "12:00", "15:00", "18:00"), EVERY_DAY, silent=True, hours_before_bed=2)
    assert refused is None


def test_a_kind_that_was_on_before_begins_as_it_was() -> None:
    before = wish("08:00", days=SUNDAY)
    assert rules.starting_wish(WATER, BO, before) == (replace(before, hours_before_bed=2), None)


def test_times_that_are_not_possible_any_more_are_left_out() -> None:
    early = replace(BO, bedtime=19 * 60)
    start, refused = rules.starting_wish(WATER, early)
    assert (start.times, refused) == (at("09:00", "12:00", "15:00"), None)


def test_without_a_possible_time_the_first_refused_one_is_returned() -> None:
    start, refused = rules.starting_wish(STRETCH, replace(BO, quiet_from=21 * 60))
    assert (start.times, refused) == ((), (time(21, 30), Refusal.QUIET))
    start, refused = rules.starting_wish(STRETCH, BO, None, [wish("21:00")])
    assert (start.times, refused) == ((), (time(21, 30), Refusal.NEAR))


def test_a_kind_that_depends_on_the_bedtime_begins_before_it() -> None:
    assert rules.starting_wish(STRETCH, replace(BO, bedtime=21 * 60))[0].times == at("20:30")
    assert rules.starting_wish(STRETCH, replace(BO, bedtime=23 * 60))[0].times == at("21:30"), "22:30 would be quiet"


def test_the_offered_times_keep_their_distance_from_chosen_ones() -> None:
    free = rules.free_times(WATER, wish("09:00"), BO)
    assert free[7] == [0, 15, 30, 45]
    assert free[8] == [0]
    assert 9 not in free
    assert free[20] == [0]
    assert 21 not in free
    assert rules.free_times(STRETCH, wish("10:00", "15:00"), BO) == {}


def test_one_more_weekday_must_not_be_too_full_or_too_near() -> None:
    full = wish("07:00", "09:00", "11:00", "13:00", "15:00", "17:00", days=SUNDAY)
    stretch = wish("20:00", days=frozenset({1}))
    assert rules.fits_on(2, stretch, [full])
    assert not rules.fits_on(7, stretch, [full])
    assert not rules.fits_on(7, stretch, [wish("20:30", days=SUNDAY)])
    assert rules.fits_on(6, stretch, [wish("20:30", days=SUNDAY)])


def test_a_time_that_depends_on_the_bedtime_follows_it() -> None:
    earlier, later = replace(BO, bedtime=21 * 60), replace(BO, bedtime=23 * 60)
    assert rules.follow_bedtime(STRETCH, wish("16:00", "21:30"), BO, earlier).times == at("16:00", "20:30")
    assert rules.follow_bedtime(STRETCH, wish("21:30"), BO, later).times == at("21:30"), "22:30 would be quiet"
    assert rules.follow_bedtime(STRETCH, wish("21:00"), BO, earlier).times == at("21:00"), "it was chosen otherwise"
    assert rules.follow_bedtime(WATER, wish("21:30"), BO, earlier).times == at("21:30")
    near = [wish("20:00")]
    assert rules.follow_bedtime(STRETCH, wish("21:30"), BO, earlier, near).times == at("21:30")


def test_times_that_fall_into_the_night_by_now_are_unsent() -> None:
    early = replace(BO, bedtime=19 * 60, quiet_until=10 * 60)
    assert rules.unsent_times(replace(wish("09:00", "12:00", "18:00"), hours_before_bed=2), early) == [
        time(9),
        time(18),
    ]
    assert rules.unsent_times(wish("18:30"), early) == []
