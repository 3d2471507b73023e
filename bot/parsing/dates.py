"""Reads a date as people write it, in English and Swedish."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

LANGUAGES = ("en", "sv")
_SOON = {
    "today": 0,
    "i dag": 0,
    "idag": 0,
    "tomorrow": 1,
    "i morgon": 1,
    "imorgon": 1,
    "övermorgon": 2,
    "i övermorgon": 2,
}
_FILLERS = re.compile(r"^(?:(?:on|until|till|til|to|next|tills|på|nästa) )+")
_ARTICLE = re.compile(r"^(?:the|den) ")
_DAY_ONLY = re.compile(r"(?:(?:the|den) (\d{1,2})|(\d{1,2})(?=\D))(?:st|nd|rd|th|:?e)?")
"""A day of the month. A bare number may be anything, so it needs an article or the ending of an ordinal."""
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_FIGURES = re.compile(r"(\d{1,2})[./](\d{1,2})\.?(?:[./]?(\d{4}))?")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th|:?e|\.)?(?: of)? ([^\W\d]+)\.?(?: (\d{4}))?")
_MONTH_FIRST = re.compile(r"([^\W\d]+)\.? (\d{1,2})(?:st|nd|rd|th)?(?: (\d{4}))?")
_LONGEST = 40
_WEEK = 7


def read_date(text: str, today: date) -> date | None:
    """Return the date, today or later, that a text names; None if the text names no date or may name several.

    ``3/11`` is the third of November. A date without a year, or a day without a month ("the 3rd"), is the next such
    date. A weekday is the next one after today.
    """
    plain = _FILLERS.sub("", " ".join(text[:_LONGEST].casefold().replace(",", " ").split()).rstrip("!? "))
    if plain in _SOON:
        return today + timedelta(days=_SOON[plain])
    if (weekday := _weekdays().get(plain)) is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % _WEEK + 1)
    if match := _DAY_ONLY.fullmatch(plain):
        return _next_day_of_month(int(match[1] or match[2]), today)
    return next((reading for reading in _readings(_ARTICLE.sub("", plain), today) if reading), None)


def _readings(plain: str, today: date) -> Iterator[date | None]:
    if match := _ISO.fullmatch(plain):
        yield _not_past(int(match[1]), int(match[2]), int(match[3]), today)
    if match := _FIGURES.fullmatch(plain):
        yield _next(int(match[1]), int(match[2]), match[3], today)
    if match := _DAY_FIRST.fullmatch(plain):
        yield _next(int(match[1]), _months().get(match[2], 0), match[3], today)
    if match := _MONTH_FIRST.fullmatch(plain):
        yield _next(int(match[2]), _months().get(match[1], 0), match[3], today)


def _next(day: int, month: int, year: str | None, today: date) -> date | None:
    """Return the date in ``year``; without a year, the next such date. None if it does not exist or is past."""
    if year:
        return _not_past(int(year), month, day, today)
    return _not_past(today.year, month, day, today) or _not_past(today.year + 1, month, day, today)


def _next_day_of_month(day: int, today: date) -> date | None:
    months = ((today.year + (today.month + ahead - 1) // 12, (today.month + ahead - 1) % 12 + 1) for ahead in range(13))
    return next((found for year, month in months if (found := _not_past(year, month, day, today))), None)


def _not_past(year: int, month: int, day: int, today: date) -> date | None:
    try:
        candidate = date(year, month, day)
    except ValueError:
        return None
    return candidate if candidate >= today else None


@cache
def _months() -> dict[str, int]:
    return dict(_cldr_names("months"))


@cache
def _weekdays() -> dict[str, int]:
    """Return the number of each name of a weekday. Monday is 0."""
    return dict(_cldr_names("days"))


def _cldr_names(field: str) -> Iterator[tuple[str, int]]:
    from babel.core import Locale  # noqa: PLC0415 - loaded with the first date

    for language in LANGUAGES:
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                names = getattr(Locale.parse(language), field)[context].get(width, {})
                yield from ((name.casefold().rstrip("."), number) for number, name in names.items())
