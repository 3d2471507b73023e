"""Start tags of Telegram's HTML style, with their attributes."""

import re

from simulator.markup.ascii_text import SPACE, byte_offset, lower
from simulator.markup.character_references import decoded
from simulator.markup.entities import MarkupError

Attributes = dict[str, str]

_NAME = re.compile(rf"[^{SPACE}\0>]*")
_SPACE = re.compile(rf"[{SPACE}]*")
_ATTRIBUTE_NAME = re.compile(rf"[^{SPACE}\0=>/\"']*")
_UNQUOTED_VALUE = re.compile(r"[a-zA-Z0-9.-]*")
_ENDS_VALUE = re.compile(rf"[{SPACE}\0>]|\Z")
_TAGS = frozenset(
    (
        "a", "b", "strong", "i", "em", "s", "strike", "del", "u", "ins",
        "tg-spoiler", "tg-emoji", "tg-time", "span", "pre", "code", "blockquote",
    )
)  # fmt: skip
_CLASSES = {"span": "tg-", "code": "language-"}
"""How a class must begin. Other classes are ignored."""
_END = "\0"
"""Inside a tag, TDLib takes this character for the end of the text."""


def read_tag(source: str, start: int) -> tuple[str, Attributes, int]:
    """Read the start tag at `start`. Return its name, its attributes and the position after it.

    Raises:
        MarkupError: if Telegram does not know the tag or it is malformed.
    """
    position = _end(_NAME, source, start + 1)
    if source[position : position + 1] in ("", _END):
        raise MarkupError(f"Unclosed start tag at byte offset {byte_offset(source, start)}")
    tag = lower(source[start + 1 : position])
    if tag not in _TAGS:
        raise MarkupError(f'Unsupported start tag "{tag}" at byte offset {byte_offset(source, start)}')
    attributes, position = _TagReader(source, start, tag).attributes(position)
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {byte_offset(source, start)}')
    return tag, attributes, position


class _TagReader:
    """Reads the attributes of one tag. Every method takes a position and returns the position after what it read."""

    def __init__(self, source: str, start: int, tag: str) -> None:
        self.source, self.start, self.tag = source, start, tag

    def attributes(self, position: int) -> tuple[Attributes, int]:
        attributes: Attributes = {}
        while self.at(position := self.after_space(position)) != ">":
            name, position = self.name(position)
            position = self.after_space(position)
            if self.at(position) == "=":
                value, position = self.value(self.after_space(position + 1))
                if name != "class" or value.startswith(_CLASSES.get(self.tag, "")):
                    attributes[name] = value
            elif self.at(position) == _END:
                raise self.unclosed(named=True)
            else:
                attributes.setdefault(name, "")
        return attributes, position + 1

    def name(self, position: int) -> tuple[str, int]:
        end = _end(_ATTRIBUTE_NAME, self.source, position)
        if end == position:
            where = byte_offset(self.source, self.start)
            raise MarkupError(f'Empty attribute name in the tag "{self.tag}" at byte offset {where}')
        return self.source[position:end], end

    def value(self, position: int) -> tuple[str, int]:
        if self.at(position) == _END:
            raise self.unclosed(named=True)
        value, end = self.quoted(position) if self.at(position) in "\"'" else self.unquoted(position)
        if self.at(end) == _END:
            raise self.unclosed()
        return value, end

    def unquoted(self, position: int) -> tuple[str, int]:
        end = _end(_UNQUOTED_VALUE, self.source, position)
        if not _ENDS_VALUE.match(self.source, end):
            raise MarkupError(f"Unexpected end of name token at byte offset {byte_offset(self.source, position)}")
        return lower(self.source[position:end]), end  # TDLib lowers unquoted values only

    def quoted(self, position: int) -> tuple[str, int]:
        end = self.source.find(self.source[position], position + 1)
        value = self.source[position + 1 : end]
        if end < 0 or _END in value:
            raise self.unclosed()
        return decoded(value), end + 1

    def at(self, position: int) -> str:
        return self.source[position : position + 1] or _END

    def after_space(self, position: int) -> int:
        return _end(_SPACE, self.source, position)

    def unclosed(self, *, named: bool = False) -> MarkupError:
        tag = f' "{self.tag}"' if named else ""
        return MarkupError(f"Unclosed start tag{tag} at byte offset {byte_offset(self.source, self.start)}")


def _end(pattern: re.Pattern[str], source: str, position: int) -> int:
    match = pattern.match(source, position)
    return match.end() if match else position
