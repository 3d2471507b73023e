"""Telegram's second Markdown style ("MarkdownV2 style" in the Bot API): everything that HTML style has."""

import re
from dataclasses import dataclass, field

from simulator.json_objects import Json
from simulator.markup.ascii_text import byte_offset
from simulator.markup.entities import Entity, Formatted, MarkupError, in_order, utf16_length
from simulator.markup.links import image_link, link_entity
from simulator.markup.markdown import PRE, code_block_start

_ESCAPED = r"\\([\x01-~])"
_BACKSLASH = r"\\(?![\x01-~])"
_TOKEN = re.compile(rf"{_ESCAPED}|[^\\_*\[\]()~`>#+\-=|{{}}.!\n]+|{_BACKSLASH}")
_TOKEN_IN_CODE = re.compile(rf"{_ESCAPED}|[^\\`]+|{_BACKSLASH}")
_URL = re.compile(rf"\((?P<url>(?:[^\\)]|{_ESCAPED}|{_BACKSLASH})*)(?P<end>\)?)")

_MARKS = {
    "*": "bold", "__": "underline", "_": "italic", "~": "strikethrough", "||": "spoiler",
    PRE: "pre", "`": "code", "[": "text_link", "![": "custom_emoji",
}  # fmt: skip
"""The mark that begins each type. Where two marks begin alike, the longer one is first."""
_END_MARKS = {kind: mark for mark, kind in _MARKS.items()} | {"text_link": "]", "custom_emoji": "]"}
_NAMES = {kind: kind.capitalize() for kind in _MARKS.values()}
_NAMES |= {"text_link": "TextUrl", "custom_emoji": "CustomEmoji", "blockquote": "BlockQuote"}
_EXPANDER = "||"
"""A quote that ends with this mark is expandable. The same mark begins a spoiler."""


@dataclass(frozen=True, slots=True)
class _Open:
    """An entity that has begun. `start` is its position in the source, `first_piece` the index of its first text."""

    type: str
    start: int
    offset: int
    first_piece: int
    extra: Json = field(default_factory=dict)


def parse_markdown_v2(source: str) -> Formatted:
    """Return the text and entities of a message in MarkdownV2 style.

    Raises:
        MarkupError: if it cannot be parsed, with Telegram's reason.
    """
    reader = _Reader(source)
    reader.run()
    return Formatted("".join(reader.pieces), tuple(in_order(reader.entities)))


@dataclass(slots=True)
class _Reader:
    """Reads a text from start to end. `offset` counts the UTF-16 units of the pieces so far."""

    source: str
    position: int = 0
    pieces: list[str] = field(default_factory=list)
    offset: int = 0
    open: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)
    is_quoting: bool = False
    is_at_line_start: bool = True

    def run(self) -> None:
        while self.position < len(self.source):
            is_code = bool(self.open) and self.open[-1].type in ("code", "pre")
            token = (_TOKEN_IN_CODE if is_code else _TOKEN).match(self.source, self.position)
            if token:
                self.plain(token[1] or token[0], is_escaped=token[1] is not None)
                self.position = token.end()
            elif self.is_quoting and self.at("\n") and not self.at("\n>"):
                self.end_quote()
            elif self.is_at_end_mark():
                self.end()
            else:
                self.begin()
        if self.is_quoting:
            self.end_last_quote()
        if self.open:
            raise self.unfinished()

    def at(self, text: str) -> bool:
        return self.source.startswith(text, self.position)

    def add(self, text: str) -> None:
        self.pieces.append(text)
        self.offset += utf16_length(text)

    def plain(self, text: str, *, is_escaped: bool) -> None:
        self.add(text)
        if text.strip("\r"):  # after a carriage return, the start of a line is still a start
            self.is_at_line_start = is_escaped and text == "\n"

    def begin(self) -> None:
        if self.at("\n"):
            self.add("\n")
            self.position += 1
            self.is_at_line_start = True
        elif self.at(">") and self.is_at_line_start:
            if not self.is_quoting:
                self.push("blockquote", self.position)
                self.is_quoting = True
            self.position += 1
        else:
            self.begin_marked()

    def begin_marked(self) -> None:
        start, mark = self.position, next(filter(self.at, _MARKS), "")
        if not mark:
            raise MarkupError(
                f"Character '{self.source[start]}' is reserved and must be escaped with the preceding '\\'"
            )
        self.position += len(mark)
        extra: Json = {}
        if mark == PRE:
            language, self.position = code_block_start(self.source, self.position)
            extra = {"language": language} if language else {}
        self.push(_MARKS[mark], start, extra)

    def push(self, kind: str, start: int, extra: Json | None = None) -> None:
        self.open.append(_Open(kind, start, self.offset, len(self.pieces), extra or {}))

    def is_at_end_mark(self) -> bool:
        kind = self.open[-1].type if self.open else "blockquote"
        is_other_mark = kind == "italic" and self.at("__")
        return kind != "blockquote" and self.at(_END_MARKS[kind]) and not is_other_mark

    def end(self) -> None:
        opened = self.open.pop()
        self.position += len(_END_MARKS[opened.type])
        entity = self.entity(opened, self.offset - opened.offset)
        if entity and entity.size:
            self.entities.append(entity)

    def entity(self, opened: _Open, size: int) -> Entity | None:
        if opened.type == "text_link":
            url = self.url() if self.at("(") else "".join(self.pieces[opened.first_piece :])
            return link_entity(url, opened.offset, size)
        if opened.type == "custom_emoji":
            if not self.at("("):
                raise MarkupError("The entity must contain a tg://emoji or tg://time URL")
            kind, extra = image_link(self.url())
            return Entity(kind, opened.offset, size, extra)
        return Entity(opened.type, opened.offset, size, opened.extra)

    def url(self) -> str:
        match = _URL.match(self.source, self.position)
        if not match or not match["end"]:
            where = byte_offset(self.source, self.position + 1)
            raise MarkupError(f"Can't find end of a URL at byte offset {where}")
        self.position = match.end()
        return re.sub(_ESCAPED, r"\1", match["url"])

    def end_quote(self) -> None:
        """End the quote at the end of a line whose next line is not quoted."""
        kind = "blockquote"
        if self.open[-1].type != "blockquote":
            after_expander = self.source[self.open[-1].start + len(_EXPANDER) : self.position]
            if self.open[-1].type != "spoiler" or after_expander not in ("", "\r"):
                raise self.unfinished()
            self.open.pop()
            kind = "expandable_blockquote"
        self.add("\n")
        self.position += 1
        self.is_at_line_start = True
        self.close_quote(kind)

    def end_last_quote(self) -> None:
        """End the quote at the end of the text."""
        kind = "blockquote"
        if self.open[-1].type == "spoiler" and self.open[-1].start == len(self.source) - len(_EXPANDER):
            self.open.pop()
            kind = "expandable_blockquote"
        self.close_quote(kind)

    def close_quote(self, kind: str) -> None:
        opened = self.open.pop()
        if opened.type != "blockquote":
            self.open.append(opened)
            raise self.unfinished()
        self.is_quoting = False
        if self.offset > opened.offset:
            self.entities.append(Entity(kind, opened.offset, self.offset - opened.offset))

    def unfinished(self) -> MarkupError:
        opened = self.open[-1]
        name = "PreCode" if opened.extra else _NAMES[opened.type]
        where = byte_offset(self.source, opened.start)
        return MarkupError(f"Can't find end of {name} entity at byte offset {where}")
