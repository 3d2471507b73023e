"""Character references (&lt; and the like) and places in a text."""

import re

_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([a-zA-Z]*))(;?)")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_LONGEST_NUMBER = 10
_END_OF_UNICODE = 0x10FFFF


def character_reference(source: str, position: int) -> tuple[str, int]:
    """The character that an & stands for and where the text goes on; the & itself if it stands for none."""
    found = _REFERENCE.match(source, position)
    character = _character(found) if found else ""
    return (character, found.end()) if found and character else ("&", position + 1)


def _character(found: re.Match[str]) -> str:
    hexadecimal, decimal, name, semicolon = found.groups()
    if name is not None:
        return _NAMED.get(name, "")
    digits = hexadecimal or decimal
    is_too_long = found.end() - found.start() - len(semicolon) >= _LONGEST_NUMBER
    code = int(digits, 16 if hexadecimal else 10) if digits and not is_too_long else 0
    return chr(code) if 0 < code < _END_OF_UNICODE else ""


def byte_offset(source: str, position: int) -> int:
    """Where a position of the text is in its UTF-8 form, which is how Telegram counts in its complaints."""
    return len(source[:position].encode())
