"""When something is, in a person's words: on their own clock, and as their phone shows it."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from bot.content import Edition
from bot.timetable import local

WEEK = 7


def clock(moment: datetime, zone: str) -> str:
    """What the clock of a zone shows at a moment: ``"21:30"``."""
    return f"{local(moment, zone):%H:%M}"


def on_phone(moment: datetime, zone: str) -> str:
    """The same as HTML; the phone shows it by its own clock, and so shows whether the zone is right."""
    return f'<tg-time unix="{int(moment.timestamp())}" format="t">{clock(moment, zone)}</tg-time>'


def when(edition: Edition, moment: datetime, zone: str, now: datetime) -> str:
    """A moment yet to come, in words: ``"tomorrow at 09:00"``."""
    words, there = edition.moments, local(moment, zone)
    day, at = there.date(), f"{there:%H:%M}"
    ahead = (day - local(now, zone).date()) // timedelta(days=1)
    if ahead == 0:
        return words.today.format(time=at)
    if ahead == 1:
        return words.tomorrow.format(time=at)
    if 0 < ahead < WEEK:
        return words.weekday.format(weekday=_formatted(day, "EEEE", edition), time=at)
    return words.date.format(day=date_of(edition, day), time=at)


def end_of_pause(edition: Edition, moment: datetime, zone: str, now: datetime) -> str:
    """When a pause ends, in words; a day that it ends with is named alone."""
    there = local(moment, zone)
    if there.time() == time.min:
        return edition.moments.day.format(day=date_of(edition, there.date()))
    return when(edition, moment, zone, now)


def date_of(edition: Edition, day: date) -> str:
    """A date in words: ``"Tuesday 3 November"``."""
    return _formatted(day, "EEEE d MMMM", edition)


def short_date(edition: Edition, day: date) -> str:
    """A date for a button: ``"Tue 3 Nov"``."""
    return _formatted(day, "EEE d MMM", edition).replace(".", "")


def weekday(edition: Edition, day: int) -> str:
    """An ISO weekday: ``"Monday"``."""
    return _formatted(date(2024, 1, day), "EEEE", edition)  # a January that begins on a Monday


def weekdays(edition: Edition, days: Collection[int]) -> str:
    """ISO weekdays in words: ``"Monday, Wednesday"``."""
    if len(days) == WEEK:
        return edition.moments.every_day
    return ", ".join(weekday(edition, day) for day in sorted(days))


def _formatted(day: date, pattern: str, edition: Edition) -> str:
    from babel.dates import format_date  # noqa: PLC0415 - loaded with the first reminder

    return format_date(day, pattern, locale=edition.code)
