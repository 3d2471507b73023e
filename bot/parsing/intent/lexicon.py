"""Which concepts a word stands for: as listed, as the beginning of a word, misspelt, or written as one with another."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from bot.parsing.intent.tokens import Token, fold, squeezed

SHORTEST_SLIP, SHORTEST_BEGINNING_SLIP = 5, 6
"""Letters of the shortest listed word, and beginning, that may be misspelt. A slip in a shorter one is another word."""
SHORTEST_SWAP = 4
"""Letters of the words in which two neighbours may be swapped, although they are too short for other slips."""
SHORTEST_JOINED, SHORTEST_PIECE = 8, 3
"""Letters of words that were written as one, and of each of them."""
SENTENCE_LETTERS = 16
"""Letters of a word that is so long that it must be a sentence without spaces."""
ENDS = (0, -1)
"""The positions of the first and the last letter of a word."""
MOSTLY = 0.7
"""The share of a word that a listed beginning covers if the rest is only an ending."""
MOST_SEARCHES = 100
"""Unknown words of one message that are looked up as slips. A person in pain does not write so many."""
GLUE, FIRST = "glue", "first"
"""The concepts of short words that may be written as one with others, and of the first words of compounds."""
Bits = int
"""A set of concepts, one bit for each."""
Form = str
"""A listed word as the lexicon keeps it: ``word``, ``beginning*`` or ``=word``."""


class Word(NamedTuple):
    """The listed forms that a word of a text matches, and the concepts that they stand for."""

    forms: frozenset[Form]
    concepts: Bits


class Phrase(NamedTuple):
    """Listed forms in a row that stand for a concept. One that ``is_near`` only looks like it."""

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
        self._swaps: dict[str, Form] = {}
        self.phrases: dict[tuple[Form, Form], list[Phrase]] = defaultdict(list)
        """By their first two forms."""
        for words in languages:
            for name, entries in words.items():
                for entry in entries:
                    self._add(entry, self.bit(name))
        beginnings = [form.removesuffix("*") for form in self._known if form.endswith("*")]
        self._lengths = sorted({len(beginning) for beginning in beginnings})
        self._beginnings: dict[tuple[int, str], list[str]] = defaultdict(list)
        for text in beginnings:
            if len(text) >= SHORTEST_BEGINNING_SLIP:
                self._beginnings[len(text), text[0]].append(text)
        whole = (form for form in self._known - self._near.keys() if not (form.endswith("*") or form.startswith("=")))
        self._words: dict[tuple[int, int, str], list[str]] = defaultdict(list)
        for text in whole:
            if len(text) >= SHORTEST_SLIP:
                for end in ENDS:
                    self._words[len(text), end, text[end]].append(text)
        self._glue, self._first = (
            {form for form, bits in self._meanings.items() if bits & self.bit(name)} for name in (GLUE, FIRST)
        )

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

    def _add(self, entry: str, concept: Bits) -> None:
        is_near, entry = entry.startswith("!"), entry.removeprefix("!")
        first, *rest = (self._form(word) for word in entry.split())
        if rest:
            self.phrases[first, rest[0]].append(Phrase((first, *rest), concept, is_near))
        elif is_near:
            self._near[first] |= concept
        else:
            self._meanings[first] |= concept

    def _form(self, word: str) -> Form:
        form = word.casefold() if word.startswith("=") else fold(word)
        self._known.add(form)
        if len(form) == SHORTEST_SWAP and form.isalpha():
            for left in range(SHORTEST_SWAP - 1):
                self._swaps[form[:left] + form[left + 1] + form[left] + form[left + 2 :]] = form
        return form

    def listed(self, plain: str, written: str = "") -> set[Form]:
        """Return the forms that are this word, whatever its accents. ``written`` has them."""
        return {form for form in (plain, f"={written}") if form in self._known}

    def begun(self, plain: str) -> set[Form]:
        """Return the forms that this word begins with."""
        return {form for length in self._lengths if (form := f"{plain[:length]}*") in self._known}

    def slipped(self, plain: str) -> set[Form]:
        """Return the forms that this word is one slip away from: a letter too many, too few, wrong, or two swapped."""
        # One slip leaves the first or the last letter as it is. To look only there takes a fifth of the time.
        forms = {
            match
            for length in range(len(plain) - 1, len(plain) + 2)
            for end in ENDS
            for match in _one_slip_away(plain, self._words.get((length, end, plain[end]), ()))
        }
        if swapped := self._swaps.get(plain):
            forms.add(swapped)
        if forms:
            return forms
        # A slip in the first letter is rare, and to look for it in beginnings would take most of the time.
        for (length, letter), beginnings in self._beginnings.items():
            if letter == plain[0] and length <= len(plain) + 1:
                for end in range(length - 1, min(length + 1, len(plain)) + 1):
                    forms |= {f"{match}*" for match in _one_slip_away(plain[:end], beginnings)}
        return forms

    def compound(self, plain: str) -> list[Word]:
        """Return the two words of a Swedish compound, such as "vad" and "kramp". One of them may be misspelt."""
        for end in range(len(plain) - SHORTEST_PIECE, 1, -1):
            if plain[:end] in self._first:
                rest = plain[end:]
                second = self.word(self.listed(rest) | self.begun(rest))
                if not second.concepts and len(rest) >= SHORTEST_SLIP:
                    second = self.word(self.slipped(rest))
                if second.concepts:
                    return [self.word({plain[:end]}), second]
        for end in range(SHORTEST_SWAP, len(plain) - SHORTEST_PIECE):
            second = self.word(self.listed(plain[end:]))
            if second.concepts and (first := _one_slip_away(plain[:end], self._first)):
                return [self.word(first), second]
        return []

    def joined(self, plain: str) -> list[Word]:
        """Return the listed words that were written as one, the fewest possible. Empty if it is not made of such."""
        if len(plain) < SHORTEST_JOINED:
            return []
        fewest: list[list[str] | None] = [None] * len(plain) + [[]]
        for start in reversed(range(len(plain))):
            for end in range(start + 1, len(plain) + 1):
                rest, known = fewest[end], fewest[start]
                if rest is None or (known is not None and len(known) <= len(rest) + 1):
                    continue
                piece = plain[start:end]
                if piece in self._glue or (len(piece) >= SHORTEST_PIECE and piece in self._known):
                    fewest[start] = [piece, *rest]
        return [self.word({piece}) for piece in fewest[0] or ()]

    def contained(self, plain: str) -> list[Word]:
        """Return the listed words that stand in a very long one, which is a sentence without spaces, with a slip."""
        words, start = [], 0
        while len(plain) >= SENTENCE_LETTERS and start < len(plain):
            for end in range(len(plain), start + SHORTEST_PIECE, -1):
                if plain[start:end] in self._meanings:
                    words.append(self.word({plain[start:end]}))
                    start = end - 1
                    break
            start += 1
        return words

    def is_known(self, forms: Iterable[Form]) -> bool:
        """Return whether one of the forms stands for a concept, or only looks like one."""
        return any(form in self._meanings or form in self._near for form in forms)

    def word(self, forms: Iterable[Form]) -> Word:
        """Return a word with what its forms stand for, without what it only looks like."""
        concepts = near = 0
        for form in forms:
            concepts |= self._meanings.get(form, 0)
            near |= self._near.get(form, 0)
        return Word(frozenset(forms), concepts & ~near)


class Reader:
    """Looks up the words of one message, each different word once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._words: dict[str, list[Word]] = {}
        self._searches = 0

    def read(self, token: Token) -> list[Word]:
        """Return what a word may be. Words that were written as one give several."""
        words = self._words.get(token.written)
        if words is None:
            words = self._words[token.written] = self._look_up(token)
        return words

    def _look_up(self, token: Token) -> list[Word]:
        lexicon = self._lexicon
        forms: set[Form] = set()
        for plain in dict.fromkeys((token.plain, squeezed(token.plain))):
            begun = lexicon.begun(plain)
            if listed := lexicon.listed(plain, token.written):
                return [lexicon.word(listed | begun)]
            is_known = lexicon.is_known(begun)
            # "stenhårda" is "stenhård*" with an ending. "bröstsmärta" is more than "bröst*".
            if is_known and any(len(form) - 1 >= MOSTLY * len(plain) for form in begun):
                return [lexicon.word(begun)]
            if words := lexicon.compound(plain):
                return words
            forms |= begun
        plain, slipped = squeezed(token.plain), set[Form]()
        self._searches += 1
        if self._searches <= MOST_SEARCHES and plain.isalpha():
            slipped = lexicon.slipped(token.plain) or lexicon.slipped(plain)
        if not slipped and not lexicon.is_known(forms) and (words := lexicon.joined(plain) or lexicon.contained(plain)):
            return words
        return [lexicon.word(forms | slipped)]


def _one_slip_away(text: str, choices: Collection[str]) -> list[str]:
    if not choices:
        return []
    # Loaded with the first message: it takes 6 MiB, and a start must not wait for it.
    from rapidfuzz import process  # noqa: PLC0415
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    matches = process.extract(text, choices, scorer=OSA.distance, score_cutoff=1, limit=None)
    return [match for match, _, _ in matches]
