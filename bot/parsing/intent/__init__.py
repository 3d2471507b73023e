"""What a person's text means: one pure function. The words and the rules that it applies are data.

``content.yaml`` lists the words of each concept in each language, and the rules. docs/understanding.md says how they
work.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from typing import NamedTuple

from bot.parsing.intent import slots
from bot.parsing.intent.lexicon import Lexicon
from bot.parsing.intent.reading import RESERVED, Reading
from bot.parsing.intent.rules import CompiledRule, Intent, Match, Rule
from bot.parsing.intent.slots import read_until

__all__ = [
    "DANGERS",
    "Denied",
    "Intent",
    "Rule",
    "Rules",
    "Understanding",
    "read_until",
    "reserved_concepts",
    "understand",
]
DANGERS = frozenset({Intent.EMERGENCY, Intent.SAME_DAY})
"""The intents that a text does not have if it tells of long ago."""


class Denied(NamedTuple):
    """An intent that a text does not have: its words are denied, or tell of long ago."""

    intent: Intent
    about: str
    words: str


@dataclass(frozen=True)
class Understanding:
    """What a text means.

    Attributes:
        intent: What the person wants.
        about: A detail of the intent: the page asked for, the danger, the setting, or what to do with a reminder.
        muscle: The muscle that cramps: ``calf``, ``foot``, ``thigh`` or ``hamstring``.
        kind: The kind of reminder.
        times: The times of day. Each is a tuple of the times that it may mean.
        weekdays: The ISO weekdays on which a reminder is wanted.
        other_days: The ISO weekdays on which a reminder is not wanted.
        days: For how many days to pause.
        until: The words that may name the day until which to pause.
        rule: The rule that decided.
        words: The words to which that rule applied.
        denied: The intents whose words are named, but denied or of long ago.
    """

    intent: Intent
    about: str = ""
    muscle: str = ""
    kind: str = ""
    times: tuple[tuple[time, ...], ...] = ()
    weekdays: frozenset[int] = frozenset()
    other_days: frozenset[int] = frozenset()
    days: int | None = None
    until: str = ""
    rule: Rule | None = None
    words: str = ""
    denied: tuple[Denied, ...] = ()


@dataclass
class Rules:
    """The words of all languages and the rules, compiled once for each load of the content.

    Attributes:
        languages: For each language, the words of each concept. A text may be in any of the languages.
        rules: The rules, in order. The first one that applies decides.
        deniable: The concepts that a "no" can deny.
    """

    languages: Iterable[Mapping[str, Iterable[str]]]
    rules: Iterable[Rule]
    deniable: Iterable[str]
    lexicon: Lexicon = field(init=False)
    compiled: list[CompiledRule] = field(init=False)

    def __post_init__(self) -> None:
        self.lexicon = Lexicon(self.languages)
        self._deniable = self.lexicon.bits(self.deniable)
        self.compiled = [CompiledRule(rule, self.lexicon) for rule in self.rules]

    def read(self, text: str) -> Reading:
        """Return which concepts a text mentions, and where."""
        return Reading(self.lexicon, self._deniable, text)


def reserved_concepts() -> tuple[str, ...]:
    """Return the concepts that the code itself knows. Rules may use them even if no list has their words."""
    return RESERVED


def understand(text: str, rules: Rules) -> Understanding:
    """Return what a text means. The same text and rules always give the same result."""
    reading = rules.read(text)
    denied: list[Denied] = []
    for compiled in rules.compiled:
        # Most rules look for something that the text does not mention.
        for needed in compiled.needed:
            if not reading.concepts & needed:
                break
        else:
            for match in compiled.matches(reading):
                if compiled.rule.makes:
                    reading.add(compiled.makes, match.mention())
                elif not match.denials and not (match.is_past and compiled.rule.means in DANGERS):
                    if not compiled.rule.means:
                        reading.hide(compiled.hides, match.start, match.end)
                        continue
                    return replace(_understood(match, compiled.rule, reading, rules.lexicon), denied=tuple(denied))
                elif compiled.rule.means:
                    words = reading.text(match.start, match.end)
                    denied.append(Denied(compiled.rule.means, compiled.rule.about, words))
    return Understanding(Intent.OTHER, denied=tuple(denied))


def _understood(match: Match, rule: Rule, reading: Reading, lexicon: Lexicon) -> Understanding:
    assert rule.means
    words = reading.text(match.start, match.end)
    understanding = Understanding(rule.means, rule.about, rule=rule, words=words)
    if rule.means is Intent.RELIEF:
        return replace(understanding, muscle=slots.muscle(reading, lexicon))
    if rule.means in {Intent.REMIND, Intent.STOP}:
        weekdays, other_days = slots.weekdays(reading, lexicon)
        kind, times = slots.kind(reading, lexicon), slots.times(reading, lexicon)
        return replace(understanding, kind=kind, times=times, weekdays=weekdays, other_days=other_days)
    if rule.means is Intent.SETTINGS:
        return replace(understanding, times=slots.times(reading, lexicon, is_any_number=True))
    if rule.means is Intent.PAUSE:
        return replace(understanding, days=slots.days(reading, lexicon), until=slots.until(reading, lexicon))
    return understanding
