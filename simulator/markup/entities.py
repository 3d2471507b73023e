"""Message entities: where in a text they are, which may be inside which, and what is trimmed off."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.json_objects import Json

STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
"""Entities that may overlap others freely. Two of the same type that touch become one."""

QUOTES = ("blockquote", "expandable_blockquote")
CODE = ("code", "pre")

# The order of entities with the same place, as in TDLib's get_type_priority: the lowest is the outermost.
_PRIORITIES = {"blockquote": 0, "expandable_blockquote": 0, "pre": 11, "code": 20, "text_link": 49, "custom_emoji": 99}
_PRIORITIES |= {style: 90 + place for place, style in enumerate(STYLES)}
_OTHER_PRIORITY = 50
_SHOWN_AS_SPACE = re.compile(r"[\x00-\x08\t\x0b\x0c\x0e-\x1f]")
_REMOVED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
"""Carriage returns, characters that change the direction of writing, and marks that cover other lines."""


class MarkupError(ValueError):
    """The markup cannot be read. The message is the reason that Telegram gives."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity. `offset` and `size` are in UTF-16 units; `extra` holds fields of its type, such as `url`."""

    type: str
    offset: int
    size: int
    extra: Json = field(default_factory=dict)

    @property
    def end(self) -> int:
        """The position after the last unit of the entity."""
        return self.offset + self.size

    def sort_key(self) -> tuple[int, int, int]:
        """Return a key that sorts an entity before those inside it."""
        return self.offset, -self.size, _PRIORITIES.get(self.type, _OTHER_PRIORITY)


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text without markup, and its entities in Telegram's order."""

    text: str
    entities: tuple[Entity, ...] = ()


def utf16_length(text: str) -> int:
    """Return the length of a text in UTF-16 units, in which the Bot API counts: an emoji is two or more."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def as_json(entities: Iterable[Entity]) -> list[Json]:
    """Return the entities as MessageEntity objects."""
    return [
        {"type": entity.type, "offset": entity.offset, "length": entity.size, **entity.extra} for entity in entities
    ]


def tidy(formatted: Formatted) -> Formatted:
    """Return the text as Telegram stores it: odd characters removed, entities properly nested, both ends trimmed."""
    text = _SHOWN_AS_SPACE.sub(" ", formatted.text)
    entities = formatted.entities
    if _REMOVED.search(text):
        entities = tuple(_moved(entity, text) for entity in entities)
        text = _REMOVED.sub("", text)
    return _trimmed(text, _nested(entities))


def _moved(entity: Entity, text: str) -> Entity:
    """Return the entity where it is once the removed characters are gone from the text."""
    units = text.encode("utf-16-le")
    before, inside = units[: 2 * entity.offset], units[2 * entity.offset : 2 * entity.end]
    return replace(entity, offset=_kept_units(before), size=_kept_units(inside))


def _kept_units(units: bytes) -> int:
    return utf16_length(_REMOVED.sub("", units.decode("utf-16-le", "surrogatepass")))


def _nested(entities: Iterable[Entity]) -> list[Entity]:
    """Return the entities that may stand together, sorted.

    Of two that are no styles and clash, the outer one stays. Styles are joined, and cut where there is code.
    """
    others: list[Entity] = []
    styles: list[Entity] = []
    for entity in sorted((entity for entity in entities if entity.size > 0), key=Entity.sort_key):
        if entity.type in STYLES:
            styles.append(entity)
        elif not any(_clash(entity, other) for other in others):
            others.append(entity)
    code = [entity for entity in others if entity.type in CODE]
    kept = [part for style in _joined(styles) for part in _parts_outside(style, code)]
    return sorted(others + kept, key=Entity.sort_key)


def _clash(entity: Entity, other: Entity) -> bool:
    """Whether two entities that are no styles exclude each other. Only a quote may have others inside it."""
    if entity.offset >= other.end or entity.end <= other.offset:
        return False
    is_inside = entity.offset >= other.offset and entity.end <= other.end
    return not (is_inside and other.type in QUOTES and entity.type not in QUOTES)


def _joined(styles: list[Entity]) -> list[Entity]:
    joined: list[Entity] = []
    for style in sorted(styles, key=lambda style: (style.type, style.offset)):
        last = joined[-1] if joined else None
        if last and last.type == style.type and style.offset <= last.end:
            joined[-1] = replace(last, size=max(last.end, style.end) - last.offset)
        else:
            joined.append(style)
    return joined


def _parts_outside(style: Entity, code: list[Entity]) -> list[Entity]:
    """Return what is left of a style outside code, which shows no other style."""
    parts, start = [], style.offset
    for block in code:
        if block.end <= start or block.offset >= style.end:
            continue
        if block.offset > start:
            parts.append(replace(style, offset=start, size=block.offset - start))
        start = block.end
    if start < style.end:
        parts.append(replace(style, offset=start, size=style.end - start))
    return parts


def _trimmed(text: str, entities: list[Entity]) -> Formatted:
    """Return the text without white space at its ends. Spaces inside an entity at the start stay, as in TDLib."""
    text = text.rstrip()
    end = utf16_length(text)
    entities = [
        replace(entity, size=min(entity.end, end) - entity.offset) for entity in entities if entity.offset < end
    ]
    entities.sort(key=Entity.sort_key)
    first_entity = entities[0].offset if entities else len(text)
    spaces = min(len(text) - len(text.lstrip(" \n")), first_entity)
    if spaces:
        entities = [replace(entity, offset=entity.offset - spaces) for entity in entities]
    return Formatted(text[spaces:], tuple(entities))


def entity_from_json(value: Any) -> Entity | None:
    """Return a MessageEntity that the bot sent. None for types that Telegram detects by itself and so ignores here.

    Raises:
        MarkupError: if it is no MessageEntity.
    """
    if not isinstance(value, dict):
        raise MarkupError("expected an Object")
    if not all(isinstance(value.get(name), int) for name in ("offset", "length")):
        raise MarkupError('field "offset" must be of type Number')
    kind = value.get("type")
    if kind in _DETECTED_BY_TELEGRAM:
        return None
    if kind not in _SENT_BY_BOTS:
        raise MarkupError("Unsupported type specified" if kind else "Type is not specified")
    extra = {name: value[name] for name in _SENT_BY_BOTS[kind] if name in value}
    return Entity(kind, value["offset"], value["length"], extra)


_DETECTED_BY_TELEGRAM = {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number",
}  # fmt: skip
_SENT_BY_BOTS: dict[str, tuple[str, ...]] = dict.fromkeys((*STYLES, *QUOTES, "code"), ()) | {
    "pre": ("language",),
    "text_link": ("url",),
    "text_mention": ("user",),
    "custom_emoji": ("custom_emoji_id",),
    "date_time": ("unix_time", "date_time_format"),
}
"""The extra fields of each type."""
