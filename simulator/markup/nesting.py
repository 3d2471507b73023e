"""Which entities may stand together, and where they are cut so that they are properly nested."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from simulator.markup.entities import QUOTES, STYLES, VERBATIM, Entity, in_order


@dataclass(slots=True)
class _Layers:
    """The entities of a text, in one list for each rule of nesting."""

    solid: list[Entity] = field(default_factory=list)
    """Links, code, mentions and the like. They never overlap each other."""
    quotes: list[Entity] = field(default_factory=list)
    """Quotes. Solid entities may be inside them."""
    styles: list[Entity] = field(default_factory=list)
    """Bold, italic and the like. They are cut where other entities begin and end."""

    @classmethod
    def of(cls, entities: Iterable[Entity]) -> "_Layers":
        layers = cls()
        for entity in in_order(entities):
            if entity.type in STYLES:
                layers.styles.append(entity)
            elif entity.type in QUOTES:
                layers.quotes.append(entity)
            else:
                layers.solid.append(entity)
        return layers

    def nested(self) -> tuple[Entity, ...]:
        """Return all entities together.

        A style is cut where another style begins, and where a solid entity or a quote begins or ends. Inside a verbatim
        entity it is left out.
        """
        unbroken, styles = [*self.solid, *self.quotes], _joined(self.styles)
        ends = {place for entity in unbroken for place in (entity.offset, entity.end)}
        cuts = sorted(ends | {style.offset for style in styles})
        verbatim = in_order(entity for entity in unbroken if entity.type in VERBATIM)
        pieces = []
        for style in styles:
            inner = cuts[bisect_right(cuts, style.offset) : bisect_left(cuts, style.end)]
            for start, end in pairwise([style.offset, *inner, style.end]):
                # Verbatim entities do not overlap, so only the last one that begins up to here can reach further.
                number = bisect_right(verbatim, start, key=lambda entity: entity.offset)
                if not number or start >= verbatim[number - 1].end:
                    pieces.append(Entity(style.type, start, end - start))
        return tuple(in_order([*unbroken, *pieces]))


def nested(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """Return the entities that may stand together. Of two that exclude each other, the one that begins first stays."""
    layers = _Layers.of(entities)
    layers.quotes = without_overlaps(layers.quotes)
    layers.solid = _crossing_none(without_overlaps(layers.solid), layers.quotes)
    return layers.nested()


def with_detected(entities: Iterable[Entity], detected: Iterable[Entity]) -> tuple[Entity, ...]:
    """Return nested entities together with those detected in their text. Where they overlap, the detected give way."""
    layers = _Layers.of(entities)
    free = [entity for entity in detected if not any(_overlap(entity, other) for other in layers.solid)]
    layers.solid += _crossing_none(free, layers.quotes)
    return layers.nested()


def without_overlaps(entities: Iterable[Entity]) -> list[Entity]:
    """Return the entities in order, without those that begin inside an earlier one."""
    kept: list[Entity] = []
    for entity in in_order(entities):
        if not kept or entity.offset >= kept[-1].end:
            kept.append(entity)
    return kept


def _overlap(one: Entity, other: Entity) -> bool:
    return one.offset < other.end and other.offset < one.end


def _crossing_none(entities: Iterable[Entity], quotes: list[Entity]) -> list[Entity]:
    """Return the entities that are inside a quote or outside all quotes."""
    return [
        entity
        for entity in entities
        if all(
            not _overlap(entity, quote) or (quote.offset <= entity.offset and entity.end <= quote.end)
            for quote in quotes
        )
    ]


def _joined(styles: list[Entity]) -> list[Entity]:
    """Return the styles. Styles of the same type that overlap or touch are joined."""
    joined: list[Entity] = []
    for style in sorted(styles, key=lambda style: (style.type, style.offset)):
        last = joined[-1] if joined else None
        if last and last.type == style.type and style.offset <= last.end:
            joined[-1] = replace(last, size=max(last.end, style.end) - last.offset)
        else:
            joined.append(style)
    return joined
