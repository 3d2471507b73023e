"""Message entities: the parts of a text that look different or do something when they are tapped."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from simulator.json_objects import Json

STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
"""Entities that may overlap others. Two of the same type that touch become one."""

QUOTES = ("blockquote", "expandable_blockquote")

VERBATIM = ("code", "pre", "date_time")
"""Entities inside which there are no styles."""

# The order of entities with the same place: the lowest is the outermost. These are TDLib's numbers.
_PRIORITIES = {"pre": 11, "code": 20, "date_time": 30, "text_link": 49, "text_mention": 49, "custom_emoji": 99}
_PRIORITIES |= dict.fromkeys(QUOTES, 0) | {style: 90 + place for place, style in enumerate(STYLES)}
_PRE_WITH_LANGUAGE_PRIORITY = 10
_DETECTED_PRIORITY = 50


class MarkupError(ValueError):
    """The markup or an entity is refused. The message is the reason that Telegram gives."""


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
        priority = _PRIORITIES.get(self.type, _DETECTED_PRIORITY)
        if self.type == "pre" and self.extra:
            priority = _PRE_WITH_LANGUAGE_PRIORITY
        return self.offset, -self.size, priority


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text without markup, and its entities in Telegram's order."""

    text: str
    entities: tuple[Entity, ...] = ()


def in_order(entities: Iterable[Entity]) -> list[Entity]:
    """Return entities in Telegram's order: by position, the outer one before those inside it."""
    return sorted(entities, key=Entity.sort_key)


def utf16_length(text: str) -> int:
    """Return the length of a text in UTF-16 units, in which the Bot API counts: an emoji is two or more."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def as_json(entities: Iterable[Entity]) -> list[Json]:
    """Return the entities as MessageEntity objects."""
    return [
        {"type": entity.type, "offset": entity.offset, "length": entity.size, **entity.extra} for entity in entities
    ]
