"""Whole months: the unit in which the bot counts how long something has been kept."""

from datetime import date


def month_of(day: date, months_earlier: int = 0) -> date:
    """Return the first day of the month of ``day``, or of the month that is ``months_earlier`` months earlier."""
    month = day.year * 12 + day.month - 1 - months_earlier
    return date(month // 12, month % 12 + 1, 1)
