"""Finds the listed word that somebody misspelt, or the listed words that somebody joined into one."""

import gzip
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

SHORTEST_SLIP, SHORTEST_TWO_SLIPS = 5, 6
"""Letters of the shortest words that may have one slip, and two. A shorter word with a slip is just another word."""
SHORTEST_BEGINNING = 6
"""Letters of the shortest beginning of words that may have a slip."""
SHORTEST_SWAP = 4
"""Letters of the words in which two neighbours may be swapped. They are too short for other slips."""
SHORTEST_JOINED, SHORTEST_PIECE = 8, 3
"""The minimum number of letters in joined words, and in each of them. Glue words, such as "i", may be shorter."""
SHORTEST_SENTENCE, MOST_LEFT_OVER = 12, 3
"""The minimum number of letters in a sentence without spaces, and how many in it may belong to no known word."""
LONGEST_WORD = 40
"""Letters of the longest word that is examined. Nobody means a word by a longer one."""
FIRST, LAST = 0, -1
"""The positions of letters in a word."""
EVERYDAY_FILE = Path(__file__).with_name("everyday_words.gz")


@cache
def everyday_words() -> frozenset[str]:
    """Return words that everybody uses, without accents. They are not taken for slips of listed words."""
    return frozenset(gzip.decompress(EVERYDAY_FILE.read_bytes()).decode().split())


class Slips:
    """Finds the listed words of which a word is a slip: a letter too many, too few or wrong, or two letters swapped.

    Args:
        words: The listed words that may be misspelt, whole words and beginnings of words.
        beginnings: Those of ``words`` that are beginnings.
    """

    def __init__(self, words: Iterable[str], beginnings: Iterable[str] = ()) -> None:
        self._words: dict[tuple[int, int, str], list[str]] = defaultdict(list)
        """The words by their number of letters and by their first or last letter."""
        self._swaps: dict[str, str] = {}
        for word in words:
            if len(word) >= SHORTEST_SLIP:
                for position in (FIRST, LAST):
                    self._words[len(word), position, word[position]].append(word)
            elif len(word) == SHORTEST_SWAP:
                self._swaps |= dict.fromkeys(_swaps(word), word)
        self._beginnings: dict[tuple[int, str], list[str]] = defaultdict(list)
        """The beginnings by their number of letters and by the first letter. A slip in the first letter is rare."""
        for beginning in beginnings:
            if len(beginning) >= SHORTEST_BEGINNING:
                self._beginnings[len(beginning), beginning[FIRST]].append(beginning)

    def meant(self, plain: str) -> set[str]:
        """Return the listed words that are one slip away. If there are none, return those that are two slips away."""
        if not plain.isalpha() or len(plain) > LONGEST_WORD:
            return set()
        words = self._within(1, plain)
        if swapped := self._swaps.get(plain):
            words.add(swapped)
        if not words and len(plain) >= SHORTEST_TWO_SLIPS:
            words = self._begun(plain) or self._within(2, plain)
        return words

    def _begun(self, plain: str) -> set[str]:
        """Return the listed beginnings with which the word begins if one slip is corrected."""
        return {
            beginning
            for (length, letter), beginnings in self._beginnings.items()
            if letter == plain[FIRST] and length < len(plain)
            for end in (length - 1, length, length + 1)
            for beginning in close(plain[:end], beginnings)
        }

    def _within(self, slips: int, plain: str) -> set[str]:
        # A slip mostly leaves the first or the last letter as it is. Searching only there takes a fifth of the time.
        return {
            word
            for length in range(len(plain) - slips, len(plain) + slips + 1)
            for position in (FIRST, LAST)
            for word in close(plain, self._words.get((length, position, plain[position]), ()), slips)
        }


def close(text: str, words: Collection[str], slips: int = 1) -> list[str]:
    """Return the words that are at most ``slips`` slips away from a text."""
    if not words:
        return []
    # Loaded with the first message: it takes 6 MiB, and a start must not wait for it.
    from rapidfuzz import process  # noqa: PLC0415
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    return [word for word, _, _ in process.extract(text, words, scorer=OSA.distance, score_cutoff=slips, limit=None)]


def _swaps(word: str) -> set[str]:
    places = range(len(word) - 1)
    return {word[:place] + word[place + 1] + word[place] + word[place + 2 :] for place in places}


def pieces(plain: str, known: Collection[str], glue: Collection[str]) -> list[str]:
    """Return the known words that a text without spaces consists of, with as few letters left over as possible.

    Empty if letters are left over. A long text may have a few, because a slip makes one of its words unknown.
    """
    if not SHORTEST_JOINED <= len(plain) <= LONGEST_WORD:
        return []
    best: list[tuple[int, int, list[str]]] = [(0, 0, [])]
    """For each end of the text, the shortest first: the letters left over, the number of words, and the words."""
    for start in reversed(range(len(plain))):
        left_over, count, words = best[-1]
        options = [(left_over + 1, count, words)]
        for end in range(start + 1, len(plain) + 1):
            piece = plain[start:end]
            if piece in glue or (len(piece) >= SHORTEST_PIECE and piece in known):
                left_over, count, words = best[len(plain) - end]
                options.append((left_over, count + 1, [piece, *words]))
        best.append(min(options))
    left_over, _, words = best[-1]
    return words if left_over <= (MOST_LEFT_OVER if len(plain) >= SHORTEST_SENTENCE else 0) else []
