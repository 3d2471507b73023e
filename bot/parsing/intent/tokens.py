"""Splits a text into words: in lower case, without accents, each with the number of its clause and sentence."""

import re
from typing import NamedTuple
from unicodedata import category, combining, normalize

LONGEST_TEXT = 4096
"""Only this many characters are read. Telegram allows no longer message."""
_APOSTROPHES = re.compile(r"(?<=\w)['’`ʼ](?=\w)")
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
"""Soft hyphens, joiners and marks of direction, which some keyboards put into words."""
_LETTERS = str.maketrans({"ø": "o", "æ": "a", "ß": "ss", "ł": "l", "đ": "d"})
"""Letters that Unicode does not decompose into a letter and an accent."""
_WORD = re.compile(r"\d+(?:[:.]\d+)?|[^\W\d_]+|[^\w\s]|\n")
_CLAUSE_ENDS = frozenset(',;:()–—"“”/')
_SENTENCE_ENDS = frozenset(".!?…\n")
_FIRST_EMOJI = "\u2000"
"""Signs below this one, such as ``+`` and ``*``, are no words. Neither are marks that only vary the emoji before
them."""
_RUN = re.compile(r"(.)\1{2,}")


class Token(NamedTuple):
    """One word, number or emoji. ``plain`` is ``written`` without accents. Clauses and sentences are numbered."""

    written: str
    plain: str
    clause: int
    sentence: int


def fold(text: str) -> str:
    """Return a text in lower case, without accents and apostrophes: ``"Tårna can't"`` gives ``"tarna cant"``."""
    return _unaccented(_lower(text))


def tokens(text: str) -> list[Token]:
    """Return the words of a text. Punctuation and line breaks end a clause or a sentence, and are no words."""
    words: list[Token] = []
    clause = sentence = 0
    for word in _WORD.findall(_lower(text)):
        if word[0].isalnum() or (word[0] > _FIRST_EMOJI and category(word[0]).startswith("S")):
            words.append(Token(word, _unaccented(word), clause, sentence))
        elif word in _SENTENCE_ENDS:
            clause += 1
            sentence += 1
        elif word in _CLAUSE_ENDS:
            clause += 1
    return words


def squeezed(word: str) -> str:
    """Return a word without the letters of a key that was held down: ``"cramppp"`` gives ``"cramp"``."""
    return _RUN.sub(r"\1", word)


def _lower(text: str) -> str:
    # Some people type an acute accent as an apostrophe. NFKC would turn it into a space and a combining accent.
    readable = _INVISIBLE.sub("", text[:LONGEST_TEXT]).replace("´", "'")
    return _APOSTROPHES.sub("", normalize("NFKC", readable).casefold())


def _unaccented(text: str) -> str:
    if text.isascii():
        return text
    return "".join(char for char in normalize("NFKD", text) if not combining(char)).translate(_LETTERS)
