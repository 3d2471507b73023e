"""Formatted text, read as Telegram reads it: markup becomes plain text and entities, counted in UTF-16 units.

The rules and the words of the errors are TDLib's (`MessageEntity.cpp`).
"""

from simulator.markup.entities import Entity, Formatted, MarkupError, as_json, tidy, utf16_length
from simulator.markup.telegram_html import parse_html

__all__ = ["Entity", "Formatted", "MarkupError", "as_json", "parse_html", "tidy", "utf16_length"]
