"""A time of day as people write it, in English and Swedish."""

import re
from datetime import time
from unicodedata import normalize

from bot.timetable.times import shifted

_FILLERS = re.compile(
    r"^(?:(?:at|around|about|by|from|kl|klockan|vid|runt|cirka|ca|från|the)\b\.? ?)+"
    r"|(?:[ ,]*(?:please|tack|o ?['’]? ?clock))+$"
)
_DOTTED = re.compile(r"(?<![^\W\d])([apfe])\.? ?m\b\.?")
_WORDS = {"noon": time(12), "midday": time(12), "midnight": time(0), "midnatt": time(0)}
_ENGLISH = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SWEDISH = ("ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")
_NUMBERS = {word: number for words in (_ENGLISH, _SWEDISH) for number, word in enumerate(words, 1)}
_BEFORE_OR_AFTER = {
    "halv": -30,
    "kvart i": -15,
    "kvart över": 15,
    "half past": 30,
    "a quarter to": -15,
    "quarter to": -15,
    "a quarter past": 15,
    "quarter past": 15,
}
_PARTS = {
    "am": range(12),
    "in the morning": range(1, 12),
    "fm": range(1, 12),
    "på morgonen": range(1, 12),
    "på förmiddagen": range(6, 12),
    "pm": range(12, 24),
    "em": range(12, 24),
    "in the afternoon": range(12, 19),
    "på eftermiddagen": range(12, 19),
    "in the evening": range(17, 24),
    "på kvällen": range(17, 24),
}
"""The hours that a part of the day may mean."""

_TIME = re.compile(
    rf"(?:(?P<shift>{'|'.join(_BEFORE_OR_AFTER)}) )?"
    rf"(?:(?P<hour>[0-9]{{1,2}})(?:[:.](?P<minute>[0-9]{{2}}))?|(?P<run>[0-9]{{3,4}})|(?P<word>{'|'.join(_NUMBERS)}))"
    rf"(?: ?(?P<part>{'|'.join(_PARTS)}))?"
)
_LONGEST = 40


def read_time(text: str) -> time | None:
    """The time of day that a text names; None for all that is not one time for sure.

    Figures alone are hours of 24 (``9`` is nine in the morning). Words (``halv tio``, ``nine``) mean two times a day,
    so they are understood only together with a part of it (``halv tio på kvällen``, ``nine pm``).
    """
    plain = _plain(text)
    if plain in _WORDS:
        return _WORDS[plain]
    found = _TIME.fullmatch(plain)
    if found is None:
        return None
    if found["part"] is None:
        return None if found["word"] or found["shift"] else _of_24(*_figures(found))
    return _in_part(found, _PARTS[found["part"]])


def read_times(text: str) -> tuple[time, ...]:
    """Each time of day that a text may name: on a clock of twelve hours ``9:15`` is in the evening too.

    ``09:15`` and ``9:15 pm`` are one time each.
    """
    at, found = read_time(text), _TIME.fullmatch(_plain(text))
    if at is None or found is None:
        return () if at is None else (at,)
    is_sure = found["part"] or (found["hour"] or found["run"]).startswith("0") or not 1 <= at.hour <= 12  # noqa: PLR2004
    return (at,) if is_sure else (at, shifted(at, 12 * 60))


def _plain(text: str) -> str:
    if len(text) > _LONGEST:
        return ""
    folded = " ".join(normalize("NFKC", text).casefold().split()).rstrip("!?., ")
    return _FILLERS.sub("", _DOTTED.sub(r"\1m", folded))


def _figures(found: re.Match[str]) -> tuple[int, int]:
    if found["run"]:
        return int(found["run"][:-2]), int(found["run"][-2:])
    return (_NUMBERS[found["word"]] if found["word"] else int(found["hour"])), int(found["minute"] or 0)


def _of_24(hour: int, minute: int) -> time | None:
    if (hour, minute) == (24, 0):
        return time(0)
    return time(hour, minute) if hour < 24 and minute < 60 else None  # noqa: PLR2004 - a day and an hour


def _in_part(found: re.Match[str], hours: range) -> time | None:
    hour, minute = _figures(found)
    if found["shift"]:
        if found["minute"] or found["run"] or not 1 <= hour <= 12:  # noqa: PLR2004 - "half past 21" is nothing
            return None
        hour, minute = divmod(hour * 60 + _BEFORE_OR_AFTER[found["shift"]], 60)
    either = {hour % 12, hour % 12 + 12} if 1 <= hour <= 12 or found["shift"] else {hour}  # noqa: PLR2004 - half a day
    fitting = [one for one in either if one in hours]
    return _of_24(fitting[0], minute) if len(fitting) == 1 else None
