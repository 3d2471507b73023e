"""Which concepts a word stands for."""

import pytest

from bot.parsing.intent.lexicon import Lexicon, Reader
from bot.parsing.intent.tokens import tokens

LEXICON = Lexicon([
    {
        "chest": ["chest", "breastbone"], "cold": ["cold", "!coldplay"], "breathe": ["breathing", "breath*", "!breathtak*"],
        "tender": ["=öm"], "not": ["never"], "first": ["vad"], "calf": ["vad", "vaden"], "cramp": ["kramp", "cramp"],
        "pain": ["smärta"], "glue": ["i", "go"], "eased": ["finally", "let"], "other": ["of course"],
    },
])  # fmt: skip


def concepts(text: str) -> list[list[str]]:
    """Return the concepts of each word of a text."""
    reader = Reader(LEXICON)
    return [LEXICON.names(word.concepts) for token in tokens(text) for word in reader.read(token)]


@pytest.mark.parametrize(("text", "concept"), [
    ("chest", "chest"), ("CHEST", "chest"), ("cheest", "chest"), ("chst", "chest"), ("chets", "chest"), ("chesty", "chest"),
    ("clod", "cold"), ("breathing", "breathe"), ("breeathing", "breathe"), ("öm", "tender"), ("vaden", "calf"),
    ("craaaamp", "cramp"), ("breastbnoe", "chest"), ("braestbnoe", "chest"),
])  # fmt: skip
def test_a_word_stands_for_a_concept(text: str, concept: str) -> None:
    assert concepts(text) == [[concept]]


@pytest.mark.parametrize(
    "text", ["cheat", "coldplay", "breathtaking", "om", "colt", "xyzzy", "of", "🙂", "neverr", "chest" * 9, "x" * 4000]
)
def test_a_word_that_stands_for_none(text: str) -> None:
    assert not any(concepts(text))


@pytest.mark.parametrize(("text", "pieces"), [
    ("vadkramp", [["first", "calf"], ["cramp"]]),
    ("vadkrmap", [["first", "calf"], ["cramp"]]),
    ("finallyletgo", [["eased"], ["eased"], ["glue"]]),
])  # fmt: skip
def test_words_written_as_one(text: str, pieces: list[list[str]]) -> None:
    assert [sorted(piece) for piece in concepts(text)] == [sorted(piece) for piece in pieces]


def test_a_phrase_is_found_by_its_first_words() -> None:
    (phrase,) = LEXICON.phrases["of", "course"]
    assert LEXICON.names(phrase.concept) == ["other"]


def test_concepts_are_bits() -> None:
    bits = LEXICON.bits(["chest", "calf"])
    assert LEXICON.names(bits) == ["chest", "calf"]
    assert LEXICON.bit("chest") & bits
