"""A date as people write it, in English and Swedish."""

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
_FILLERS = re.compile(r"^(?:(?:on|until|till|til|to|next|den|tills|på|nästa|the) )+")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_FIGURES = re.compile(r"(\d{1,2})[./](\d{1,2})\.?(?:[./]?(\d{4}))?")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th|:?e|\.)?(?: of)? ([^\W\d]+)\.?(?: (\d{4}))?")
_MONTH_FIRST = re.compile(r"([^\W\d]+)\.? (\d{1,2})(?:st|nd|rd|th)?(?: (\d{4}))?")
_LONGEST = 40
_WEEK = 7


def read_date(text: str, today: date) -> date | None:
    """The date that a text names, today or later; None for all that is not one date for sure.

    ``3/11`` is the third of November. Without a year it is the next such day; a weekday is the next one after today.
    """
    plain = _FILLERS.sub("", " ".join(text[:_LONGEST].casefold().replace(",", " ").split()).rstrip("!? "))
    if plain in _SOON:
        return today + timedelta(days=_SOON[plain])
    if (weekday := _weekdays().get(plain)) is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % _WEEK + 1)
    return next((found for found in _readings(plain, today) if found), None)


def _readings(plain: str, today: date) -> Iterator[date | None]:
    if found := _ISO.fullmatch(plain):
        yield _date(int(found[1]), int(found[2]), int(found[3]), today)
    if found := _FIGURES.fullmatch(plain):
        yield _next(int(found[1]), int(found[2]), found[3], today)
    if found := _DAY_FIRST.fullmatch(plain):
        yield _next(int(found[1]), _months().get(found[2], 0), found[3], today)
    if found := _MONTH_FIRST.fullmatch(plain):
        yield _next(int(found[2]), _months().get(found[1], 0), found[3], today)


def _next(day: int, month: int, year: str | None, today: date) -> date | None:
    years = [int(year)] if year else [today.year, today.year + 1]
    return next((found for each in years if (found := _date(each, month, day, today))), None)


def _date(year: int, month: int, day: int, today: date) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if found >= today else None


@cache
def _months() -> dict[str, int]:
    return {name: number for width in ("wide", "abbreviated") for name, number in _names("months", width)}


@cache
def _weekdays() -> dict[str, int]:
    """Monday is 0."""
    return {name: number for width in ("wide", "abbreviated") for name, number in _names("days", width)}


def _names(what: str, width: str) -> Iterator[tuple[str, int]]:
    from babel.core import Locale  # noqa: PLC0415 - loaded with the first date

    for language in LANGUAGES:
        for context in ("format", "stand-alone"):
            named = getattr(Locale.parse(language), what)[context].get(width, {})
            for number, name in named.items():
                yield name.casefold().rstrip("."), number
