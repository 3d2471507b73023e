"""Telegram's HTML style: a handful of tags, four named character references, nothing else."""

import re
from dataclasses import dataclass, field

from simulator.markup.character_references import byte_offset, character_reference
from simulator.markup.entities import Entity, Formatted, MarkupError, length
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
class _Open:
    """A start tag whose end has not come yet."""

    tag: str
    attributes: Attributes
    offset: int
    place: int  # of its first piece of text


@dataclass(slots=True)
class _Reader:
    source: str
    position: int = 0
    pieces: list[str] = field(default_factory=list)
    offset: int = 0
    open: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def run(self) -> None:
        while special := _SPECIAL.search(self.source, self.position):
            self.add(self.source[self.position : special.start()])
            self.position = special.start()
            if special[0] == "&":
                self.add(self.reference())
            elif self.source.startswith("</", self.position):
                self.end_tag()
            else:
                self.start_tag()
        self.add(self.source[self.position :])

    def add(self, text: str) -> None:
        if text:
            self.pieces.append(text)
            self.offset += length(text)

    def reference(self) -> str:
        text, self.position = character_reference(self.source, self.position)
        return text

    def start_tag(self) -> None:
        tag, attributes, self.position = read_tag(self.source, self.position)
        self.open.append(_Open(tag, attributes, self.offset, len(self.pieces)))

    def end_tag(self) -> None:
        start, found = self.position, _END_TAG.match(self.source, self.position)
        if not self.open:
            raise MarkupError(f"Unexpected end tag at byte offset {byte_offset(self.source, start)}")
        if not found or not found[2]:
            raise MarkupError(f"Unclosed end tag at byte offset {byte_offset(self.source, start)}")
        opened, name = self.open.pop(), found[1].lower()
        if name not in ("", opened.tag):
            where = byte_offset(self.source, start)
            raise MarkupError(
                f'Unmatched end tag at byte offset {where}, expected "</{opened.tag}>", found "</{name}>"'
            )
        self.position = found.end()
        self.close(opened)

    def close(self, opened: _Open) -> None:
        if self.offset > opened.offset:
            inside = "".join(self.pieces[opened.place :])
            entity = _entity(opened, self.offset - opened.offset, inside)
            if entity:
                self.entities.append(entity)


def parse_html(source: str) -> Formatted:
    """Text and entities of a message in HTML style. MarkupError with Telegram's reason if it does not parse."""
    if not _SPECIAL.search(source):
        return Formatted(source)
    reader = _Reader(source)
    reader.run()
    if reader.open:
        raise MarkupError(f'Can\'t find end tag corresponding to start tag "{reader.open[-1].tag}"')
    return Formatted(_checked("".join(reader.pieces)), tuple(_joined_code(reader.entities)))


def _entity(opened: _Open, size: int, inside: str) -> Entity | None:
    tag, attributes, offset = opened.tag, opened.attributes, opened.offset
    if tag in _STYLES:
        return Entity(_STYLES[tag], offset, size)
    if tag == "a":
        return link_entity(attributes.get("href") or inside, offset, size)
    if tag == "blockquote":
        return Entity("expandable_blockquote" if "expandable" in attributes else "blockquote", offset, size)
    if tag == "tg-emoji":
        return Entity("custom_emoji", offset, size, {"custom_emoji_id": _emoji_id(attributes)})
    if tag == "tg-time":
        return _date(attributes, offset, size)
    language = attributes.get("class", "").removeprefix("language-") if tag == "code" else ""
    return Entity(tag, offset, size, {"language": language} if language else {})


def _emoji_id(attributes: Attributes) -> str:
    number = attributes.get("emoji-id", "")
    if not number.isdecimal() or not 0 < int(number) <= _LARGEST_ID:
        raise MarkupError("Invalid custom emoji identifier specified")
    return str(int(number))


def _date(attributes: Attributes, offset: int, size: int) -> Entity | None:
    form, moment = attributes.get("format", ""), attributes.get("unix", "")
    if not _DATE_FORMAT.fullmatch(form):
        raise MarkupError("Invalid date format used")
    if not moment.isdecimal() or not int(moment):
        return None
    extra = {"unix_time": int(moment)} | ({"date_time_format": form} if form else {})
    return Entity("date_time", offset, size, extra)


def _joined_code(entities: list[Entity]) -> list[Entity]:
    """<pre><code class="language-x"> is one entity with a language; a language elsewhere means nothing."""
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
    return [Entity("code", e.offset, e.size) if e.type == "code" else e for e in joined]


def _checked(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise MarkupError(
            "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate "
            "code units"
        ) from None
    return text
