"""Finds the mentions of concepts in a text, and which of them are denied or of long ago."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from bot.parsing.intent.lexicon import NOT, Bits, Lexicon, Phrase, Reader, Word
from bot.parsing.intent.tokens import Token, tokens

OR, BUT, PAST, SKIP, FILLER, IDIOM = "or", "but", "past", "skip", "filler", "idiom"
FEW, TENS, TIME = "few", "tens", "time"
"""The concepts that numbers have: up to nine, ten and more, a time or a year."""
RESERVED = (NOT, OR, BUT, PAST, SKIP, FILLER, IDIOM, FEW, TENS, TIME)
TEN, YEARS = 10, ("1900", "2030")
"""The first number of two figures, and the range of numbers that are years. A year means that a text is of the past."""
DENIED_WITHIN = 5
"""How many words after a "no" it can deny."""
LIST_WITHIN = 3
"""How many words may stand between something denied and the "or" that continues the list."""
MOST_MENTIONS = 40
"""How many mentions of one concept are examined: the first and the last ones."""


class Mention(NamedTuple):
    """Words that stand for a concept: the positions of the first and last word, and of each "no" that denies them."""

    start: int
    end: int
    clause: int
    sentence: int
    denials: frozenset[int] = frozenset()
    is_past: bool = False


class Span(NamedTuple):
    """A listed phrase in the text."""

    start: int
    end: int
    phrase: Phrase


NO_DENIALS: frozenset[int] = frozenset()


class Reading:
    """The mentions in one text, by concept."""

    def __init__(self, lexicon: Lexicon, deniable: Bits, text: str) -> None:
        self._lexicon = lexicon
        self._deniable = deniable
        self._not, self._or, self._but = lexicon.bit(NOT), lexicon.bit(OR), lexicon.bit(BUT)
        self._skip, self._idiom = lexicon.bit(SKIP), lexicon.bit(IDIOM)
        self.tokens: list[Token] = []
        self.words: list[Word] = []
        reader = Reader(lexicon)
        for token in tokens(text):
            for word in reader.read(token):
                self.tokens.append(token)
                self.words.append(word)
        self.concepts: Bits = 0
        """All concepts that the text mentions."""
        self._mentions: dict[Bits, list[Mention]] = defaultdict(list)
        spans = list(self._spans())
        idioms = [span for span in spans if span.phrase.concept == self._idiom]
        phrases = [span for span in spans if not (span.phrase.is_near or _is_inside(span, idioms))]
        alone = self._alone(spans)
        self.at = list(alone)
        """The concepts of each word, alone or in a phrase."""
        for span in phrases:
            for number in range(span.start, span.end + 1):
                self.at[number] |= span.phrase.concept
        self._collect(alone, phrases)

    def _spans(self) -> Iterator[Span]:
        """Yield the listed phrases. One word of little meaning may stand between two of a phrase's words."""
        last = len(self.words) - 1
        for start in range(last):
            seconds = [start + 1]
            if start + 1 < last and self.words[start + 1].concepts & self._skip:
                seconds.append(start + 2)
            for second in seconds:
                if self.tokens[second].sentence != self.tokens[start].sentence:
                    continue
                for first_form in self.words[start].forms:
                    for second_form in self.words[second].forms:
                        for phrase in self._lexicon.phrases.get((first_form, second_form), ()):
                            if (end := self._end(phrase, second)) is not None:
                                yield Span(start, end, phrase)

    def _end(self, phrase: Phrase, second: int) -> int | None:
        """Return where a phrase ends whose second word is at ``second``; None if the text goes on differently."""
        number, sentence = second, self.tokens[second].sentence
        for form in phrase.forms[2:]:
            number += 1
            if number < len(self.words) and form not in self.words[number].forms:
                number += bool(self.words[number].concepts & self._skip)
            if number >= len(self.words) or form not in self.words[number].forms:
                return None
            if self.tokens[number].sentence != sentence:
                return None
        return number

    def _alone(self, spans: list[Span]) -> list[Bits]:
        """Return the concepts of each word alone, without those that the phrase around it rules out."""
        alone = [word.concepts | self._number(token) for word, token in zip(self.words, self.tokens, strict=True)]
        for span in spans:
            for number in range(span.start, span.end + 1):
                if span.phrase.is_near:
                    alone[number] &= ~span.phrase.concept
                elif span.phrase.concept == self._idiom:
                    alone[number] = self._idiom
                else:
                    # The "no" of "no feeling", which is a sign, denies nothing.
                    alone[number] &= ~self._not
        return alone

    def _number(self, token: Token) -> Bits:
        plain, bit = token.plain, self._lexicon.bit
        if not plain[0].isdecimal():
            return 0
        if not plain.isdecimal():
            return bit(TIME)
        if len(plain) == len(YEARS[0]) and YEARS[0] <= plain < YEARS[1]:
            return bit(PAST) | bit(TIME)
        return bit(FEW) if int(plain) < TEN else bit(TENS)

    def _collect(self, alone: list[Bits], phrases: list[Span]) -> None:
        """Collect the mentions, each with the positions of the "no" that deny it."""
        denials, past = self._denials(alone, phrases), self._past()
        spans = [(number, number, bits) for number, bits in enumerate(alone) if bits]
        spans += [(span.start, span.end, span.phrase.concept) for span in phrases]
        for start, end, bits in sorted(spans):
            token, words = self.tokens[start], range(start, end + 1)
            denied = NO_DENIALS
            if denials and bits & self._deniable:
                denied = frozenset(number for word in words for number in denials.get(word, ()))
            mention = Mention(start, end, token.clause, token.sentence, NO_DENIALS, not past.isdisjoint(words))
            for bit in bits_of(bits):
                self.add(bit, mention._replace(denials=denied) if denied and bit & self._deniable else mention)

    def add(self, concept: Bits, mention: Mention) -> None:
        """Add one mention of one concept."""
        self._mentions[concept].append(mention)
        self.concepts |= concept

    def hide(self, concepts: Bits, start: int, end: int) -> None:
        """Remove the mentions of concepts that overlap the words from ``start`` to ``end``."""
        for bit in bits_of(concepts & self.concepts):
            kept = [mention for mention in self._mentions[bit] if mention.start > end or mention.end < start]
            self._mentions[bit] = kept
            if not kept:
                self.concepts &= ~bit

    def has(self, concepts: Bits) -> bool:
        """Return whether at least one of the concepts is mentioned without being denied."""
        bits = bits_of(concepts & self.concepts)
        return any(not mention.denials for bit in bits for mention in self._mentions[bit])

    def mentions(self, concepts: Bits) -> list[Mention]:
        """Return the mentions of any of the concepts, in the order of the text."""
        lists = [self._mentions[bit] for bit in bits_of(concepts & self.concepts)]
        mentions = lists[0] if len(lists) == 1 else sorted({mention for one in lists for mention in one})
        half = MOST_MENTIONS // 2
        return mentions if len(mentions) <= MOST_MENTIONS else mentions[:half] + mentions[-half:]

    def consists_of(self, concepts: Bits) -> bool:
        """Return whether every word stands for one of the concepts. Emoji do not count."""
        return all(
            bits & concepts or not token.plain[0].isalnum() for bits, token in zip(self.at, self.tokens, strict=True)
        )

    def text(self, start: int, end: int) -> str:
        """Return the words from ``start`` to ``end`` as they were read."""
        return " ".join(dict.fromkeys(token.written for token in self.tokens[start : end + 1]))

    # Denials

    def _denials(self, alone: list[Bits], phrases: list[Span]) -> dict[int, set[int]]:
        """Return the positions of each "no" that denies a word, by the position of the word."""
        negators = [number for number, bits in enumerate(alone) if bits & self._not]
        # The "no more" of "no more cramp", which is a good sign, denies nothing either.
        longer = [span for span in phrases if not span.phrase.concept & self._not]
        negators += [span.end for span in phrases if span.phrase.concept & self._not and not _is_inside(span, longer)]
        denials: dict[int, set[int]] = defaultdict(set)
        for negator in negators:
            for number in self._denied_by(negator):
                # All of "blood clot" is denied, and not only the blood.
                for start, end in [(number, number), *((span.start, span.end) for span in phrases)]:
                    if start <= number <= end:
                        for word in range(start, end + 1):
                            denials[word].add(negator)
        return denials

    def _denied_by(self, negator: int) -> list[int]:
        """Return the positions of the words that a "no" denies: the first sign after it, and a list that it begins."""
        clause = self.tokens[negator].clause
        for number in range(negator + 1, min(negator + 1 + DENIED_WITHIN, len(self.words))):
            if self.tokens[number].clause != clause:
                break
            if self.at[number] & self._deniable:
                return [number, *self._listed_after(number)]
            if self.at[number] & self._but:
                break
        return []

    def _listed_after(self, number: int) -> list[int]:
        """Return the positions of the other signs in a list with "or", such as "no swelling, redness or heat"."""
        denied: list[int] = []
        pending: list[int] = []
        distance = 0
        while (number := number + 1) < len(self.words) and distance <= LIST_WITHIN:
            bits = self.at[number]
            if bits & self._or:
                after = range(number + 1, min(number + 1 + LIST_WITHIN, len(self.words)))
                sign = next((position for position in after if self.at[position] & self._deniable), None)
                if sign is None:
                    break
                denied += [*pending, sign]
                pending, distance, number = [], 0, sign
            elif bits & self._but or (distance and bits & self._deniable):
                # "No chest pain, my leg is swollen or numb": the leg begins another thought.
                break
            elif bits & self._deniable:
                pending.append(number)
            else:
                distance += 1
        return denied

    def _past(self) -> set[int]:
        """Return the positions of words that tell of long ago: those around "last year", up to a "but" or a "now"."""
        bit, past = self._lexicon.bit(PAST), set[int]()
        marks = [number for number, bits in enumerate(self.at) if bits & bit]
        for mark in marks:
            for direction in (range(mark, -1, -1), range(mark, len(self.words))):
                for number in direction:
                    if self.tokens[number].sentence != self.tokens[mark].sentence or self.at[number] & self._but:
                        break
                    past.add(number)
        return past


def bits_of(concepts: Bits) -> Iterator[Bits]:
    """Yield each concept of a set."""
    while concepts:
        bit = concepts & -concepts
        yield bit
        concepts ^= bit


def _is_inside(span: Span, others: list[Span]) -> bool:
    return any(other is not span and other.start <= span.start and span.end <= other.end for other in others)
