"""ASCII as TDLib reads it. TDLib works on bytes, so it knows no other letters, digits and spaces."""

import re

SPACE = r" \t\r\n\v"
"""For a class in a pattern. Where TDLib looks for the end of a word, the character NUL counts as well."""

LARGEST_INTEGER = 2**31 - 1
LARGEST_LONG = 2**63 - 1

_CAPITALS = re.compile("[A-Z]+")
_WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,18}")


def lower(text: str) -> str:
    """Return a text with A to Z in small letters, and every other letter as it is."""
    return text.lower() if text.isascii() else _CAPITALS.sub(lambda match: match[0].lower(), text)


def is_number(text: str, least: int, most: int) -> bool:
    """Return whether a text is a whole number from `least` to `most`, as a computer would write it."""
    return _WHOLE_NUMBER.fullmatch(text) is not None and least <= int(text) <= most


def byte_offset(source: str, position: int) -> int:
    """Return a position in the UTF-8 form of a text. Telegram's errors count bytes, unlike its entities."""
    return len(source[:position].encode())
