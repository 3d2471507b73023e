"""Numbers of bank cards in a text, by TDLib's rules: the length, the check digit, and what the issuers use."""

import re
from collections.abc import Iterator

_HINT = re.compile(r"[0-9](?:[ -]*[0-9]){12}")
_DIGITS = re.compile(r"[0-9][0-9 -]*")
_UNBROKEN = re.compile(r"[0-9]{16,19}(?= )")
_LENGTHS = range(13, 20)
_ISSUERS: tuple[tuple[range, frozenset[int]], ...] = (
    (range(4000, 5000), frozenset({13, 16, 18, 19})),  # Visa
    (range(5100, 5600), frozenset({16})),  # Mastercard
    (range(2221, 2721), frozenset({16})),  # Mastercard
    (range(3400, 3500), frozenset({15})),  # American Express
    (range(3700, 3800), frozenset({15})),  # American Express
    (range(6200, 6300), frozenset(range(16, 20))),  # UnionPay
    (range(8100, 8200), frozenset(range(16, 20))),  # UnionPay
    (range(2200, 2205), frozenset({16})),  # Mir
)
"""The first four digits of an issuer's cards, and how many digits its cards have. Other cards may have any number."""


def bank_cards(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each number of a card begins, and the position after it."""
    position = 0 if _HINT.search(text) else len(text)
    while run := _DIGITS.search(text, position):
        start, position = run.span()
        if start and _joins(text[start - 1], ".,+-_"):
            continue
        # More digits may follow a number without breaks, such as the date until which the card is valid.
        match = _UNBROKEN.match(text, start) or run
        position = match.end()
        number = match[0].rstrip(" -")
        end = start + len(number)
        if _is_card(number) and not (end < len(text) and _joins(text[end], "-_")):
            yield start, end


def _joins(character: str, signs: str) -> bool:
    """Return whether a character before or after a number makes it a part of something else."""
    return character in signs or character.isalpha()


def _is_card(number: str) -> bool:
    digits = [int(character) for character in number if character.isdigit()]
    if len(digits) not in _LENGTHS or len(number) >= 2 * len(digits):
        return False
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    if (sum(digits[-1::-2]) + sum(doubled)) % 10:
        return False
    issuer = int(number.replace(" ", "").replace("-", "")[:4])
    return all(len(digits) in lengths for numbers, lengths in _ISSUERS if issuer in numbers)
