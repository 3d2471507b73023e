"""The rules: a rule gives a meaning to concepts that a text mentions near each other, in an order, or anywhere.

The rules themselves are in content.yaml. ``bot.parsing.intent.reading`` decides what a "no" denies.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from bot.parsing.intent.lexicon import Lexicon
from bot.parsing.intent.reading import FILLER, Mention, Reading

NEAR_WORDS, GAP_WORDS = 7, 3
"""Default distances: the most words that ``near`` concepts span, and the most between two concepts in ``order``."""


class Intent(StrEnum):
    """What a person wants."""

    EMERGENCY = "emergency"
    SAME_DAY = "same_day"
    CRISIS = "crisis"
    RELIEF = "relief"
    STILL = "still"
    EASED = "eased"
    ASK = "ask"
    TESTS = "tests"
    TIP = "tip"
    HELP = "help"
    REMIND = "remind"
    STOP = "stop"
    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"
    SETTINGS = "settings"
    LANGUAGE = "language"
    CLOCK = "clock"
    DELETE = "delete"
    THANKS = "thanks"
    OTHER = "other"


@dataclass(frozen=True)
class Rule:
    """One rule, as in ``content.yaml``. Concepts are separated by spaces, and ``leg|foot`` is either of the two.

    A rule applies to a text if all of its conditions are met. It then ``means`` an intent, ``makes`` a mention of
    another concept, or ``hides`` mentions from the rules below it. ``about`` is a detail of the intent.

    Attributes:
        near: these concepts are in one sentence, within ``within`` words.
        order: these concepts are in one clause, in this order, with at most ``within`` words between two of them.
        all: these concepts are anywhere in the text.
        unless: none of these concepts is in the text.
        whole: every word of the text has one of these concepts or is a filler.
        words: the text has at most this many words.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    means: Intent | None = None
    about: str = ""
    makes: str = ""
    hides: str = ""
    near: str = ""
    order: str = ""
    all: str = ""
    unless: str = ""
    whole: str = ""
    within: int | None = None
    words: int | None = None

    def concepts(self) -> Iterator[str]:
        """Yield the concepts that the rule looks for."""
        for text in (self.near, self.order, self.all, self.unless, self.whole):
            yield from text.replace("|", " ").split()


@dataclass(frozen=True)
class Match:
    """The mentions to which a rule applies: the ones that must stand together, and the ones that may stand anywhere."""

    together: tuple[Mention, ...]
    anywhere: tuple[Mention, ...]

    @property
    def _mentions(self) -> tuple[Mention, ...]:
        return (*self.together, *self.anywhere)

    @property
    def start(self) -> int:
        """The position of the first word."""
        return min(mention.start for mention in self._mentions)

    @property
    def end(self) -> int:
        """The position of the last word."""
        return max(mention.end for mention in self._mentions)

    @property
    def denials(self) -> frozenset[int]:
        """The positions of each "no" that denies the match. A "no" within it, as in "no feeling", denies nothing."""
        denials = frozenset(number for mention in self._mentions for number in mention.denials)
        return denials - {mention.end for mention in self._mentions} if denials else denials

    @property
    def is_past(self) -> bool:
        """Whether the match is of long ago. Only mentions that must stand together count, if there are any.

        So a pain must be of today, but an operation that the rule looks for anywhere may be of long ago.
        """
        return any(mention.is_past for mention in self.together or self.anywhere)

    def mention(self) -> Mention:
        """Return the match as one mention."""
        first = self._mentions[0]
        return Mention(self.start, self.end, first.clause, first.sentence, self.denials, self.is_past)


class CompiledRule:
    """A rule with its concepts as bits."""

    def __init__(self, rule: Rule, lexicon: Lexicon) -> None:
        self.rule = rule
        self.makes, self.hides = lexicon.bits(rule.makes.split()), lexicon.bits(rule.hides.split())
        self._near, self._order, self._all = (
            [lexicon.bits(operand.split("|")) for operand in text.split()] for text in (rule.near, rule.order, rule.all)
        )
        self._unless = lexicon.bits(rule.unless.split())
        whole = [lexicon.bits(rule.whole.split("|"))] if rule.whole else []
        self._whole = whole[0] | lexicon.bit(FILLER) if whole else 0
        self._alone = whole if not (self._near or self._order or self._all) else []
        self.needed = [*self._near, *self._order, *self._all, *whole]
        """The rule cannot apply to a text that mentions none of the concepts of one of these sets."""

    def matches(self, reading: Reading) -> Iterator[Match]:
        """Yield where the rule applies, even if that is denied or of long ago."""
        if self.rule.words is not None and len(reading.words) > self.rule.words:
            return
        if reading.has(self._unless) or (self._whole and not reading.consists_of(self._whole)):
            return
        # Of the mentions that may stand anywhere, one that is neither denied nor of long ago decides.
        anywhere = tuple(
            min(reading.mentions(operand), key=lambda mention: (bool(mention.denials), mention.is_past, mention.start))
            for operand in [*self._all, *self._alone]
        )
        places = self._close(reading) if self._near else self._in_order(reading) if self._order else [()]
        # A list, because the caller may change the reading after the first match.
        for mentions in list(places):
            yield Match(mentions, anywhere)

    def _close(self, reading: Reading) -> Iterator[tuple[Mention, ...]]:
        within = NEAR_WORDS if self.rule.within is None else self.rule.within
        first, *others = (reading.mentions(operand) for operand in self._near)
        for mention in first:
            mentions = [mention]
            for candidates in others:
                free = (other for other in candidates if _is_free(other, mentions))
                close = [other for other in free if _span([*mentions, other]) <= within]
                if not close:
                    break
                mentions.append(min(close, key=lambda other: (bool(other.denials), _span([*mentions, other]))))
            else:
                yield tuple(mentions)

    def _in_order(self, reading: Reading) -> Iterator[tuple[Mention, ...]]:
        gap = GAP_WORDS if self.rule.within is None else self.rule.within
        first, *others = (reading.mentions(operand) for operand in self._order)
        for mention in first:
            mentions = [mention]
            for candidates in others:
                end = mentions[-1].end
                following = [
                    other for other in candidates if other.clause == mention.clause and 0 < other.start - end <= gap + 1
                ]
                if not following:
                    break
                mentions.append(min(following, key=lambda other: (other.start, -other.end)))
            else:
                yield tuple(mentions)


def _span(mentions: list[Mention]) -> int:
    """Return the number of words from the first to the last mention."""
    return max(mention.end for mention in mentions) - min(mention.start for mention in mentions) + 1


def _is_free(other: Mention, mentions: list[Mention]) -> bool:
    """Return whether a mention stands in the same sentence as the others and does not share their words.

    A longer mention may contain a shorter one: "foot hangs" means a weak foot.
    """
    return other.sentence == mentions[0].sentence and all(
        other.start > mention.end or mention.start > other.end or other.end - other.start != mention.end - mention.start
        for mention in mentions
    )
