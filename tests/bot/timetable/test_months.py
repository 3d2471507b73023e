"""Whole months."""

from datetime import date

import pytest

from bot.timetable import month_of


@pytest.mark.parametrize(("day", "earlier", "month"), [
    (date(2026, 11, 30), 0, date(2026, 11, 1)),
    (date(2026, 11, 1), 10, date(2026, 1, 1)),
    (date(2026, 11, 1), 11, date(2025, 12, 1)),
    (date(2026, 1, 31), 1, date(2025, 12, 1)),
    (date(2026, 3, 31), 24, date(2024, 3, 1)),
])  # fmt: skip
def test_a_month_begins_with_its_first_day(day: date, earlier: int, month: date) -> None:
    assert month_of(day, earlier) == month
