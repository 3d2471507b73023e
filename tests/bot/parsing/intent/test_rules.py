"""When a rule applies."""

import pytest

from bot.parsing.intent.lexicon import Lexicon
from bot.parsing.intent.reading import Reading
from bot.parsing.intent.rules import CompiledRule, Rule

LEXICON = Lexicon([{name: [name] for name in ("leg", "foot", "hot", "now", "no", "please")}])
NOT = LEXICON.bit("no")


def spans(text: str, **rule: object) -> list[tuple[int, int]]:
    """Return where a rule applies: the first and last word of each match."""
    compiled = CompiledRule(Rule(**rule), LEXICON)  # type: ignore[arg-type]
    reading = Reading(LEXICON, LEXICON.bits(["hot"]), text)
    if not all(reading.concepts & needed for needed in compiled.needed):
        return []
    return [(match.start, match.end) for match in compiled.matches(reading)]


@pytest.mark.parametrize(("text", "found"), [
    ("leg hot", [(0, 1)]), ("hot leg", [(0, 1)]), ("leg a b c d e hot", [(0, 6)]), ("leg a b c d e f hot", []),
    ("leg. hot", []), ("leg, hot", [(0, 1)]), ("foot hot", [(0, 1)]), ("hot", []), ("leg hot foot", [(0, 1), (1, 2)]),
])  # fmt: skip
def test_near(text: str, found: list[tuple[int, int]]) -> None:
    assert spans(text, near="leg|foot hot") == found


@pytest.mark.parametrize(("text", "found"), [
    ("leg hot", [(0, 1)]), ("hot leg", []), ("leg a b c hot", [(0, 4)]), ("leg a b c d hot", []), ("leg, hot", []),
    ("leg hot hot", [(0, 1)]),
])  # fmt: skip
def test_order(text: str, found: list[tuple[int, int]]) -> None:
    assert spans(text, order="leg hot") == found


def test_within_is_the_distance() -> None:
    assert spans("leg a hot", near="leg hot", within=2) == []
    assert spans("leg a hot", order="leg hot", within=0) == []
    assert spans("leg hot", order="leg hot", within=0) == [(0, 1)]


def test_all_and_unless() -> None:
    assert spans("leg. foot. hot", all="leg hot") == [(0, 2)]
    assert spans("leg. foot. hot", all="leg hot", unless="foot") == []


def test_whole_and_words() -> None:
    assert spans("hot, hot now", whole="hot|now", all="hot") == [(0, 0)]
    assert spans("hot leg", whole="hot") == []
    assert spans("hot 🙂", whole="hot") == [(0, 0)]
    assert spans("leg hot", all="hot", words=1) == []


def test_the_concepts_of_a_rule() -> None:
    assert list(Rule(near="leg|foot hot", unless="now").concepts()) == ["leg", "foot", "hot", "now"]
