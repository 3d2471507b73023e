"""Character references: &lt; and the like."""

import re

# As in TDLib, the semicolon may be missing, and the very last code point is excluded.
_REFERENCE = re.compile(r"&(?:#[xX]([0-9a-fA-F]*)|#([0-9]*)|([a-zA-Z]*))(;?)")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_LONGEST_NUMBER = 10
_END_OF_UNICODE = 0x10FFFF


def character_reference(source: str, position: int) -> tuple[str, int]:
    """Return the character that an & stands for, and the position after it. The & itself if it stands for none."""
    match = _REFERENCE.match(source, position)
    assert match
    hexadecimal, decimal, name, semicolon = match.groups()
    if name is not None:
        character = _NAMED.get(name, "")
    else:
        digits = hexadecimal or decimal
        is_too_long = match.end() - position - len(semicolon) >= _LONGEST_NUMBER
        code = int(digits, 16 if hexadecimal else 10) if digits and not is_too_long else 0
        character = chr(code) if 0 < code < _END_OF_UNICODE else ""
    return (character, match.end()) if character else ("&", position + 1)


def decoded(text: str) -> str:
    """Return a text with its character references replaced."""
    pieces, position = [], 0
    while (special := text.find("&", position)) >= 0:
        pieces.append(text[position:special])
        character, position = character_reference(text, special)
        pieces.append(character)
    return "".join(pieces) + text[position:]
