"""Text as bots write it, read the way Telegram reads it: plain text and entities counted in UTF-16 units."""

from simulator.markup.entities import Entity, Formatted, MarkupError, as_json, length, tidy
from simulator.markup.telegram_html import parse_html

__all__ = ["Entity", "Formatted", "MarkupError", "as_json", "length", "parse_html", "tidy"]
