"""Message entities: where in a text they are, which may be inside which, and what is trimmed off."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from simulator.json_objects import Json

STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
"""Entities that may overlap others freely, and that melt together where they touch."""

QUOTES = ("blockquote", "expandable_blockquote")
CODE = ("code", "pre")

_ORDER = {"blockquote": 0, "expandable_blockquote": 0, "pre": 11, "code": 20, "text_link": 49, "custom_emoji": 99}
_ORDER |= {style: 90 + place for place, style in enumerate(STYLES)}
_BLANK = re.compile(r"[\x00-\x08\t\x0b\x0c\x0e-\x1f]")
_DROPPED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")


class MarkupError(ValueError):
    """The markup cannot be read; the text of the error is Telegram's reason."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity: `offset` and `size` count UTF-16 code units."""

    type: str
    offset: int
    size: int
    extra: Json = field(default_factory=dict)

    @property
    def end(self) -> int:
        """The first unit after the entity."""
        return self.offset + self.size

    def rank(self) -> tuple[int, int, int]:
        """Sorts outer entities before the ones inside them."""
        return self.offset, -self.size, _ORDER.get(self.type, 50)


@dataclass(frozen=True, slots=True)
class Formatted:
    """Text without markup, and its entities in Telegram's order."""

    text: str
    entities: tuple[Entity, ...] = ()


def length(text: str) -> int:
    """The length of the text in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def as_json(entities: Iterable[Entity]) -> list[Json]:
    """The entities as MessageEntity objects."""
    return [{"type": e.type, "offset": e.offset, "length": e.size, **e.extra} for e in entities]


def tidy(formatted: Formatted) -> Formatted:
    """Do what Telegram does before a text is shown: drop odd characters, nest entities properly, trim the ends."""
    return _trimmed(_cleaned(formatted))


def _cleaned(formatted: Formatted) -> Formatted:
    text = _BLANK.sub(" ", formatted.text)
    entities = formatted.entities
    if _DROPPED.search(text):
        entities = tuple(_moved(entity, text) for entity in entities)
        text = _DROPPED.sub("", text)
    return Formatted(text, tuple(_nested(entities)))


def _moved(entity: Entity, text: str) -> Entity:
    units = text.encode("utf-16-le")
    before, inside = units[: 2 * entity.offset], units[2 * entity.offset : 2 * entity.end]
    return replace(entity, offset=_kept_units(before), size=_kept_units(inside))


def _kept_units(units: bytes) -> int:
    return length(_DROPPED.sub("", units.decode("utf-16-le", "surrogatepass")))


def _nested(entities: Iterable[Entity]) -> list[Entity]:
    whole: list[Entity] = []
    styles: list[Entity] = []
    for entity in sorted((e for e in entities if e.size > 0), key=Entity.rank):
        if entity.type in STYLES:
            styles.append(entity)
        elif not any(_clashes(entity, other) for other in whole):
            whole.append(entity)
    kept = [part for style in _melted(styles) for part in _around_code(style, whole)]
    return sorted(whole + kept, key=Entity.rank)


def _clashes(entity: Entity, other: Entity) -> bool:
    apart = entity.offset >= other.end or entity.end <= other.offset
    if apart:
        return False
    is_inside = entity.offset >= other.offset and entity.end <= other.end
    return not (is_inside and other.type in QUOTES and entity.type not in QUOTES)


def _melted(styles: list[Entity]) -> list[Entity]:
    melted: list[Entity] = []
    for style in sorted(styles, key=lambda e: (e.type, e.offset)):
        last = melted[-1] if melted else None
        if last and last.type == style.type and style.offset <= last.end:
            melted[-1] = replace(last, size=max(last.end, style.end) - last.offset)
        else:
            melted.append(style)
    return melted


def _around_code(style: Entity, whole: list[Entity]) -> list[Entity]:
    """What is left of a style outside code: code shows no other style."""
    parts, start = [], style.offset
    for code in (e for e in whole if e.type in CODE):
        if code.end <= start or code.offset >= style.end:
            continue
        if code.offset > start:
            parts.append(replace(style, offset=start, size=code.offset - start))
        start = code.end
    if start < style.end:
        parts.append(replace(style, offset=start, size=style.end - start))
    return parts


def _trimmed(formatted: Formatted) -> Formatted:
    text = formatted.text.rstrip()
    entities = _cut(formatted.entities, length(text))
    first_entity = entities[0].offset if entities else len(text)
    spaces = min(len(text) - len(text.lstrip(" \n")), first_entity)
    if spaces:
        entities = [replace(entity, offset=entity.offset - spaces) for entity in entities]
    return Formatted(text[spaces:], tuple(entities))


def _cut(entities: Iterable[Entity], end: int) -> list[Entity]:
    kept = [replace(entity, size=min(entity.end, end) - entity.offset) for entity in entities if entity.offset < end]
    return sorted(kept, key=Entity.rank)


def entity_from_json(value: Any) -> Entity | None:
    """A MessageEntity a bot sent; None for kinds that Telegram finds by itself. MarkupError if it is none."""
    if not isinstance(value, dict):
        raise MarkupError("expected an Object")
    if not all(isinstance(value.get(name), int) for name in ("offset", "length")):
        raise MarkupError('field "offset" must be of type Number')
    kind = value.get("type")
    if kind in _FOUND_BY_TELEGRAM:
        return None
    if kind not in _SENT_BY_BOTS:
        raise MarkupError("Unsupported type specified" if kind else "Type is not specified")
    extra = {name: value[name] for name in _SENT_BY_BOTS[kind] if name in value}
    return Entity(kind, value["offset"], value["length"], extra)


_FOUND_BY_TELEGRAM = {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number",
}  # fmt: skip
_SENT_BY_BOTS: dict[str, tuple[str, ...]] = dict.fromkeys((*STYLES, *QUOTES, "code"), ()) | {
    "pre": ("language",),
    "text_link": ("url",),
    "text_mention": ("user",),
    "custom_emoji": ("custom_emoji_id",),
    "date_time": ("unix_time", "date_time_format"),
}
