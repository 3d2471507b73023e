"""Whether the simulator reads a text as TDLib does."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from random import Random

from simulator.markup import (
    PARSERS,
    Entity,
    Formatted,
    MarkupError,
    as_json,
    entities_from_json,
    with_detected_entities,
)
from simulator.markup.detection import detected_entities
from simulator.markup.entities import QUOTES, STYLES
from simulator.markup.nesting import without_overlaps
from simulator.markup.tidying import untrimmed
from tests.campaigns.markup import tdlib, texts

Result = Formatted | str
"""A text with its entities, or the reason why it is refused."""

OTHER_MARKS = ("**", "__", "~~", "||", "`", "[")
"""What TDLib reads as markup of people where it is asked to tidy a text. With these a text cannot be compared there."""


@dataclass(frozen=True)
class Report:
    """What came of comparing many texts."""

    texts: int = 0
    refused: int = 0
    entities: Counter[str] = field(default_factory=Counter)
    differences: tuple[str, ...] = ()

    def __add__(self, other: "Report") -> "Report":
        return Report(
            self.texts + other.texts,
            self.refused + other.refused,
            self.entities + other.entities,
            self.differences + other.differences,
        )


def check(seed: int) -> Report:
    """Compare the text with this number, in one of the parse modes or with entities."""
    random = Random(seed)
    mode = random.choice((*texts.MODES, texts.NO_MODE))
    source = texts.written(random, mode)
    return compare(mode, source, texts.entities(random, source) if mode == texts.NO_MODE else ())


def compare(mode: str, source: str, entities: tuple[Entity, ...] = ()) -> Report:
    """Compare what the simulator and TDLib make of a text: in a parse mode, or in none with these entities."""
    for ours, theirs in _marked(mode, source) if mode in PARSERS else _sent(Formatted(source, entities)):
        if ours != theirs:
            text = f"{mode} {source!r} {entities or ''}\n  simulator {ours}\n  TDLib     {theirs}"
            return Report(1, differences=(text,))
    if isinstance(ours, str):
        return Report(1, refused=1)
    return Report(1, entities=Counter(entity.type for entity in ours.entities))


def _marked(mode: str, source: str) -> Iterator[tuple[Result, Result]]:
    """Yield what becomes of a text with markup in the simulator and in TDLib, step by step."""
    ours = _result(PARSERS[mode], source)
    yield ours, _result(tdlib.parsed, mode, source)
    if isinstance(ours, Formatted):
        yield from _steps(ours, ours)


def _sent(sent: Formatted) -> Iterator[tuple[Result, Result]]:
    """Yield what becomes of a text with entities in the simulator and in TDLib, step by step."""
    ours = _result(_accepted, sent)
    if isinstance(ours, Formatted):
        yield from _steps(ours, sent)
    else:
        yield ours, _result(tdlib.tidied, sent)


def _steps(formatted: Formatted, sent: Formatted) -> Iterator[tuple[Result, Result]]:
    """Yield what the simulator and TDLib detect in a text, and what they make of its entities, as they were sent.

    What is detected is compared in the whole text. Then it is added to the other entities by hand, because TDLib does that
    only where it sends a message.
    """
    text = formatted.text
    is_comparable = not any(mark in text for mark in OTHER_MARKS)
    yield Formatted(text, _detected(text)), Formatted(text, tuple(tdlib.detected(text)))
    tidied = _result(untrimmed, formatted)
    yield tidied, _result(tdlib.tidied, sent) if is_comparable else tidied
    if isinstance(tidied, Formatted):
        solid = [entity for entity in tidied.entities if entity.type not in (*STYLES, *QUOTES)]
        free = [entity for entity in without_overlaps(detected_entities(tidied.text)) if not _overlaps(entity, solid)]
        ours = with_detected_entities(tidied)
        together = replace(tidied, entities=(*tidied.entities, *free))
        yield ours, _result(tdlib.tidied, together) if is_comparable else ours


def _accepted(sent: Formatted) -> Formatted:
    return Formatted(sent.text, tuple(entities_from_json(as_json(sent.entities))))


def _detected(text: str) -> tuple[Entity, ...]:
    """Return what the simulator detects, in the form of TDLib: with media timestamps and without phone numbers.

    Bots hear nothing of timestamps. Telegram's servers detect phone numbers, TDLib does not.
    """
    timestamps = [entity for entity in tdlib.detected(text) if entity.type == "media_timestamp"]
    others = [entity for entity in detected_entities(text) if entity.type != "phone_number"]
    return tuple(without_overlaps([*others, *timestamps]))


def _overlaps(entity: Entity, others: list[Entity]) -> bool:
    return any(entity.offset < other.end and other.offset < entity.end for other in others)


def _result(function: Callable[..., Formatted], *arguments: object) -> Result:
    try:
        return function(*arguments)
    except (MarkupError, tdlib.RefusedError) as error:
        return str(error)
