"""Telegram's HTML style ("HTML style" in the Bot API): seventeen tags and four named character references."""

import re
from dataclasses import dataclass, field

from simulator.markup.character_references import byte_offset, character_reference
from simulator.markup.entities import Entity, Formatted, MarkupError, utf16_length
from simulator.markup.links import link_entity
from simulator.markup.tags import Attributes, read_tag

_SPECIAL = re.compile("[<&]")
_END_TAG = re.compile(r"</([^\s>]*)\s*(>?)")

_STYLES = {
    "b": "bold", "strong": "bold",
    "i": "italic", "em": "italic",
    "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler",
}  # fmt: skip
_DATE_FORMAT = re.compile(r"[rR]|[tTdDwW]*")
_LARGEST_ID = 2**63 - 1


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
        tag, name = self.open.pop(), match[1].lower()
        if name not in ("", tag.name):  # "</>" ends any tag
            where = byte_offset(self.source, start)
            raise MarkupError(f'Unmatched end tag at byte offset {where}, expected "</{tag.name}>", found "</{name}>"')
        self.position = match.end()
        if self.offset > tag.offset:
            text = "".join(self.pieces[tag.first_piece :])
            entity = _entity(tag, self.offset - tag.offset, text)
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
    return Formatted(text, tuple(_with_code_languages(reader.entities)))


def _entity(tag: _OpenTag, size: int, text: str) -> Entity | None:
    """Return the entity of a tag that has ended. None if Telegram would leave plain text there."""
    name, attributes, offset = tag.name, tag.attributes, tag.offset
    if name in _STYLES:
        return Entity(_STYLES[name], offset, size)
    if name == "a":
        return link_entity(attributes.get("href") or text, offset, size)  # without href, the text is the URL
    if name == "blockquote":
        return Entity("expandable_blockquote" if "expandable" in attributes else "blockquote", offset, size)
    if name == "tg-emoji":
        return Entity("custom_emoji", offset, size, {"custom_emoji_id": _emoji_id(attributes)})
    if name == "tg-time":
        return _date_time(attributes, offset, size)
    language = attributes.get("class", "").removeprefix("language-") if name == "code" else ""
    return Entity(name, offset, size, {"language": language} if language else {})


def _emoji_id(attributes: Attributes) -> str:
    number = attributes.get("emoji-id", "")
    if not number.isdecimal() or not 0 < int(number) <= _LARGEST_ID:
        raise MarkupError("Invalid custom emoji identifier specified")
    return str(int(number))


def _date_time(attributes: Attributes, offset: int, size: int) -> Entity | None:
    date_format, unix_time = attributes.get("format", ""), attributes.get("unix", "")
    if not _DATE_FORMAT.fullmatch(date_format):
        raise MarkupError("Invalid date format used")
    if not unix_time.isdecimal() or not int(unix_time):
        return None
    extra = {"unix_time": int(unix_time)} | ({"date_time_format": date_format} if date_format else {})
    return Entity("date_time", offset, size, extra)


def _with_code_languages(entities: list[Entity]) -> list[Entity]:
    """Return the entities with <pre><code class="language-x"> as one. A language on other code is dropped."""
    joined: list[Entity] = []
    for entity in entities:
        last = joined[-1] if joined else None
        is_same_place = last is not None and (last.offset, last.size) == (entity.offset, entity.size)
        if last and is_same_place and {last.type, entity.type} == {"code", "pre"}:
            language = last.extra or entity.extra
            if language:
                joined[-1] = Entity("pre", entity.offset, entity.size, language)
                continue
        joined.append(entity)
    return [Entity("code", entity.offset, entity.size) if entity.type == "code" else entity for entity in joined]
