"""Telegram's first Markdown style ("Markdown style" in the Bot API): bold, italic, links and code, never nested."""

import re
from dataclasses import dataclass, field

from simulator.markup.ascii_text import SPACE, byte_offset
from simulator.markup.entities import Entity, Formatted, MarkupError, utf16_length
from simulator.markup.links import link_entity

PRE = "```"

_SPECIAL = re.compile(r"\\([_*`\[])|[_*`\[]")
_LANGUAGE = re.compile(rf"[^{SPACE}\0`]+(?=[{SPACE}\0])")
_NEW_LINE = re.compile(r"\n\r|\r\n|\n|\r")
_URL = re.compile(r"\(([^)]*)\)?")
_TYPES = {"_": "italic", "*": "bold", "`": "code", PRE: "pre"}


def code_block_start(source: str, position: int) -> tuple[str, int]:
    """Return the language that is named after ``` ("" if none is), and where the code begins."""
    language = _LANGUAGE.match(source, position)
    start = language.end() if language else position
    new_line = _NEW_LINE.match(source, start)
    return language[0] if language else "", new_line.end() if new_line else start


def parse_markdown(source: str) -> Formatted:
    """Return the text and entities of a message in Markdown style.

    Raises:
        MarkupError: if it cannot be parsed, with Telegram's reason.
    """
    reader = _Reader(source)
    reader.run()
    return Formatted("".join(reader.pieces), tuple(reader.entities))


@dataclass(slots=True)
class _Reader:
    """Reads a text from start to end. `offset` counts the UTF-16 units of the pieces so far."""

    source: str
    position: int = 0
    pieces: list[str] = field(default_factory=list)
    offset: int = 0
    entities: list[Entity] = field(default_factory=list)

    def run(self) -> None:
        while special := _SPECIAL.search(self.source, self.position):
            self.add(self.source[self.position : special.start()])
            self.position = special.end()
            if special[1]:
                self.add(special[1])
            elif special[0] == "[":
                self.link()
            else:
                self.styled(special.start(), special[0])
        self.add(self.source[self.position :])

    def add(self, text: str) -> None:
        self.pieces.append(text)
        self.offset += utf16_length(text)

    def styled(self, start: int, mark: str) -> None:
        language = ""
        if self.source.startswith(PRE, start):
            mark = PRE
            language, self.position = code_block_start(self.source, start + len(PRE))
        offset, text = self.offset, self.inside(start, mark)
        if text:
            extra = {"language": language} if language else {}
            self.entities.append(Entity(_TYPES[mark], offset, self.offset - offset, extra))

    def link(self) -> None:
        start, offset = self.position, self.offset
        before = len("".join(self.pieces).encode())
        text = self.inside(start - 1, "]")
        if not text:
            return
        match = _URL.match(self.source, self.position)
        if match:
            url, self.position = match[1], match.end()
        else:
            url = _overwritten(text, byte_offset(self.source, start) - before)
        entity = link_entity(url, offset, self.offset - offset)
        if entity:
            self.entities.append(entity)

    def inside(self, start: int, end_mark: str) -> str:
        """Add the text up to the end mark of the entity that began at `start`, and return it."""
        end = self.source.find(end_mark, self.position)
        if end < 0:
            where = byte_offset(self.source, start)
            raise MarkupError(f"Can't find end of the entity starting at byte offset {where}")
        text = self.source[self.position : end]
        self.add(text)
        self.position = end + len(end_mark)
        return text


def _overwritten(text: str, shift: int) -> str:
    """Return what TDLib takes for the URL of [text] without a (URL).

    TDLib first moves the text `shift` bytes towards the front of its buffer, and then reads the URL from the old place:
    the text without its first `shift` bytes, and then its last `shift` bytes once more.
    """
    content = text.encode()
    return (content[shift:] + content[-shift:] if shift < len(content) else content).decode(errors="replace")
