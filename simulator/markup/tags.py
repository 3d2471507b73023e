"""Start tags of Telegram's HTML style, with their attributes."""

import re

from simulator.markup.character_references import byte_offset, character_reference
from simulator.markup.entities import MarkupError

Attributes = dict[str, str]

_NAME = re.compile(r"[^\s>]*")
_SPACE = re.compile(r"\s*")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>/\"']*")
_UNQUOTED_VALUE = re.compile(r"[a-zA-Z0-9.-]*")
_TAGS = frozenset(
    (
        "a", "b", "strong", "i", "em", "s", "strike", "del", "u", "ins",
        "tg-spoiler", "tg-emoji", "tg-time", "span", "pre", "code", "blockquote",
    )
)  # fmt: skip


def read_tag(source: str, start: int) -> tuple[str, Attributes, int]:
    """Read the start tag at `start`. Return its name, its attributes and the position after it.

    Raises:
        MarkupError: if Telegram does not know the tag or it is malformed.
    """
    position = _end(_NAME, source, start + 1)
    if position == len(source):
        raise MarkupError(f"Unclosed start tag at byte offset {byte_offset(source, start)}")
    tag = source[start + 1 : position].lower()
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
        while (position := self.after_space(position)) < len(self.source):
            if self.source[position] == ">":
                return attributes, position + 1
            name, position = self.name(position)
            value, position = self.value(position)
            attributes[name] = value
        raise self.unclosed()

    def name(self, position: int) -> tuple[str, int]:
        end = _end(_ATTRIBUTE_NAME, self.source, position)
        if end == position:
            where = byte_offset(self.source, self.start)
            raise MarkupError(f'Empty attribute name in the tag "{self.tag}" at byte offset {where}')
        return self.source[position:end], end

    def value(self, position: int) -> tuple[str, int]:
        position = self.after_space(position)
        if position == len(self.source):
            raise self.unclosed(named=True)
        if self.source[position] != "=":
            return "", position
        position = self.after_space(position + 1)
        if position == len(self.source):
            raise self.unclosed(named=True)
        quote = self.source[position]
        return self.quoted(position + 1, quote) if quote in "\"'" else self.unquoted(position)

    def unquoted(self, position: int) -> tuple[str, int]:
        end = _end(_UNQUOTED_VALUE, self.source, position)
        if end == len(self.source) or not (self.source[end].isspace() or self.source[end] == ">"):
            raise MarkupError(f"Unexpected end of name token at byte offset {byte_offset(self.source, position)}")
        return self.source[position:end].lower(), end  # TDLib lowers unquoted values only

    def quoted(self, position: int, quote: str) -> tuple[str, int]:
        end = self.source.find(quote, position)
        if end < 0 or end + 1 == len(self.source):  # a quote at the very end leaves no room for ">"
            raise self.unclosed()
        return _decoded(self.source[position:end]), end + 1

    def after_space(self, position: int) -> int:
        return _end(_SPACE, self.source, position)

    def unclosed(self, *, named: bool = False) -> MarkupError:
        tag = f' "{self.tag}"' if named else ""
        return MarkupError(f"Unclosed start tag{tag} at byte offset {byte_offset(self.source, self.start)}")


def _end(pattern: re.Pattern[str], source: str, position: int) -> int:
    match = pattern.match(source, position)
    return match.end() if match else position


def _decoded(value: str) -> str:
    """Return the value of an attribute with its character references replaced."""
    pieces, position = [], 0
    while (special := value.find("&", position)) >= 0:
        pieces.append(value[position:special])
        text, position = character_reference(value, special)
        pieces.append(text)
    return "".join(pieces) + value[position:]
