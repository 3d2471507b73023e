"""Finds the concepts of a word, even if it is longer than the listed one, misspelt, or joined with another word."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from bot.parsing.intent.spelling import Slips, close, everyday_words, pieces
from bot.parsing.intent.tokens import Token, fold, squeezed

SHORTEST_FIRST, SHORTEST_REST = 4, 4
"""The minimum number of letters in a misspelt first word of a compound, and in any second word."""
MOST_SEARCHES = 100
"""How many unknown words of one message are examined for slips. A person in pain does not write so many."""
NOT, GLUE, FIRST = "not", "glue", "first"
"""The concepts of a "no", of short words that may be joined with others, and of first words of compounds."""
Bits = int
"""A set of concepts, one bit for each."""
Form = str
"""A listed word as the lexicon keeps it: ``word``, ``beginning*`` or ``=word``."""


class Word(NamedTuple):
    """The listed forms that a word of a text matches, and the concepts that they stand for."""

    forms: frozenset[Form]
    concepts: Bits


class Phrase(NamedTuple):
    """Listed forms in a row that stand for a concept, or, if it ``is_near``, only look as if they did."""

    forms: tuple[Form, ...]
    concept: Bits
    is_near: bool


class Lexicon:
    """The words of all languages together.

    An entry of a list is a word, several words in a row, ``beginning*``, ``=word`` (exactly so, with its accents) or
    ``!entry`` (looks like the concept, and is not).
    """

    def __init__(self, languages: Iterable[Mapping[str, Iterable[str]]]) -> None:
        self._bits: dict[str, Bits] = {}
        self._meanings: dict[Form, Bits] = defaultdict(int)
        self._near: dict[Form, Bits] = defaultdict(int)
        self._known: set[Form] = set()
        self.phrases: dict[tuple[Form, Form], list[Phrase]] = defaultdict(list)
        """The phrases by their first two forms."""
        for words in languages:
            for name, entries in words.items():
                for entry in entries:
                    self._add(entry, self.bit(name))
        beginnings = {form.removesuffix("*") for form in self._known if form.endswith("*")}
        self._lengths = sorted({len(beginning) for beginning in beginnings})
        meant = {form for form in self._known - self._near.keys() if form[0] != "="}
        self._slips = Slips({form.removesuffix("*") for form in meant}, beginnings)
        self._glue, self._first = (
            {form for form, bits in self._meanings.items() if bits & self.bit(name)} for name in (GLUE, FIRST)
        )

    def _add(self, entry: str, concept: Bits) -> None:
        is_near, entry = entry.startswith("!"), entry.removeprefix("!")
        forms = [word.casefold() if word.startswith("=") else fold(word) for word in entry.split()]
        self._known.update(forms)
        if len(forms) > 1:
            self.phrases[forms[0], forms[1]].append(Phrase(tuple(forms), concept, is_near))
        elif is_near:
            self._near[forms[0]] |= concept
        else:
            self._meanings[forms[0]] |= concept

    def bit(self, concept: str) -> Bits:
        """Return the bit of a concept. A new name gets the next bit."""
        return self._bits.setdefault(concept, 1 << len(self._bits))

    def bits(self, concepts: Iterable[str]) -> Bits:
        """Return the set of several concepts."""
        bits = 0
        for concept in concepts:
            bits |= self.bit(concept)
        return bits

    def names(self, concepts: Bits) -> list[str]:
        """Return the names of the concepts in a set."""
        return [name for name, bit in self._bits.items() if concepts & bit]

    def known(self, token: Token) -> list[Word]:
        """Return the words that a token, spelt as listed, stands for: two for a compound. Empty if it is unknown."""
        for plain in dict.fromkeys((token.plain, squeezed(token.plain))):
            if listed := self._listed(plain, token.written):
                return [self._word(listed | self._begun(plain))]
            for first, rest in _splits(plain):  # a compound, such as "vad" and "kramp"
                if first in self._first and (second := self._word(self._listed(rest) | self._begun(rest))).concepts:
                    return [self._word(self._listed(first) | self._begun(first)), second]
            begun = self._begun(plain)
            if any(form in self._meanings or form in self._near for form in begun):
                return [self._word(begun)]
        return []

    def meant(self, token: Token) -> list[Word]:
        """Return the words that an unknown token may stand for: it may be misspelt, or several words in one."""
        if token.plain in everyday_words():
            return []
        plain = squeezed(token.plain)
        if slipped := self._slipped(token.plain) or self._slipped(plain):
            word = self._word(slipped | self._begun(plain))
            # Only a "no" that is spelt as listed denies a danger.
            return [word._replace(concepts=word.concepts & ~self.bit(NOT))]
        for first, rest in _splits(plain):  # a compound, one word of which is a slip
            if first in self._first and (forms := self._slipped(rest)):
                return [self._word({first}), self._word(forms)]
            if len(first) >= SHORTEST_FIRST and rest in self._meanings and (words := close(first, self._first)):
                return [self._word(words), self._word({rest})]
        return [self._word({piece}) for piece in pieces(plain, self._known, self._glue)]

    def _listed(self, plain: str, written: str = "") -> set[Form]:
        """Return the listed forms of this word. ``written`` is the word with its accents."""
        return {form for form in (plain, f"={written}") if form in self._known}

    def _begun(self, plain: str) -> set[Form]:
        """Return the forms that this word begins with."""
        return {form for length in self._lengths if (form := f"{plain[:length]}*") in self._known}

    def _slipped(self, plain: str) -> set[Form]:
        """Return the forms that this word is a slip of."""
        return {form for word in self._slips.meant(plain) for form in (word, f"{word}*") if form in self._known}

    def _word(self, forms: Iterable[Form]) -> Word:
        """Return a word with the concepts of its forms, without those that it only looks like."""
        concepts = near = 0
        for form in forms:
            concepts |= self._meanings.get(form, 0)
            near |= self._near.get(form, 0)
        return Word(frozenset(forms), concepts & ~near)


def _splits(plain: str) -> Iterable[tuple[str, str]]:
    """Return the ways to split a word into two, those with the longest first part first."""
    return ((plain[:end], plain[end:]) for end in range(len(plain) - SHORTEST_REST, 1, -1))


class Reader:
    """Looks up the words of one message. Each word is looked up only once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._words: dict[str, list[Word]] = {}
        self._searches = 0

    def read(self, token: Token) -> list[Word]:
        """Return the words that a token may stand for: several if it joins them, or an unknown one without concepts."""
        words = self._words.get(token.written)
        if words is None:
            words = self._lexicon.known(token)
            if not words and self._searches < MOST_SEARCHES:
                self._searches += 1
                words = self._lexicon.meant(token)
            words = self._words[token.written] = words or [Word(frozenset(), 0)]
        return words
