"""Entities that Telegram detects in plain text: commands, URLs, email addresses, mentions, hashtags.

TDLib detects more, and by hand-written scanners. These patterns cover what the bot and people write here.
"""

import re

from simulator.markup.entities import Entity, Formatted, utf16_length

_HINT = re.compile(r"[/@#.]")
"""A text with none of these characters has no entities to detect. Most texts end here."""

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
"""By type, in the order in which they win where two overlap."""

_NOTHING_INSIDE = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji", "date_time"})
"""Entities of the bot's own in which nothing is detected."""


def with_detected_entities(formatted: Formatted) -> Formatted:
    """Return the text with the entities that Telegram detects added to those it has."""
    if not _HINT.search(formatted.text):
        return formatted
    taken = [entity for entity in formatted.entities if entity.type in _NOTHING_INSIDE]
    detected: list[Entity] = []
    text = formatted.text
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(text):
            entity = Entity(kind, utf16_length(text[: match.start()]), utf16_length(match[0]))
            if not any(entity.offset < other.end and other.offset < entity.end for other in taken):
                detected.append(entity)
                taken.append(entity)
    return Formatted(text, tuple(sorted((*formatted.entities, *detected), key=Entity.sort_key)))
