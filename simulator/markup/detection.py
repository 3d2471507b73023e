"""Entities that Telegram detects in plain text: mentions, commands, hashtags, links, bank cards and phone numbers.

The rules are TDLib's. Telegram's servers use the same ones, and detect phone numbers as well, by a rule that nobody has
published. Our rule asks for the plus and the number of digits of an international number.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import takewhile

from simulator.markup.bank_cards import bank_cards
from simulator.markup.entities import Entity, Formatted, utf16_length
from simulator.markup.nesting import with_detected, without_overlaps
from simulator.markup.urls import Spans, app_links, emails, web_links

_USERNAME = "[a-zA-Z0-9_]{3,32}"
_MENTION = re.compile(r"(?<!\w)@([a-zA-Z0-9_]{2,32})(?!\w)")
_COMMAND = re.compile(rf"(?<![\w/<>])/[a-zA-Z0-9_]{{1,64}}(?:@{_USERNAME}|(?!@))(?![\w/<>])")
_CASHTAG = re.compile(rf"\$(?:1INCH|[A-Z]{{1,8}}(?![A-Z]))(?:@{_USERNAME}(?![a-zA-Z0-9_]))?")
_BOT_OF_HASHTAG = re.compile(f"@{_USERNAME}")
_PHONE_NUMBER = re.compile(r"(?<![\w+])\+[1-9](?:[ .-]?\(?[0-9]\)?){6,14}(?![\w+])")

_LONGEST_HASHTAG = 256
_SHORTEST_NAME = 4
_SHORT_NAMES = frozenset({"gif", "nft", "pic", "ufc", "vid"})
"""Bots whose names are older than the rule that sets the shortest length."""


def with_detected_entities(formatted: Formatted) -> Formatted:
    """Return the text with the entities that Telegram detects added to those it has."""
    detected = without_overlaps(detected_entities(formatted.text))
    if not detected:
        return formatted
    return Formatted(formatted.text, with_detected(formatted.entities, detected))


def detected_entities(text: str) -> Iterator[Entity]:
    """Yield everything in a text that looks like an entity. Of two that overlap, the one that begins first counts."""
    for kind, sign, spans in _DETECTORS:
        if sign in text:
            for start, end in spans(text):
                yield Entity(kind, utf16_length(text[:start]), utf16_length(text[start:end]))


def _mentions(text: str) -> Spans:
    for match in _MENTION.finditer(text):
        if len(match[1]) >= _SHORTEST_NAME or match[1].lower() in _SHORT_NAMES:
            yield match.span()


def _matches(pattern: re.Pattern[str], text: str) -> Spans:
    return (match.span() for match in pattern.finditer(text))


def _hashtags(text: str) -> Spans:
    position = 0
    while (start := text.find("#", position)) >= 0:
        position = start + 1
        if start and _is_hashtag_letter(text[start - 1]):
            continue
        word = "".join(takewhile(_is_hashtag_letter, text[position:]))
        position += len(word)
        is_short = len(word) <= _LONGEST_HASHTAG
        bot = _BOT_OF_HASHTAG.match(text, position) if word and is_short else None
        position = bot.end() if bot else position
        if any(map(str.isalpha, word[:_LONGEST_HASHTAG])) and text[position : position + 1] != "#":
            yield start, position if is_short else start + 1 + _LONGEST_HASHTAG


def _cashtags(text: str) -> Spans:
    for match in _CASHTAG.finditer(text):
        around = text[max(match.start() - 1, 0) : match.start()] + text[match.end() : match.end() + 1]
        if not any(character == "$" or _is_hashtag_letter(character) for character in around):
            yield match.span()


def _is_hashtag_letter(character: str) -> bool:
    return (
        character.isalpha() or character.isdecimal() or character in "_\u200c\xb7" or "\u0d80" <= character <= "\u0dff"
    )


_DETECTORS: tuple[tuple[str, str, Callable[[str], Spans]], ...] = (
    ("mention", "@", _mentions),
    ("bot_command", "/", partial(_matches, _COMMAND)),
    ("hashtag", "#", _hashtags),
    ("cashtag", "$", _cashtags),
    ("bank_card_number", "", bank_cards),
    ("phone_number", "+", partial(_matches, _PHONE_NUMBER)),
    ("url", "://", app_links),
    ("url", ".", web_links),
    ("email", "@", emails),
)
"""Each type, a sign that every text with such an entity has, and the function that finds the entities."""
