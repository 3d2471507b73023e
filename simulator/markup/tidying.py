"""What Telegram does to every text before it stores it: odd characters go, both ends are trimmed."""

import re
from dataclasses import replace

from simulator.markup.entities import Entity, Formatted, MarkupError, in_order, utf16_length
from simulator.markup.nesting import nested

_SHOWN_AS_SPACE = r"\x00-\x08\t\x0b\x0c\x0e-\x1f"
_REMOVED = r"\r\u2028-\u202e\u0333\u033f\u030a"
"""Carriage returns, characters that change the direction of writing, and marks that cover other lines."""
_DIRECTION_MARKS = r"\u200e\u200f"

_ODD = re.compile(f"[{_SHOWN_AS_SPACE}{_REMOVED}{_DIRECTION_MARKS}]")
_TO_SPACE = re.compile(f"[{_SHOWN_AS_SPACE}]")
_TO_NOTHING = re.compile(f"[{_REMOVED}]")
_MARK_BEFORE_MARK = re.compile(f"[{_DIRECTION_MARKS}](?=[{_DIRECTION_MARKS}])")
_INVISIBLE = re.compile(
    "[ \n\u00a0\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc\U000e0000-\U000e007f]*"
)
_WHITE = " \n"
_LARGEST_NUMBER = 1_000_000
_LOW_SURROGATES = range(0xDC, 0xE0)
"""The high bytes of the second half of a character outside the basic plane."""


def is_blank(text: str) -> bool:
    """Return whether nothing in a text can be seen."""
    return _INVISIBLE.fullmatch(text) is not None


def clean(text: str) -> str:
    """Return a text without the characters that Telegram removes or replaces."""
    return _cleaned(text, ())[0] if _ODD.search(text) else text


def tidy(formatted: Formatted) -> Formatted:
    """Return the text as Telegram stores it: odd characters removed, entities properly nested, both ends trimmed.

    Raises:
        MarkupError: if an entity does not fit the text.
    """
    formatted = untrimmed(formatted)
    text, entities = formatted.text.rstrip(_WHITE), formatted.entities
    if text != formatted.text:
        end = utf16_length(text)
        begun = (entity for entity in entities if entity.offset < end)
        entities = tuple(in_order(replace(entity, size=min(entity.size, end - entity.offset)) for entity in begun))
    first_entity = entities[0].offset if entities else len(text)  # white space stays where an entity begins with it
    spaces = min(len(text) - len(text.lstrip(_WHITE)), first_entity)
    if spaces:
        entities = tuple(replace(entity, offset=entity.offset - spaces) for entity in entities)
    return Formatted(text[spaces:], entities)


def untrimmed(formatted: Formatted) -> Formatted:
    """Return the text as `tidy` does, with its ends not trimmed yet. A text of white space alone is empty already.

    Raises:
        MarkupError: if an entity does not fit the text.
    """
    text, entities = formatted.text, formatted.entities
    for entity in entities:
        if not 0 <= entity.offset <= _LARGEST_NUMBER:
            raise MarkupError(f"Receive an entity with incorrect offset {entity.offset}")
        if not 0 <= entity.size <= _LARGEST_NUMBER:
            raise MarkupError(f"Receive an entity with incorrect length {entity.size}")
    if entities:
        entities = nested(
            (
                replace(entity, extra={"language": clean(entity.extra["language"])})
                if "language" in entity.extra
                else entity
            )
            for entity in entities
            if entity.size
        )
        _check_places(text, entities)
    if _ODD.search(text):
        text, entities = _cleaned(text, entities)
    return Formatted(text, entities) if text.strip(_WHITE) else Formatted("")


def _check_places(text: str, entities: tuple[Entity, ...]) -> None:
    """Refuse nested entities that end after the text, or begin or end inside a character."""
    length = utf16_length(text)
    if length > len(text):
        _check_halves(text, entities, length)
    if all(entity.end <= length for entity in entities):
        return
    for entity in entities:
        if entity.offset > length:
            raise MarkupError(f"Entity begins after the end of the text at UTF-16 offset {entity.offset}")
    innermost = [entity for entity in entities if entity.end > length][-1]
    raise MarkupError(
        f"Entity beginning at UTF-16 offset {innermost.offset} ends after the end of the text at UTF-16 offset "
        f"{innermost.end}"
    )


def _check_halves(text: str, entities: tuple[Entity, ...], length: int) -> None:
    """Refuse the first place, from the start of the text, at which an entity begins or ends inside a character."""
    units = text.encode("utf-16-le")

    def is_half(place: int) -> bool:
        return place < length and units[2 * place + 1] in _LOW_SURROGATES

    ends = [(entity.end, 0, -number) for number, entity in enumerate(entities) if is_half(entity.end)]
    starts = [(entity.offset, 1, number) for number, entity in enumerate(entities) if is_half(entity.offset)]
    if not ends and not starts:
        return
    place, is_start, number = min(ends + starts)
    byte_offset = len(units[: 2 * place + 2].decode("utf-16-le").encode())
    if is_start:
        raise MarkupError(f"Entity begins in a middle of a UTF-16 symbol at byte offset {byte_offset}")
    raise MarkupError(
        f"Entity beginning at UTF-16 offset {entities[-number].offset} ends in a middle of a UTF-16 symbol at byte "
        f"offset {byte_offset}"
    )


def _cleaned(text: str, entities: tuple[Entity, ...]) -> tuple[str, tuple[Entity, ...]]:
    text = _TO_SPACE.sub(" ", text)
    if _TO_NOTHING.search(text):
        units = text.encode("utf-16-le")
        moved = []  # to where they are without the removed characters
        for entity in entities:
            before, inside = units[: 2 * entity.offset], units[2 * entity.offset : 2 * entity.end]
            moved.append(replace(entity, offset=_kept_units(before), size=_kept_units(inside)))
        entities = nested(entity for entity in moved if entity.size)
        text = _TO_NOTHING.sub("", text)
    return _MARK_BEFORE_MARK.sub("\u200c", text), entities


def _kept_units(units: bytes) -> int:
    return utf16_length(_TO_NOTHING.sub("", units.decode("utf-16-le")))
