"""What a sentence tells of a past cramp: "cramp last night about 3, left calf".

Somebody who has a cramp now must get relief. So a sentence is an entry only if every word of it is understood, and if
it names a day or a night that has passed. Anything else is not for the diary.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.content.loading import Content
from bot.diary.words import Words
from bot.parsing.past import names_past, read_ago, read_past
from bot.parsing.times import NUMBERS
from bot.store.cramps import Lasted, Muscle, Side
from bot.timetable import instants

LONGEST = 120
"""Characters. A longer text tells more than an entry has room for."""
RECENT = timedelta(minutes=30)
"""A cramp that began after that may still last: it is answered with relief."""
_END_OF_DAY = datetime.fromisoformat("2026-01-01 23:59")
_PAIN = re.compile(
    r"\b(?:pain|smärta|smärtan)(?: of| level)? (10|[0-9])(?:/10| of 10| out of 10| av 10)?\b|\b(10|[0-9])/10\b"
)
_MINUTES = re.compile(
    r"(?<!\S)(?:for |i |lasted |varade )?(?:about |around |ca |cirka |runt |(?P<bound>over|över|under) )?"
    r"(?:(?P<least>\d{1,3}) ?(?:-|–|to|till) ?)?(?P<number>\d{1,3}|an?|en|ett) ?"
    r"(?:minutes?|mins?|minuter|minut)\b(?! (?:ago|sedan|sen))"
)
_BEFORE_TIME = ("at", "kl", "kl.", "klockan", "vid", "halv", "past", "to", "över", "i")
"""What stands before a time of day: what follows is no number of cramps."""
_COUNT = rf"(?:\d{{1,2}}|{'|'.join(NUMBERS)})(?: (?:st|bad|really|very|riktigt|väldigt|hemskt))*"
_OTHER_NOUNS = ("leg", "legs", "ben", "benen", "muscles", "muskler")
"""What can be counted beside cramps and the places of one."""


@dataclass(frozen=True)
class Report:
    """What a sentence tells: the moments that it may mean (naive, on the person's clock), and fields of a cramp.

    ``ago`` is how long before it was written, for "2 hours ago".
    """

    moments: tuple[datetime, ...]
    fields: Mapping[str, Any] = field(default_factory=dict)
    ago: timedelta | None = None

    def instants(self, now: datetime, zone: str | None) -> list[datetime]:
        """Return the moments (UTC) up to ``now`` that are meant, the latest first.

        Only of "... ago" one is known if the person's ``zone`` is not.
        """
        if self.ago is not None:
            return [now - self.ago]
        moments = {moment for shown in self.moments for moment in instants(shown, zone)} if zone else set()
        return sorted((moment for moment in moments if moment <= now), reverse=True)


@dataclass(frozen=True)
class Vocabulary:
    """The words of all languages: ``phrases`` by what they mean. The longest phrases are found first."""

    phrases: tuple[tuple[str, str], ...]
    count: re.Pattern[str]
    """Matches the number in "three cramps" and "two toes", which is no time of day."""

    @classmethod
    def of(cls, content: Content) -> "Vocabulary":
        """Return the words of all languages."""
        languages = [dict(edition.words(Words).reads) for edition in content.values()]
        phrases = [(phrase, meaning) for words in languages for meaning, listed in words.items() for phrase in listed]
        counted = [phrase for phrase, meaning in phrases if meaning == "cramp" or meaning in set(Muscle)]
        nouns = "|".join(re.escape(noun) for noun in (*counted, *_OTHER_NOUNS))
        not_a_time = "".join(rf"(?<!\b{re.escape(word)} )" for word in _BEFORE_TIME)
        count = re.compile(rf"(?<!\S){not_a_time}{_COUNT}(?= (?:{nouns})(?!\w))")
        return cls(tuple(sorted(phrases, key=lambda item: -len(item[0]))), count)


def read_report(text: str, now: datetime, vocabulary: Vocabulary, *, is_asked: bool = False) -> Report | None:
    """Return what a text tells of a past cramp; None if it may be about anything else.

    ``now`` is what the person's clock shows (naive). If the bot ``is_asked`` for an entry, as by "/log", the text needs
    to name neither a cramp nor a day.
    """
    if len(text) > LONGEST:
        return None
    plain = vocabulary.count.sub("", " ".join(text.casefold().split()))
    plain = " ".join(re.sub(r"[,;!.]+(?=\s|$)", " ", plain).split())
    rest, fields = _take_numbers(plain)
    rest, meanings, fillers = _take_phrases(rest, vocabulary)
    fields |= _fields(set(meanings))
    past, moments = _find_past(rest, fillers, now)
    is_about_past = "cramp" in meanings and names_past(past) and all(moment <= now - RECENT for moment in moments)
    return Report(moments, fields, read_ago(past)) if moments and (is_asked or is_about_past) else None


def may_be_report(text: str, vocabulary: Vocabulary) -> bool:
    """Return whether a text tells of a past cramp late in the day, so that it may be no call for relief."""
    return read_report(text, _END_OF_DAY, vocabulary) is not None


def _take_numbers(text: str) -> tuple[str, dict[str, Any]]:
    """Take pain and length out of a text; return the rest and what they were."""
    fields: dict[str, Any] = {}
    if pain := _PAIN.search(text):
        fields["pain"] = int(pain[1] or pain[2])
        text = f"{text[: pain.start()]} {text[pain.end() :]}"
    if minutes := _MINUTES.search(text):
        if lasted := _lasted(minutes):
            fields["lasted"] = lasted
        text = f"{text[: minutes.start()]} {text[minutes.end() :]}"
    return " ".join(text.split()), fields


def _lasted(match: re.Match[str]) -> Lasted | None:
    """Return the only answer that fits a length; None if several do, as for "over 5 minutes"."""
    number = int(match["number"]) if match["number"].isdecimal() else 1
    shortest = int(match["least"]) + 1 if match["least"] else number
    match match["bound"]:
        case None:
            possible = {_answer(shortest), _answer(number)}
        case "under":
            possible = {_answer(0), _answer(number - 1)}
        case _:
            possible = {_answer(number + 1), Lasted.OVER_10}
    return possible.pop() if len(possible) == 1 else None


def _answer(minutes: int) -> Lasted:
    """Return the answer for a length."""
    limits = {0: Lasted.UNDER_1, 5: Lasted.TO_5, 10: Lasted.TO_10}
    return next((answer for limit, answer in limits.items() if minutes <= limit), Lasted.OVER_10)


def _take_phrases(text: str, vocabulary: Vocabulary) -> tuple[str, list[str], list[str]]:
    """Take the words with a meaning out of a text; return the rest, the meanings, and the fillers in the rest."""
    meanings, fillers = [], []
    for phrase, meaning in vocabulary.phrases:
        pattern = rf"(?<!\S){re.escape(phrase)}(?!\S)"
        if not re.search(pattern, text):
            continue
        if meaning == "filler":
            fillers.append(phrase)
        else:
            meanings.append(meaning)
            text = " ".join(re.sub(pattern, " ", text).split())
    return text, meanings, fillers


def _find_past(text: str, fillers: list[str], now: datetime) -> tuple[str, tuple[datetime, ...]]:
    """Return the part of a text that names the past, and its moments, if there are only fillers around it.

    A filler can be part of a time ("i natt"), so a text is read before each filler that is taken away.
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
    """Return the fields that words tell. Two sides are both; of two muscles, the person has to choose one."""
    sides, muscles = sorted(meanings & set(Side)), sorted(meanings & set(Muscle))
    fields: dict[str, Any] = {"woke": True} if "woke" in meanings else {}
    if sides:
        fields["side"] = Side(sides[0]) if len(sides) == 1 else Side.BOTH
    if len(muscles) == 1:
        fields["muscle"] = Muscle(muscles[0])
    return fields
