"""What a text mentions, and what it denies or tells of long ago."""

import pytest

from bot.parsing.intent.lexicon import Lexicon
from bot.parsing.intent.reading import Reading

LEXICON = Lexicon([
    {
        "not": ["no", "not", "without", "!not only"], "or": ["or"], "but": ["but"], "past": ["last year"], "skip": ["really"],
        "idiom": ["hot dog"], "hot": ["hot"], "swollen": ["swollen", "swelling"], "red": ["red"], "leg": ["leg"],
        "numb": ["no feeling"], "breathless": ["short of breath"],
    },
])  # fmt: skip
DENIABLE = LEXICON.bits(["hot", "swollen", "red", "numb", "breathless"])


def read(text: str) -> Reading:
    return Reading(LEXICON, DENIABLE, text)


def denied(text: str) -> list[str]:
    """Return the signs that a text denies."""
    reading = read(text)
    return [
        name
        for name in ("hot", "swollen", "red", "numb", "breathless")
        if any(mention.denials for mention in reading.mentions(LEXICON.bit(name)))
    ]


@pytest.mark.parametrize(("text", "signs"), [
    ("leg is swollen", []),
    ("not swollen", ["swollen"]),
    ("leg without any swelling", ["swollen"]),
    ("no swelling, red or hot leg", ["hot", "swollen", "red"]),
    ("not swollen or really red", ["swollen", "red"]),
    ("not swollen but hot", ["swollen"]),
    ("not swollen, leg is red or hot", ["swollen"]),
    ("no, leg is swollen", []),
    ("not only swollen", []),
    ("no feeling", []),
    ("not short of breath", ["breathless"]),
    ("not a b c d e swollen", []),
    ("swollen, not red", ["red"]),
])  # fmt: skip
def test_what_is_denied(text: str, signs: list[str]) -> None:
    assert denied(text) == signs


def mentioned(text: str) -> set[str]:
    return set(LEXICON.names(read(text).concepts))


@pytest.mark.parametrize(("text", "concepts"), [
    ("short of breath", {"breathless"}),
    ("short really of breath", {"breathless"}),
    ("short of. breath", set()),
    ("short of the breath", set()),
    ("hot dog", {"idiom"}),
    ("hot dog hot", {"idiom", "hot"}),
    ("7", {"few"}),
    ("20", {"tens"}),
    ("8.30", {"time"}),
    ("2015", {"time", "past"}),
    ("", set()),
])  # fmt: skip
def test_what_is_mentioned(text: str, concepts: set[str]) -> None:
    assert mentioned(text) - {"skip"} == concepts


def test_what_is_told_of_long_ago() -> None:
    (then, now) = read("swollen last year but swollen now").mentions(LEXICON.bit("swollen"))
    assert then.is_past
    assert not now.is_past


def test_mentions_can_be_hidden() -> None:
    reading = read("hot leg. hot")
    reading.hide(LEXICON.bit("hot"), 0, 1)
    assert [mention.start for mention in reading.mentions(LEXICON.bit("hot"))] == [2]
    reading.hide(LEXICON.bit("hot"), 2, 2)
    assert not reading.concepts & LEXICON.bit("hot")


def test_a_denied_mention_is_no_mention_for_unless() -> None:
    assert not read("not hot").has(LEXICON.bit("hot"))
    assert read("hot").has(LEXICON.bit("hot"))


def test_an_endless_text_has_few_mentions() -> None:
    assert len(read("hot leg " * 500).mentions(LEXICON.bit("hot"))) <= 40
