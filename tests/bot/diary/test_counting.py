"""What entries add up to."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.diary.counting import best_method, summarize
from bot.store.cramps import Cramp, Helped, Lasted, Muscle
from tests.support.cramps import BAD, NIGHT

STOCKHOLM = "Europe/Stockholm"
NOW = NIGHT + timedelta(hours=6)


def test_nothing_adds_up_to_nothing() -> None:
    summary = summarize([], 14, NOW, STOCKHOLM)
    assert (summary.count, summary.by_day, summary.median_pain, summary.longest) == (0, {}, None, None)
    assert (summary.first, summary.last, summary.per_week) == (date(2026, 10, 19), date(2026, 11, 1), 0)
    assert summary.busiest_hours is None


def test_only_the_days_count_that_are_asked_for() -> None:
    old = replace(BAD, at=NIGHT - timedelta(days=14))
    assert summarize([old, BAD], 14, NOW, STOCKHOLM).count == 1
    assert summarize([old, BAD], 15, NOW, STOCKHOLM).by_day == {date(2026, 10, 18): 1, date(2026, 11, 1): 1}


@pytest.mark.parametrize(("began", "logged_from", "days", "per_week"), [
    pytest.param(None, date(2026, 8, 4), 90, 14 / 90, id="an old diary"),
    pytest.param(date(2026, 7, 1), date(2026, 8, 4), 90, 14 / 90, id="older than the days"),
    pytest.param(date(2026, 10, 19), date(2026, 10, 19), 14, 1, id="two weeks old"),
    pytest.param(date(2026, 10, 31), date(2026, 10, 31), 2, None, id="two days old"),
    pytest.param(date(2026, 11, 1), date(2026, 10, 31), 2, None, id="a cramp was logged for the day before"),
])  # fmt: skip
def test_days_before_the_diary_do_not_count_as_days_without_cramps(
    began: date | None, logged_from: date, days: int, per_week: float | None
) -> None:
    summary = summarize([replace(BAD, at=NIGHT - timedelta(days=1)), BAD], 90, NOW, STOCKHOLM, began)
    assert (summary.logged_from, summary.logged_days) == (logged_from, days)
    assert summary.per_week == (per_week and pytest.approx(per_week))


def test_a_day_is_one_of_the_persons_clock() -> None:
    late = Cramp(NIGHT.replace(hour=22, minute=30) - timedelta(days=1))
    assert summarize([late], 14, NOW, "Europe/Stockholm").by_day == {date(2026, 10, 31): 1}
    assert summarize([late], 14, NOW, "Asia/Tokyo").by_day == {date(2026, 11, 1): 1}


def test_all_that_a_doctor_asks_for_is_counted() -> None:
    thigh = replace(BAD, muscle=Muscle.THIGH, pain=9, lasted=Lasted.OVER_10, woke=False, note=None)
    unknown = Cramp(NIGHT)
    summary = summarize([BAD, thigh, unknown], 14, NOW, STOCKHOLM)
    assert (summary.count, summary.woke, summary.median_pain, summary.worst_pain) == (3, (1, 2), 7.5, 9)
    assert summary.longest is Lasted.OVER_10
    assert (summary.muscles, summary.outside_calf_and_foot) == ({"calf": 1, "thigh": 1}, 1)
    assert summary.helped == {"stretch": 2}
    assert summary.notes == ((date(2026, 11, 1), "after a long walk"),)
    assert summary.busiest_hours == (1, 3)


def test_the_busiest_hours_may_span_midnight() -> None:
    cramps = [Cramp(NIGHT.replace(hour=hour), "UTC") for hour in (23, 23, 0, 1, 12)]
    assert summarize(cramps, 14, NIGHT.replace(hour=23), "UTC").busiest_hours == (23, 4)


@pytest.mark.parametrize(("helped", "best"), [
    ([], None),
    ([Helped.WALK] * 2, None),
    ([Helped.WALK, Helped.STRETCH, Helped.WALK], Helped.WALK),
    ([Helped.NOTHING] * 3, None),
    ([Helped.NOTHING] * 3 + [Helped.WARM], Helped.WARM),
])  # fmt: skip
def test_the_best_method_is_known_from_the_third_rating_on(helped: list[Helped], best: Helped | None) -> None:
    assert best_method([replace(BAD, helped=method) for method in helped]) == best
