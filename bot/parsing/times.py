"""Reads a time of day as people write it, in English and Swedish.

``bot.parsing.intent.slots`` finds such times in a whole sentence.
"""

import re
from datetime import time
from unicodedata import normalize

from bot.timetable.times import is_quiet, minutes_from, shifted

_FILLERS = re.compile(
    r"^(?:(?:at|around|about|by|from|kl|klockan|vid|runt|cirka|ca|ungefär|från|the)\b\.? ?)+"
    r"|(?:[ ,]*(?:please|tack|o ?['’]? ?clock))+$"
)
_DOTTED = re.compile(r"(?<![^\W\d])([apfe])\.? ?m\b\.?")
_WORDS = {"noon": time(12), "midday": time(12), "midnight": time(0), "midnatt": time(0)}
_ENGLISH = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SWEDISH = ("ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")
NUMBERS = {word: number for words in (_ENGLISH, _SWEDISH) for number, word in enumerate(words, 1)}
_SOME_MINUTES = {"five": 5, "ten": 10, "twenty": 20, "fem": 5, "tio": 10, "tjugo": 20}
_BEFORE_OR_AFTER = {
    **{f"{word} {after}": minutes for word, minutes in _SOME_MINUTES.items() for after in ("past", "över")},
    **{f"{word} {before}": -minutes for word, minutes in _SOME_MINUTES.items() for before in ("to", "i")},
    **{f"{word} över halv": minutes - 30 for word, minutes in _SOME_MINUTES.items()},
    **{f"{word} i halv": -minutes - 30 for word, minutes in _SOME_MINUTES.items()},
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
"""The hours that each part of the day may mean."""

_TIME = re.compile(
    rf"(?:(?P<shift>{'|'.join(_BEFORE_OR_AFTER)}) )?"
    rf"(?:(?P<hour>[0-9]{{1,2}})(?:[:.h](?P<minute>[0-9]{{2}})|h)?|(?P<run>[0-9]{{3,4}})|(?P<word>{'|'.join(NUMBERS)}))"
    rf"(?: ?(?P<part>{'|'.join(_PARTS)}))?"
)
_LONGEST = 40
_BETWEEN_TIMES = re.compile(r" *(?:[,;&]|\b(?:and|och)\b) *", re.IGNORECASE)
_BETWEEN_ENDS = re.compile(r" *(?:[-–—]|\b(?:to|until|till|til|and|och)\b) *", re.IGNORECASE)
_BEFORE_SPAN = re.compile(r"^ *(?:from|between|från|mellan) ", re.IGNORECASE)
_DEEP_IN_THE_NIGHT = time(3)
_MOST_TEXT = 120


def read_time(text: str) -> time | None:
    """Return the time of day that a text names; None if the text names no time or may name several.

    Figures alone are read as on a clock of 24 hours: ``9`` is nine in the morning. Words (``halv tio``, ``nine``) may
    mean two times, so they need a part of the day (``halv tio på kvällen``, ``nine pm``).
    """
    plain = _plain(text)
    if plain in _WORDS:
        return _WORDS[plain]
    match = _TIME.fullmatch(plain)
    if match is None:
        return None
    if match["part"] is None:
        return None if match["word"] or match["shift"] else _valid_time(*_hour_and_minute(match))
    return _in_part(match, _PARTS[match["part"]])


def read_times(text: str) -> tuple[time, ...]:
    """Return each time of day that a text may name.

    ``9:15`` and ``halv tio`` may be in the morning or in the evening. ``09:15`` and ``9:15 pm`` are one time each.
    """
    plain = _plain(text)
    at, match = read_time(plain), _TIME.fullmatch(plain)
    if match is None:  # noon, say
        return (at,) if at else ()
    if match["part"] is None and (match["word"] or match["shift"]):
        halves = read_time(f"{plain} am"), read_time(f"{plain} pm")
        return tuple(half for half in halves if half) if all(half is not None for half in halves) else ()
    if at is None:
        return ()
    is_sure = match["part"] or (match["hour"] or match["run"]).startswith("0") or not 1 <= at.hour <= 12  # noqa: PLR2004
    return (at,) if is_sure else (at, shifted(at, 12 * 60))


def read_several_times(text: str) -> tuple[tuple[time, ...], ...]:
    """Return what each time in a list such as ``9:00, 12:00 and 15:00`` may mean. Empty if a part is not a time."""
    parts = [part for part in _BETWEEN_TIMES.split(text[:_MOST_TEXT]) if part.strip()]
    meanings = tuple(read_times(part) for part in parts)
    return meanings if all(meanings) else ()


def read_span(text: str) -> tuple[time, time] | None:
    """Return the beginning and the end of a night that a text names, such as ``22-7`` or ``from 10 pm to 6:30``.

    If the times may mean several spans, one that includes 03:00 is preferred, and of these the shortest. None if the
    text does not name two different times.
    """
    plain = _BEFORE_SPAN.sub("", " ".join(text[:_MOST_TEXT].split()))
    for between in _BETWEEN_ENDS.finditer(plain):
        ends = read_times(plain[: between.start()]), read_times(plain[between.end() :])
        spans = [(begin, end) for begin in ends[0] for end in ends[1] if begin != end]
        if spans:
            return min(spans, key=lambda span: (not is_quiet(_DEEP_IN_THE_NIGHT, span), minutes_from(*span)))
    return None


def _plain(text: str) -> str:
    if len(text) > _LONGEST:
        return ""
    folded = " ".join(normalize("NFKC", text).casefold().split()).rstrip("!?., ")
    return _FILLERS.sub("", _DOTTED.sub(r"\1m", folded))


def _hour_and_minute(match: re.Match[str]) -> tuple[int, int]:
    if match["run"]:  # figures without a colon: 930
        return int(match["run"][:-2]), int(match["run"][-2:])
    return (NUMBERS[match["word"]] if match["word"] else int(match["hour"])), int(match["minute"] or 0)


def _valid_time(hour: int, minute: int) -> time | None:
    if (hour, minute) == (24, 0):
        return time(0)
    return time(hour, minute) if hour < 24 and minute < 60 else None  # noqa: PLR2004 - a day and an hour


def _in_part(match: re.Match[str], hours: range) -> time | None:
    """Return the time that a match means in a part of the day; None if no such time, or two, are in that part."""
    hour, minute = _hour_and_minute(match)
    if match["shift"]:
        if match["minute"] or match["run"] or not 1 <= hour <= 12:  # noqa: PLR2004 - "half past 21" is no time
            return None
        hour, minute = divmod(hour * 60 + _BEFORE_OR_AFTER[match["shift"]], 60)
    either = {hour % 12, hour % 12 + 12} if 1 <= hour <= 12 or match["shift"] else {hour}  # noqa: PLR2004 - half a day
    fitting = [candidate for candidate in either if candidate in hours]
    return _valid_time(fitting[0], minute) if len(fitting) == 1 else None
