"""Telegram's HTML style ("HTML style" in the Bot API): seventeen tags and four named character references."""

import re
from ctypes import c_int32
from dataclasses import dataclass, field, replace

from simulator.markup.ascii_text import SPACE, byte_offset, lower
from simulator.markup.character_references import character_reference
from simulator.markup.entities import Entity, Formatted, MarkupError, in_order, utf16_length
from simulator.markup.links import custom_emoji, date_time, link_entity
from simulator.markup.tags import Attributes, read_tag

_SPECIAL = re.compile("[<&]")
_END_TAG = re.compile(rf"</([^{SPACE}\0>]*)[{SPACE}]*(>?)")

_STYLES = {
    "b": "bold", "strong": "bold",
    "i": "italic", "em": "italic",
    "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler",
}  # fmt: skip
_NUMBER = re.compile(r"-?[0-9]{1,4000}")


@dataclass(frozen=True, slots=True)
class _OpenTag:
    """A start tag whose end tag has not come yet. `first_piece` is the index of its first piece of text."""

    name: str
    attributes: Attributes
    offset: int
    first_piece: int


@dataclass(slots=True)
class _Reader:
    """Reads a text from start to end. `offset` counts the UTF-16 units of the pieces so far."""

    source: str
    position: int = 0
    pieces: list[str] = field(default_factory=list)
    offset: int = 0
    open: list[_OpenTag] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def run(self) -> None:
        while special := _SPECIAL.search(self.source, self.position):
            self.add(self.source[self.position : special.start()])
            self.position = special.start()
            if special[0] == "&":
                text, self.position = character_reference(self.source, self.position)
                self.add(text)
            elif self.source.startswith("</", self.position):
                self.end_tag()
            else:
                tag, attributes, self.position = read_tag(self.source, self.position)
                self.open.append(_OpenTag(tag, attributes, self.offset, len(self.pieces)))
        self.add(self.source[self.position :])

    def add(self, text: str) -> None:
        if text:
            self.pieces.append(text)
            self.offset += utf16_length(text)

    def end_tag(self) -> None:
        start, match = self.position, _END_TAG.match(self.source, self.position)
        if not self.open:
            raise MarkupError(f"Unexpected end tag at byte offset {byte_offset(self.source, start)}")
        if not match or not match[2]:
            raise MarkupError(f"Unclosed end tag at byte offset {byte_offset(self.source, start)}")
        tag, name = self.open.pop(), lower(match[1])
        if name not in ("", tag.name):  # "</>" ends any tag
            where = byte_offset(self.source, start)
            raise MarkupError(f'Unmatched end tag at byte offset {where}, expected "</{tag.name}>", found "</{name}>"')
        self.position = match.end()
        if self.offset > tag.offset:
            self.close(tag)

    def close(self, tag: _OpenTag) -> None:
        """Add the entity of a tag that has ended here, unless Telegram would leave plain text there."""
        size = self.offset - tag.offset
        if tag.name == "a":  # without href, the text is the URL
            entity = link_entity(
                tag.attributes.get("href") or "".join(self.pieces[tag.first_piece :]), tag.offset, size
            )
        else:
            entity = _entity(tag, size)
        last = self.entities[-1] if self.entities else None
        if entity and last and (last.offset, last.size) == (entity.offset, entity.size):
            # <pre> and <code> around the same text are one block, if the <code> says its language.
            code, pre = (last, entity) if last.type == "code" else (entity, last)
            if (code.type, pre.type) == ("code", "pre") and code.extra and not pre.extra:
                self.entities[-1] = replace(last, type="pre", extra=code.extra)
                return
        if entity:
            self.entities.append(entity)


def parse_html(source: str) -> Formatted:
    """Return the text and entities of a message in HTML style.

    Raises:
        MarkupError: if it cannot be parsed, with Telegram's reason.
    """
    if not _SPECIAL.search(source):
        return Formatted(source)
    reader = _Reader(source)
    reader.run()
    if reader.open:
        raise MarkupError(f'Can\'t find end tag corresponding to start tag "{reader.open[-1].name}"')
    text = "".join(reader.pieces)
    try:
        text.encode()
    except UnicodeEncodeError:  # a reference such as &#xD800; is half of a character
        raise MarkupError(
            "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate "
            "code units"
        ) from None
    # A <code> without a <pre> around the same text has no language.
    shown = (replace(entity, extra={}) if entity.type == "code" else entity for entity in reader.entities)
    return Formatted(text, tuple(in_order(shown)))


def _entity(tag: _OpenTag, size: int) -> Entity | None:
    """Return the entity of a tag that is no link. None if Telegram would leave plain text there."""
    name, attributes, offset = tag.name, tag.attributes, tag.offset
    if name in _STYLES:
        return Entity(_STYLES[name], offset, size)
    if name == "blockquote":
        return Entity("expandable_blockquote" if "expandable" in attributes else "blockquote", offset, size)
    if name == "tg-emoji":
        return Entity("custom_emoji", offset, size, custom_emoji(attributes.get("emoji-id", "")))
    if name == "tg-time":
        number = _NUMBER.match(attributes.get("unix", ""))
        unix_time = c_int32(int(number[0])).value if number else 0  # TDLib has 32 bits for it
        extra = date_time(unix_time, attributes.get("format", ""))
        return Entity("date_time", offset, size, extra) if unix_time > 0 else None
    language = attributes.get("class", "").removeprefix("language-") if name == "code" else ""
    return Entity(name, offset, size, {"language": language} if language else {})
