"""What a sentence tells of a past cramp: "cramp last night about 3, left calf".

Somebody who has a cramp now must get relief. So a sentence is an entry only if every word of it is understood, and if
it names a day or a night that has passed. Anything else is not for the diary.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from math import inf
from typing import Any

from bot.content import Edition
from bot.diary.words import Words
from bot.parsing.past import names_past, number_of, read_ago, read_past
from bot.parsing.times import NUMBERS
from bot.store.cramps import Lasted, Muscle, Side
from bot.timetable import instants

LONGEST = 120
"""Characters. A longer text tells more than an entry has room for."""
RECENT = timedelta(minutes=30)
"""A cramp that began less than this ago may still last, so it is answered with relief."""
_END_OF_DAY = datetime.fromisoformat("2026-01-01 23:59")
_TEN = "|".join(word for word, number in NUMBERS.items() if number <= 10)  # noqa: PLR2004 - the worst pain
_OF_TEN = r"(?:/10| of 10| out of 10| av 10)"
_PAIN = re.compile(
    rf"\b(?:pain|smärta|smärtan)(?: of| level| was| var)? (10|[0-9]|{_TEN})\b{_OF_TEN}?(?!\S)"
    rf"|(?<!\S)(10|[0-9]|{_TEN}){_OF_TEN}(?!\S)"
)
_LENGTH = re.compile(
    r"(?<!\S)(?<!half )(?<!halv )(?<!of )(?:it |det )?(?:lasted |varade )?(?:for |i )?"
    r"(?:about |around |ca |cirka |runt |ungefär )?"
    r"(?:(?P<more>over|more than|longer than|över|mer än|längre än) |(?P<less>under|less than|mindre än|kortare än) )?"
    rf"(?:(?P<least>\d{{1,3}}) ?(?:-|–|to|till) ?)?(?P<number>\d{{1,3}}|an?|en|{'|'.join(NUMBERS)}) ?"
    r"(?P<unit>seconds?|secs?|sekunder|sekund|minutes?|mins?|minuter|minut|hours?|timmar|timme)"
    r"\b(?! (?:ago|sedan|sen|and|och)\b)"
)
_UNITS = {"s": 1 / 60, "m": 1, "h": 60, "t": 60}
"""The minutes of each unit of a length, by its first letter in English or Swedish."""
_BEFORE_TIME = ("at", "kl", "kl.", "klockan", "vid", "halv", "past", "to", "över", "i")
"""Words before a time of day: the number after one of them is no number of cramps."""
_COUNT = rf"(?:\d{{1,2}}|{'|'.join(NUMBERS)})(?: (?:st|bad|really|very|riktigt|väldigt|hemskt))*"
_OTHER_NOUNS = ("leg", "legs", "ben", "benen", "muscles", "muskler")
"""Nouns that may follow a number, besides cramps and the places of a cramp."""


@dataclass(frozen=True)
class PastCramp:
    """What a sentence tells: the moments that it may mean (naive, on the person's clock), and fields of a cramp.

    ``ago`` is how long before the sentence was written, for "2 hours ago".
    """

    moments: tuple[datetime, ...]
    fields: Mapping[str, Any] = field(default_factory=dict)
    ago: timedelta | None = None

    def instants(self, now: datetime, zone: str | None) -> list[datetime]:
        """Return the moments (UTC) up to ``now`` that are meant, the latest first.

        If the person's ``zone`` is not known, only "... ago" gives a moment.
        """
        if self.ago is not None:
            return [now - self.ago]
        moments = {moment for shown in self.moments for moment in instants(shown, zone)} if zone else set()
        return sorted((moment for moment in moments if moment <= now), reverse=True)


@dataclass(frozen=True)
class Vocabulary:
    """The words of all languages: ``phrases`` with their meanings, in the order of the search."""

    phrases: tuple[tuple[str, tuple[str, ...]], ...]
    count: re.Pattern[str]
    """Matches the number in "three cramps" and "two toes", which is no time of day."""

    @classmethod
    @cache  # it takes half a millisecond, and every text that means nothing else needs it
    def of(cls, *editions: Edition) -> "Vocabulary":
        """Return the words of these editions."""
        languages = [dict(edition.words(Words).reads) for edition in editions]
        meanings: dict[str, list[str]] = {}
        for words in languages:
            for meaning, listed in words.items():
                for phrase in listed:
                    meanings.setdefault(phrase, []).append(meaning)
        places = {"cramp", *Muscle}
        counted = [phrase for phrase, named in meanings.items() if places & set(named)]
        nouns = "|".join(re.escape(noun) for noun in (*counted, *_OTHER_NOUNS))
        not_a_time = "".join(rf"(?<!\b{re.escape(word)} )" for word in _BEFORE_TIME)
        count = re.compile(rf"(?<!\S){not_a_time}{_COUNT}(?= (?:{nouns})(?!\w))")
        # Sides first, as in "the back of my left thigh", and then the longest phrases.
        ordered = sorted(meanings, key=lambda phrase: (not set(Side) & set(meanings[phrase]), -len(phrase)))
        return cls(tuple((phrase, tuple(meanings[phrase])) for phrase in ordered), count)


def read_past_cramp(text: str, now: datetime, vocabulary: Vocabulary, *, is_asked: bool = False) -> PastCramp | None:
    """Return what a text tells of a past cramp; None if it may be about anything else.

    ``now`` is what the person's clock shows (naive). If the bot ``is_asked`` for an entry, as by "/log", the text needs
    to name neither a cramp nor a day.
    """
    if len(text) > LONGEST or ("?" in text and not is_asked):
        return None
    plain = vocabulary.count.sub("", " ".join(text.casefold().split()))
    plain = " ".join(re.sub(r"[,;:!.]+(?=\s|$)", " ", plain).split())
    rest, fields = _take_numbers(plain)
    rest, meanings, fillers = _take_phrases(rest, vocabulary)
    fields = _fields(set(meanings)) | fields
    past, moments = _find_past(rest, fillers, now)
    is_about_past = "cramp" in meanings and names_past(past) and all(moment <= now - RECENT for moment in moments)
    return PastCramp(moments, fields, read_ago(past)) if moments and (is_asked or is_about_past) else None


def may_be_past_cramp(text: str, vocabulary: Vocabulary) -> bool:
    """Return whether a text, read late in the day, tells of a past cramp. Then it may be no call for relief."""
    return read_past_cramp(text, _END_OF_DAY, vocabulary) is not None


def _take_numbers(text: str) -> tuple[str, dict[str, Any]]:
    """Take pain and length out of a text; return the rest and what they were."""
    fields: dict[str, Any] = {}
    if pain := _PAIN.search(text):
        fields["pain"] = number_of(pain[1] or pain[2])
        text = f"{text[: pain.start()]} {text[pain.end() :]}"
    if length := _LENGTH.search(text):
        minutes = _UNITS[length["unit"][0]]
        longest, a_little = number_of(length["number"]) * minutes, minutes / 100
        shortest = int(length["least"]) * minutes + a_little if length["least"] else longest
        if length["more"]:
            shortest, longest = longest + a_little, inf
        elif length["less"]:
            shortest, longest = 0, longest - a_little
        if _answer(shortest) is _answer(longest):  # several answers fit "over 5 minutes", so none is stored
            fields["lasted"] = _answer(longest)
        text = f"{text[: length.start()]} {text[length.end() :]}"
    return " ".join(text.split()), fields


def _answer(minutes: float) -> Lasted:
    """Return the answer for a length."""
    if minutes < 1:
        return Lasted.UNDER_1
    limits = {5: Lasted.TO_5, 10: Lasted.TO_10}
    return next((answer for limit, answer in limits.items() if minutes <= limit), Lasted.OVER_10)


def _take_phrases(text: str, vocabulary: Vocabulary) -> tuple[str, list[str], list[str]]:
    """Take the words with a meaning out of a text; return the rest, the meanings, and the fillers in the rest."""
    meanings: list[str] = []
    fillers: list[str] = []
    for phrase, named in vocabulary.phrases:
        pattern = rf"(?<!\S){re.escape(phrase)}(?!\S)"
        if not re.search(pattern, text):
            continue
        if "filler" in named:
            fillers.append(phrase)
        else:
            meanings += named
            text = " ".join(re.sub(pattern, " ", text).split())
    return text, meanings, fillers


def _find_past(text: str, fillers: list[str], now: datetime) -> tuple[str, tuple[datetime, ...]]:
    """Return the part of a text that names the past, and its moments, if there are only fillers around it.

    A filler can be part of a time ("i natt"), so the text is read again before each filler is taken away.
    """
    waiting, seen = [text], {text}
    while waiting:
        part = waiting.pop(0)
        if moments := read_past(part, now):
            return part, moments
        shorter = [part.removeprefix(f"{filler} ") for filler in fillers]
        shorter += [part.removesuffix(f" {filler}") for filler in fillers]
        waiting += [rest for rest in dict.fromkeys(shorter) if rest not in seen]
        seen.update(shorter)
    return "", ()


def _fields(meanings: set[str]) -> dict[str, Any]:
    """Return the fields that words tell. Two sides mean both; between two muscles, the person has to choose."""
    sides = sorted(meanings & set(Side))
    fields: dict[str, Any] = {"side": Side(sides[0]) if len(sides) == 1 else Side.BOTH} if sides else {}
    for name, kind in {"muscle": Muscle, "lasted": Lasted}.items():
        if len(named := meanings & set(kind)) == 1:
            fields[name] = kind(named.pop())
    if len(woke := meanings & {"woke", "awake"}) == 1:
        fields["woke"] = "woke" in woke
    return fields
