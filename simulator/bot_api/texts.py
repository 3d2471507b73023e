"""The text or caption of a request: parsed, checked, and as the fields of a Message."""

from typing import Any

from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import CAPTION_TOO_LONG, TEXT_BLANK, TEXT_EMPTY, TEXT_TOO_LONG, bad_request
from simulator.json_objects import Json
from simulator.markup import Formatted, MarkupError, as_json, length, parse_html, tidy
from simulator.markup.detection import with_found
from simulator.markup.entities import entity_from_json

LONGEST_TEXT = 4096
"""UTF-16 units of a text after parsing. Telegram counts characters here; units are never fewer."""

LONGEST_CAPTION = 1024
LONGEST_SOURCE = 1 << 15
"""Bytes of a text before parsing."""


def message_text(parameters: Parameters, *, checks: bool) -> Json:
    """The fields `text` and `entities` of a message. Refused as Telegram refuses."""
    source = parameters.text("text")
    if not source:
        raise bad_request(TEXT_EMPTY)
    if not checks:
        return {"text": source}
    formatted = _formatted(source, parameters.text("parse_mode"), _entities(parameters, "entities"))
    if not formatted.text:
        raise bad_request(TEXT_BLANK)
    if length(formatted.text) > LONGEST_TEXT:
        raise bad_request(TEXT_TOO_LONG)
    return _fields("text", "entities", formatted)


def caption(parameters: Parameters, *, checks: bool) -> Json:
    """The fields `caption` and `caption_entities` of a message; empty without a caption."""
    source = parameters.text("caption")
    entities = _entities(parameters, "caption_entities")
    return caption_of(source, parameters.text("parse_mode"), entities, checks=checks)


def caption_of(source: str, parse_mode: str, entities: Any, *, checks: bool) -> Json:
    """The same for a caption that stands inside another object."""
    if not checks:
        return {"caption": source} if source else {}
    formatted = _formatted(source, parse_mode, entities)
    if length(formatted.text) > LONGEST_CAPTION:
        raise bad_request(CAPTION_TOO_LONG)
    return _fields("caption", "caption_entities", formatted) if formatted.text else {}


def _entities(parameters: Parameters, name: str) -> Any:
    return parameters.value(name, "can't parse entities JSON object") if parameters.has(name) else None


def _fields(text_name: str, entities_name: str, formatted: Formatted) -> Json:
    fields: Json = {text_name: formatted.text}
    if formatted.entities:
        fields[entities_name] = as_json(formatted.entities)
    return fields


def _formatted(source: str, parse_mode: str, entities: Any) -> Formatted:
    if len(source.encode(errors="replace")) > LONGEST_SOURCE:
        raise bad_request("Text is too long")
    mode = parse_mode.lower()
    if mode in ("", "none"):
        formatted = _with_entities(source, entities)
    elif mode == "html":
        formatted = _parsed(source)
    elif mode in ("markdown", "markdownv2"):
        raise bad_request(f"the simulator reads HTML only, parse mode {parse_mode} is not supported")
    else:
        raise bad_request("Unsupported parse_mode")
    return with_found(tidy(formatted))


def _parsed(source: str) -> Formatted:
    try:
        return parse_html(source)
    except MarkupError as error:
        raise bad_request(f"Can't parse entities: {error}") from None


def _with_entities(source: str, values: Any) -> Formatted:
    if not isinstance(values, list) or not values:
        return Formatted(source)
    try:
        entities = [entity for value in values if (entity := entity_from_json(value))]
    except MarkupError as error:
        raise bad_request(f"Can't parse MessageEntity: {error}") from None
    _check_places(entities, length(source))
    return Formatted(source, tuple(entities))


def _check_places(entities: list[Any], end: int) -> None:
    for entity in entities:
        if entity.offset < 0:
            raise bad_request(f"Receive an entity with incorrect offset {entity.offset}")
        if entity.size < 0 or entity.end > end:
            raise bad_request(f"Receive an entity with incorrect length {entity.size}")
