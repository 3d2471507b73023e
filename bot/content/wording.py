"""Dates and times in words, by a person's own clock or as their phone shows them."""

from collections.abc import Collection
from datetime import date, datetime, time
from itertools import groupby

from bot.content import Edition
from bot.content.telegram_html import escape
from bot.timetable import local

DAYS_OF_WEEK = 7
MAX_QUOTE = 40
"""Characters of a person's text that are quoted back."""
SHORTEST_RANGE = 3
"""The shortest range, in days. Fewer days are listed: "Monday, Tuesday"."""


def clock(moment: datetime, zone: str) -> str:
    """Return the time on a clock in this zone at a moment: ``"21:30"``."""
    return f"{local(moment, zone):%H:%M}"


def on_phone(moment: datetime, zone: str) -> str:
    """Return a moment as HTML that a phone shows by its own clock. So a person sees whether the zone is right."""
    return f'<tg-time unix="{int(moment.timestamp())}" format="t">{clock(moment, zone)}</tg-time>'


def second_on_phone(moment: datetime, zone: str | None, fallback: str) -> str:
    """Return a moment with its second as HTML, which a phone shows by its own clock.

    A phone that cannot do that shows the time in ``zone``, or ``fallback`` if the zone is not known.
    """
    shown = f"{local(moment, zone):%H:%M:%S}" if zone else fallback
    return f'<tg-time unix="{int(moment.timestamp())}" format="T">{shown}</tg-time>'


def quoted(text: str) -> str:
    """Return the beginning of a person's text as HTML, to tell them what was not understood."""
    return escape(text[:MAX_QUOTE])


def when(edition: Edition, moment: datetime, zone: str, now: datetime) -> str:
    """Return a future moment in words: ``"tomorrow at 09:00"``."""
    words, wall_clock = edition.moments, local(moment, zone)
    day, at = wall_clock.date(), f"{wall_clock:%H:%M}"
    days_ahead = (day - local(now, zone).date()).days
    if days_ahead == 0:
        return words.today.format(time=at)
    if days_ahead == 1:
        return words.tomorrow.format(time=at)
    if 0 < days_ahead < DAYS_OF_WEEK:
        return words.weekday.format(weekday=_format_date(day, "EEEE", edition), time=at)
    return words.date.format(day=date_of(edition, day), time=at)


def end_of_pause(edition: Edition, moment: datetime, zone: str, now: datetime) -> str:
    """Return the end of a pause in words, without its time if that is midnight: ``"on Tuesday 3 November"``."""
    wall_clock = local(moment, zone)
    if wall_clock.time() == time.min:
        return edition.moments.day.format(day=date_of(edition, wall_clock.date()))
    return when(edition, moment, zone, now)


def date_of(edition: Edition, day: date) -> str:
    """Return a date in words: ``"Tuesday 3 November"``."""
    return _format_date(day, "EEEE d MMMM", edition)


def full_date(edition: Edition, day: date) -> str:
    """Return a date in words with its year: ``"Tuesday 3 November 2026"``."""
    return _format_date(day, "EEEE d MMMM y", edition)


def short_date(edition: Edition, day: date) -> str:
    """Return a date for a button: ``"Tue 3 Nov"``."""
    return _format_date(day, "EEE d MMM", edition).replace(".", "")  # Swedish abbreviations end with a full stop


def weekday(edition: Edition, day: int) -> str:
    """Return the name of an ISO weekday: ``"Monday"``."""
    return _format_date(date(2024, 1, day), "EEEE", edition)  # 1 January 2024 is a Monday


def short_weekday(edition: Edition, day: int) -> str:
    """Return the first three letters of an ISO weekday, for a button: ``"Mon"``."""
    return weekday(edition, day)[:3]


def weekdays(edition: Edition, days: Collection[int]) -> str:
    """Return ISO weekdays in words: ``"Monday to Friday, Sunday"``."""
    if len(days) == DAYS_OF_WEEK:
        return edition.moments.every_day
    parts = []
    # Successive days have the same distance to their place in the list.
    for _, group in groupby(enumerate(sorted(days)), lambda item: item[1] - item[0]):
        names = [weekday(edition, day) for _, day in group]
        is_range = len(names) >= SHORTEST_RANGE
        parts += [edition.moments.day_range.format(first=names[0], last=names[-1])] if is_range else names
    return ", ".join(parts)


def decimal(edition: Edition, number: float) -> str:
    """Return a number with one decimal, as the language writes it: ``"2.8"`` or ``"2,8"``."""
    from babel.numbers import format_decimal  # noqa: PLC0415  # only the diary needs it

    return str(format_decimal(round(number, 1), format="0.0", locale=edition.code))


def _format_date(day: date, pattern: str, edition: Edition) -> str:
    from babel.dates import format_date  # noqa: PLC0415  # takes 5 MiB; no start needs it

    return format_date(day, pattern, locale=edition.code)
