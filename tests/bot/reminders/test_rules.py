"""When a person may be reminded, and why a time is refused."""

from dataclasses import replace
from datetime import time

import pytest

from bot.content import Reminder
from bot.reminders import rules
from bot.reminders.rules import Refusal, Start
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
    wanted = Wish(at("09:00", "12:00", "15:00", "18:00"), EVERY_DAY, silent=True, hours_before_bed=2)
    assert rules.start(WATER, BO) == Start(wanted)


def test_a_kind_that_was_on_before_begins_as_it_was() -> None:
    before = wish("08:00", days=SUNDAY)
    assert rules.start(WATER, BO, before) == Start(replace(before, hours_before_bed=2))


def test_a_time_that_is_not_free_gives_way_to_the_nearest_free_one() -> None:
    start = rules.start(WATER, replace(BO, bedtime=19 * 60))
    assert start.wish.times == at("09:00", "12:00", "15:00", "17:00")
    assert start.moved == ((time(18), Refusal.BEDTIME, time(17)),)
    start = rules.start(STRETCH, replace(BO, quiet_from=21 * 60))
    assert (start.wish.times, start.refused) == (at("20:45"), ())
    assert start.moved == ((time(21, 30), Refusal.QUIET, time(20, 45)),)
    start = rules.start(STRETCH, BO, None, [wish("21:00")])
    assert start.moved == ((time(21, 30), Refusal.NEAR, time(20)),)


def test_times_that_are_free_keep_their_place_when_another_gives_way() -> None:
    start = rules.start(WATER, BO, wish("08:30", "09:00", "10:15"))
    assert start.moved == ((time(9), Refusal.NEAR, time(7, 30)),), "10:15 is free, so it is not taken"
    assert start.wish.times == at("07:30", "08:30", "10:15")


def test_a_time_that_has_no_place_at_all_is_refused_with_the_reason() -> None:
    full = wish("07:00", "09:00", "11:00", "13:00", "15:00", "17:00")
    start = rules.start(STRETCH, BO, None, [full])
    assert (start.wish.times, start.moved, start.refused) == ((), (), ((time(21, 30), Refusal.DAY_FULL),))


def test_a_kind_that_depends_on_the_bedtime_begins_before_it() -> None:
    assert rules.start(STRETCH, replace(BO, bedtime=21 * 60)).wish.times == at("20:30")
    assert rules.start(STRETCH, replace(BO, bedtime=23 * 60)).wish.times == at("21:45"), "22:30 would be quiet"


def test_only_new_times_are_examined_and_replaced_ones_do_not_count() -> None:
    now = wish("21:30")
    assert rules.first_refused(at("21:15"), STRETCH, now, BO) is None, "21:30 is replaced"
    assert rules.first_refused(at("21:15", "21:30"), STRETCH, now, BO) == (time(21, 15), Refusal.NEAR)
    assert rules.first_refused(at("08:00", "20:00", "21:00"), STRETCH, now, BO) == (time(21), Refusal.KIND_FULL)
    late = replace(BO, quiet_from=21 * 60)
    assert rules.first_refused(at("20:00", "21:30"), STRETCH, now, late) is None, "21:30 was there before"


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


def test_the_nearest_free_time_is_found_over_midnight_too() -> None:
    awake = replace(BO, quiet_from=3 * 60, quiet_until=4 * 60, bedtime=3 * 60)
    others = [wish("22:30", "23:15")]
    assert rules.nearest_free(time(23, 30), STRETCH, wish(), awake, others) == time(0, 15)
    assert rules.nearest_free(time(23, 30), STRETCH, wish("10:00", "15:00"), awake) is None


def test_a_time_that_depends_on_the_bedtime_follows_it() -> None:
    earlier, later = replace(BO, bedtime=21 * 60), replace(BO, bedtime=23 * 60)
    assert rules.follow(STRETCH, wish("16:00", "21:30"), BO, earlier).times == at("16:00", "20:30")
    assert rules.follow(STRETCH, wish("21:30"), BO, later).times == at("21:45"), "22:30 would be quiet"
    assert rules.follow(STRETCH, wish("21:45"), later, BO).times == at("21:30"), "and back"
    assert rules.follow(STRETCH, wish("21:00"), BO, earlier).times == at("21:00"), "it was chosen otherwise"
    assert rules.follow(WATER, wish("21:30"), BO, earlier).times == at("21:30")
    near = [wish("20:00")]
    assert rules.follow(STRETCH, wish("21:30"), BO, earlier, near).times == at("21:30")


def test_a_time_that_depends_on_the_bedtime_moves_out_of_the_quiet_hours_and_back() -> None:
    quieter = replace(BO, quiet_from=21 * 60)
    assert rules.follow(STRETCH, wish("21:30"), BO, quieter).times == at("20:45")
    assert rules.follow(STRETCH, wish("20:45"), quieter, BO).times == at("21:30")


def test_times_that_fall_into_the_night_by_now_are_unsent() -> None:
    early = replace(BO, bedtime=19 * 60, quiet_until=10 * 60)
    assert rules.unsent_times(replace(wish("09:00", "12:00", "18:00"), hours_before_bed=2), early) == [
        time(9),
        time(18),
    ]
    assert rules.unsent_times(wish("18:30"), early) == []
