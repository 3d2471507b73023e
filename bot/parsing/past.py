"""Reads when something happened, as people write it in English and Swedish: "last night about 3", "igår 22:40".

A text names stretches of time (last night, yesterday) and times on the clock (3, 22:40). It may mean each moment that
fits both. One moment is sure. If there are several, the bot asks. If there is none, the text is not understood.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from unicodedata import normalize

from bot.parsing.dates import read_date
from bot.parsing.times import NUMBERS, read_times

LONGEST = 60
"""Characters. A longer text says more than a time."""
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
LONGEST_AGO = timedelta(days=7)
"""A longer "... ago" is too vague to be a time."""
OLDEST = timedelta(days=92)
"""The greatest age of a moment. Otherwise a date without a year could mean last year's."""
Window = tuple[datetime, datetime]
"""A stretch of time: its beginning, and its end, which is no part of it."""

_WEEKDAYS = {
    name: number
    for names in (
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    )
    for number, name in enumerate(names)
}
_WEEKDAY = "|".join(_WEEKDAYS)
_NUMBER = rf"\d{{1,3}}|an?|en|ett|{'|'.join(NUMBERS)}"
_MONTH = r"(?:jan|feb|mar|apr|maj|may|jun|jul|aug|sep|okt|oct|nov|dec)[a-z]*\.?"
_LEADING = re.compile(r"^(?:(?:it|that|this one|det|den) (?:was|came|happened|started|var|kom|började|hände) |was )")
_AGO = re.compile(
    r"(?:för )?(?:about |around |roughly |ungefär |ca |cirka |typ )?"
    rf"(?P<n>{_NUMBER})(?P<half> and a half| och en halv)? ?"
    r"(?P<unit>h|hours?|hrs?|timm(?:e|ar)|tim|m|mins?|minutes?|minut(?:er)?|d|days?|dag(?:ar)?) (?P<too>and a half )?"
    r"(?:ago|sedan|sen)"
)
_HALF_HOUR_AGO = re.compile(r"(?:för )?(?:half an hour|a half hour|en halvtimme|en halv timme) (?:ago|sedan|sen)")
_NOW = re.compile(r"(?:just |right |precis |alldeles )?(?:now|nu|nyss)")
_DATE = re.compile(
    rf"(?:on |the |den )*(?:\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}}/\d{{1,2}}(?:/\d{{4}})?"
    rf"|\d{{1,2}}(?:st|nd|rd|th|:?e)?(?: of)? {_MONTH}(?: \d{{4}})?|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?: \d{{4}})?)"
    r"|(?:on )?the \d{1,2}(?:st|nd|rd|th)|den \d{1,2}(?::?e)?(?= |$)"
)
_MIDNIGHT = re.compile(r"\bmidn(?:ight|att)\b")
_FULL_HOUR = re.compile(r"(?<=\d)(?: ?h(?=\d\d\b)|h\b)")
_HOURS_OF_NIGHT = tuple(time(hour) for hour in (22, 23, *range(7)))


def read_past(text: str, now: datetime) -> tuple[datetime, ...]:
    """Return each moment up to ``now`` that a text may name, the latest first; empty if it names none.

    ``now`` and the moments are times on the person's wall clock (naive). A night without a time may mean each of its
    full hours.
    """
    plain = _plain(text)
    now = now.replace(second=0, microsecond=0)
    if not plain or len(text) > LONGEST:
        return ()
    if (ago := _ago(plain)) is not None:
        return (now - ago,) if ago <= LONGEST_AGO else ()
    windows, rest = _windows(plain, now)
    if rest:
        times = read_times(_FULL_HOUR.sub(lambda hour: ":" if hour.end() < len(rest) else "", rest))
        if _MIDNIGHT.search(rest):  # a day has two: "yesterday at midnight" may be its beginning or its end
            windows = [(begin, end + MINUTE) for begin, end in windows]
    else:
        times = _HOURS_OF_NIGHT
        windows = [(begin, end) for begin, end in windows if begin.date() < end.date() and end - begin < DAY]
    moments: set[datetime] = set()
    for begin, end in windows:
        days = (begin.date() + DAY * number for number in range((end.date() - begin.date()).days + 1))
        shown = (datetime.combine(day, at) for day in days for at in times)
        moments.update(moment for moment in shown if begin <= moment < end)
    return tuple(sorted((moment for moment in moments if now - OLDEST <= moment <= now), reverse=True))


def read_ago(text: str) -> timedelta | None:
    """Return the time span that "now" or "... ago" names; None for any other text.

    Unlike a moment from ``read_past``, the result is right even if the clocks have changed since.
    """
    return _ago(_plain(text))


def names_past(text: str) -> bool:
    """Return whether a text names a day, a night or a distance in the past, and not only a time of day."""
    plain = _plain(text)
    is_relative = _AGO.fullmatch(plain) or _HALF_HOUR_AGO.fullmatch(plain)
    return bool(is_relative) or any(_find(pattern, plain) for pattern, _ in _PATTERNS)


def number_of(word: str) -> int:
    """Return the number that digits or a number word stand for. Any other word, such as "a", counts as 1."""
    return int(word) if word.isdecimal() else NUMBERS.get(word, 1)


def _plain(text: str) -> str:
    folded = normalize("NFKC", text).casefold().replace("’", "'")
    folded = re.sub(r"[,;!?()]+|\.(?!\d)", " ", folded)
    return _LEADING.sub("", " ".join(folded.split()))


def _ago(plain: str) -> timedelta | None:
    """Do what ``read_ago`` does, for a plain text. None for "two days ago", because that needs a time of day."""
    if _NOW.fullmatch(plain):
        return timedelta()
    if _HALF_HOUR_AGO.fullmatch(plain):
        return HOUR / 2
    match = _AGO.fullmatch(plain)
    if match is None or match["unit"].startswith("d"):
        return None
    unit = HOUR if match["unit"][0] in "ht" else MINUTE
    return number_of(match["n"]) * unit + (unit / 2 if match["half"] or match["too"] else timedelta())


def _windows(plain: str, now: datetime) -> tuple[list[Window], str]:
    """Return the stretches of time that the day or night in a text may mean, and the rest of the text.

    A text that names no day and no night means the last 24 hours. A text that names several means no stretch.
    """
    named = [(match, make) for pattern, make in _PATTERNS if (match := _find(pattern, plain))]
    if not named:
        return [(now - DAY + MINUTE, now + MINUTE)], plain
    # The longest phrase is meant: "yesterday evening" contains "yesterday".
    match, make = max(named, key=lambda item: item[0].end() - item[0].start())
    rest = " ".join((plain[: match.start()] + " " + plain[match.end() :]).split())
    if any(_find(pattern, rest) for pattern, _ in _PATTERNS):
        return [], rest
    return make(match, now), rest


def _find(pattern: str, text: str) -> re.Match[str] | None:
    """Return the first place where whole words of a text match a pattern."""
    return re.search(rf"(?<!\S)(?:{pattern})(?!\S)", text)


# Stretches of time


def _on(day: date, first: int, end: int) -> Window:
    """Return the hours of a day from ``first`` up to ``end``. They may begin the day before, and end the day after."""
    midnight = datetime.combine(day, time.min)
    return midnight + first * HOUR, midnight + end * HOUR


def _night(morning: date, begins: int = 18) -> Window:
    """Return the night that ends on a morning."""
    return _on(morning - DAY, begins, 24 + 8)


def _days_ago(days: int, first: int = 0, end: int = 24) -> Callable[[re.Match[str], datetime], list[Window]]:
    return lambda _, now: [_on(now.date() - days * DAY, first, end)]


def _last_night(begins: int) -> Callable[[re.Match[str], datetime], list[Window]]:
    def windows(_: re.Match[str], now: datetime) -> list[Window]:
        # Somebody who is up at two may mean this night or the one before.
        nights = [_night(now.date(), begins)]
        return nights if now.hour >= 8 else [*nights, _night(now.date() - DAY, begins)]  # noqa: PLR2004 - see _night

    return windows


def _nights_ago(*nights: int) -> Callable[[re.Match[str], datetime], list[Window]]:
    return lambda _, now: [_night(now.date() - number * DAY) for number in nights]


def _dates_of(weekday: str, now: datetime) -> list[date]:
    """Return the last date with this weekday. If that is today, return the date a week earlier, too."""
    days = (now.weekday() - _WEEKDAYS[weekday.removesuffix("en").removesuffix("s")]) % 7
    latest = now.date() - days * DAY
    return [latest, latest - 7 * DAY] if days == 0 else [latest]


def _of_weekday(
    first: int, end: int, *, may_be_today: bool = True
) -> Callable[[re.Match[str], datetime], list[Window]]:
    return lambda match, now: [
        _on(day, first, end) for day in _dates_of(match["day"], now) if may_be_today or day < now.date()
    ]


def _last_weekday(match: re.Match[str], now: datetime) -> list[Window]:
    """Return the days that "last Monday" may mean: the last one, or the one in the week before."""
    latest = next(day for day in _dates_of(match["day"], now) if day < now.date())
    return [_on(latest, 0, 24), _on(latest - 7 * DAY, 0, 24)]


def _weekday_night(match: re.Match[str], now: datetime) -> list[Window]:
    """Return the nights that "Saturday night" may mean: it ends on Sunday, or for some people on Saturday."""
    return [window for day in _dates_of(match["day"], now) for window in (_night(day + DAY), _on(day, 0, 8))]


def _that_many_days_ago(match: re.Match[str], now: datetime) -> list[Window]:
    days = number_of(match["n"])
    return [_on(now.date() - days * DAY, 0, 24)] if days * DAY <= LONGEST_AGO else []


def _of_date(match: re.Match[str], now: datetime) -> list[Window]:
    """Return the day of a date: the last one that is not in the future."""
    text = re.sub(r"^on ", "", match[0])
    dates = (read_date(text, now.date() - timedelta(days=days)) for days in (30, 365))
    past = [day for day in dates if day and day <= now.date()]
    return [_on(past[0], 0, 24)] if past else []


_YESTERDAY, _TODAY = r"(?:yesterday|ig[åa]r|i g[åa]r)", r"(?:today|idag|i dag)"
_MORNING, _AFTERNOON = r"(?:in the )?morning", r"(?:in the )?afternoon"
_EVENING, _NIGHT = r"(?:in the )?evening", r"(?:at |in the )?night"
_AT_NIGHT = (
    r"(?:at night|in the (?:middle of the )?night|during the night|overnight|på natten|om natten|under natten"
    r"|mitt i natten)"
)
_PATTERNS: tuple[tuple[str, Callable[[re.Match[str], datetime], list[Window]]], ...] = (
    (_TODAY, _days_ago(0)),
    (_YESTERDAY, _days_ago(1)),
    (r"(?:the )?day before yesterday|(?:i )?förrgår|i förrgår", _days_ago(2)),
    (rf"(?:this {_MORNING}|{_TODAY} (?:{_MORNING}|på morgonen)|i ?morse|(?:nu )?på morgonen)", _days_ago(0, 3, 12)),
    (rf"(?:this {_AFTERNOON}|i eftermiddags?|{_TODAY} (?:{_AFTERNOON}|på eftermiddagen))", _days_ago(0, 12, 19)),
    (rf"(?:this {_EVENING}|tonight|i ?kväll)", _days_ago(0, 16, 24)),
    (r"i förmiddags", _days_ago(0, 6, 12)),
    (rf"{_YESTERDAY} (?:{_MORNING}|morse|på morgonen|förmiddag|på förmiddagen)", _days_ago(1, 3, 12)),
    (rf"{_YESTERDAY} (?:{_AFTERNOON}|eftermiddag|på eftermiddagen)", _days_ago(1, 12, 19)),
    (rf"(?:{_YESTERDAY} (?:{_EVENING}|kväll|på kvällen)|last evening|i ?g[åa]rkväll)", _days_ago(1, 16, 24)),
    (r"(?:late )?last night", _last_night(18)),
    (rf"(?:i ?natt|{_AT_NIGHT})", _last_night(21)),
    (rf"(?:{_YESTERDAY} (?:{_NIGHT}|natt|{_AT_NIGHT})|i ?g[åa]rnatt|förra natten)", _nights_ago(0, 1)),
    (r"(?:the )?night before last|natten före den här|förrförra natten", _nights_ago(1)),
    (rf"(?:on |this )?(?P<day>{_WEEKDAY})(?:en)?", _of_weekday(0, 24)),  # "på måndag" is the next Monday
    (rf"(?:on )?(?:last|förra) (?P<day>{_WEEKDAY})(?:en)?", _last_weekday),
    (rf"i (?P<day>{_WEEKDAY})s", _of_weekday(0, 24, may_be_today=False)),
    (rf"(?:on )?(?P<day>{_WEEKDAY}) (?:{_MORNING}|morgon|på morgonen)", _of_weekday(3, 12)),
    (rf"i (?P<day>{_WEEKDAY})s morse", _of_weekday(3, 12)),
    (rf"(?:on )?(?P<day>{_WEEKDAY}) {_AFTERNOON}", _of_weekday(12, 19)),
    (rf"(?:on |i )?(?P<day>{_WEEKDAY})s? (?:{_EVENING}|kväll|på kvällen)", _of_weekday(16, 24)),
    (rf"(?:on |i )?(?P<day>{_WEEKDAY})s? (?:{_NIGHT}|natt|{_AT_NIGHT})", _weekday_night),
    (rf"(?:natten till|the night to|night to) (?P<day>{_WEEKDAY})(?:en)?", _of_weekday(-6, 8)),  # it ends on that day
    (rf"(?:för )?(?P<n>{_NUMBER}) (?:days?|dagar|dag|dygn) (?:ago|sedan|sen)", _that_many_days_ago),
    (rf"(?:{_DATE.pattern})", _of_date),
)  # fmt: skip
"""Patterns of phrases for stretches of time, each with the function that turns its match and ``now`` into windows."""
