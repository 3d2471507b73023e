"""Reads a date as people write it, in English and Swedish."""

import re
from collections.abc import Iterable
from contextlib import suppress
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
_WRITTEN = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})\.?(?:[./]?(?P<year>\d{4}))?"),
    re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th|:?e|\.)?(?: of)? (?P<month>[^\W\d]+)\.?(?: (?P<year>\d{4}))?"),
    re.compile(r"(?P<month>[^\W\d]+)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?(?: (?P<year>\d{4}))?"),
)
"""A date with its month. A text matches at most one of these."""
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
    if (weekday := _cldr_names("days").get(plain)) is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % _WEEK + 1)
    if match := _DAY_ONLY.fullmatch(plain):
        day = int(match[1] or match[2])
        months = (divmod(today.year * 12 + today.month - 1 + ahead, 12) for ahead in range(13))
        return _first_from(today, ((year, month + 1, day) for year, month in months))
    plain = _ARTICLE.sub("", plain)
    match = next(filter(None, (pattern.fullmatch(plain) for pattern in _WRITTEN)), None)
    if match is None:
        return None
    month = int(match["month"]) if match["month"].isdecimal() else _cldr_names("months").get(match["month"], 0)
    years = [int(match["year"])] if match["year"] else [today.year, today.year + 1]
    return _first_from(today, ((year, month, int(match["day"])) for year in years))


def _first_from(today: date, candidates: Iterable[tuple[int, int, int]]) -> date | None:
    """Return the first of the candidates (year, month, day) that is a date, and not a past one."""
    for year, month, day in candidates:
        with suppress(ValueError):  # there is no 31 November
            if (candidate := date(year, month, day)) >= today:
                return candidate
    return None


@cache
def _cldr_names(field: str) -> dict[str, int]:
    """Return the number of each name of a month or of a weekday. Monday is 0."""
    from babel.core import Locale  # noqa: PLC0415 - loaded with the first date

    return {
        name.casefold().rstrip("."): number
        for language in LANGUAGES
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in getattr(Locale.parse(language), field)[context].get(width, {}).items()
    }
