"""Character references (&lt; and the like), and positions in a text as Telegram counts them."""

import re

# As in TDLib's decode_html_entity, the semicolon may be missing, and the very last code point is excluded.
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([a-zA-Z]*))(;?)")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_LONGEST_NUMBER = 10
_END_OF_UNICODE = 0x10FFFF


def character_reference(source: str, position: int) -> tuple[str, int]:
    """Return the character that an & stands for, and the position after it. The & itself if it stands for none."""
    match = _REFERENCE.match(source, position)
    character = _character(match) if match else ""
    return (character, match.end()) if match and character else ("&", position + 1)


def _character(match: re.Match[str]) -> str:
    hexadecimal, decimal, name, semicolon = match.groups()
    if name is not None:
        return _NAMED.get(name, "")
    digits = hexadecimal or decimal
    is_too_long = match.end() - match.start() - len(semicolon) >= _LONGEST_NUMBER
    code = int(digits, 16 if hexadecimal else 10) if digits and not is_too_long else 0
    return chr(code) if 0 < code < _END_OF_UNICODE else ""


def byte_offset(source: str, position: int) -> int:
    """Return a position in the UTF-8 form of a text. Telegram's errors count bytes, unlike its entities."""
    return len(source[:position].encode())
