"""Entities that Telegram finds by itself: commands, addresses, mentions, hashtags."""

import re
from collections.abc import Iterator

from simulator.markup.entities import Entity, Formatted, length

_HINT = re.compile(r"[/@#.]")
_WORD_BEFORE = r"(?<![\w/@#&.])"
_PATTERNS = {
    "bot_command": re.compile(r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?(?![\w/])"),
    "url": re.compile(
        r"\bhttps?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]"
        r"|(?<![\w@.-])(?:[\w-]+\.)+(?:com|org|net|info|me|io|eu|se)\b(?![@.]\w)(?:/[^\s<>\"']*[^\s<>\"'.,;:!?)\]])?",
        re.IGNORECASE,
    ),
    "email": re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "mention": re.compile(_WORD_BEFORE + r"@[a-zA-Z][a-zA-Z0-9_]{2,31}\b"),
    "hashtag": re.compile(_WORD_BEFORE + r"#\w*[^\W\d]\w*"),
}
_UNTOUCHABLE = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji", "date_time"})


def with_found(formatted: Formatted) -> Formatted:
    """The text with the entities that its words make, besides the ones it has."""
    if not _HINT.search(formatted.text):
        return formatted
    taken = [entity for entity in formatted.entities if entity.type in _UNTOUCHABLE]
    found: list[Entity] = []
    for entity in _found(formatted.text):
        if not any(entity.offset < other.end and other.offset < entity.end for other in taken):
            found.append(entity)
            taken.append(entity)
    return Formatted(formatted.text, tuple(sorted((*formatted.entities, *found), key=Entity.rank)))


def _found(text: str) -> Iterator[Entity]:
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(text):
            yield Entity(kind, length(text[: match.start()]), length(match[0]))
