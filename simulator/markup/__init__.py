"""Formatted text, read as Telegram reads it: markup becomes plain text and entities, counted in UTF-16 units.

The rules and the words of the errors are those of TDLib, the library behind Telegram's Bot API server. Where TDLib has
a fault that bots can see, the simulator has the same one. The simulator differs from TDLib in three points:

- Phone numbers are detected. TDLib leaves that to Telegram's servers.
- Letters that are newer than Python's tables are not part of names and hashtags.
- In the first Markdown style, a link such as [\u00e5.me] without its (URL) stops TDLib.
"""

from simulator.markup.detection import with_detected_entities
from simulator.markup.entities import Entity, Formatted, MarkupError, as_json, utf16_length
from simulator.markup.markdown import parse_markdown
from simulator.markup.markdown_v2 import parse_markdown_v2
from simulator.markup.message_entities import entities_from_json
from simulator.markup.telegram_html import parse_html
from simulator.markup.tidying import is_blank, tidy

PARSERS = {"html": parse_html, "markdown": parse_markdown, "markdownv2": parse_markdown_v2}
"""By parse mode in lower case: the function that reads a text."""

__all__ = [
    "PARSERS",
    "Entity",
    "Formatted",
    "MarkupError",
    "as_json",
    "entities_from_json",
    "is_blank",
    "parse_html",
    "parse_markdown",
    "parse_markdown_v2",
    "tidy",
    "utf16_length",
    "with_detected_entities",
]
