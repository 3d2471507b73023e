"""The text or caption of a request: markup is parsed, lengths are checked, entities are found."""

from dataclasses import replace
from typing import Any

from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import CAPTION_TOO_LONG, TEXT_BLANK, TEXT_EMPTY, TEXT_TOO_LONG, bad_request
from simulator.json_objects import Json
from simulator.markup import (
    PARSERS,
    Formatted,
    MarkupError,
    as_json,
    entities_from_json,
    is_blank,
    tidy,
    utf16_length,
    with_detected_entities,
)
from simulator.state.world import World

LONGEST_TEXT = 4096
"""In UTF-16 units after parsing. Telegram counts characters, and a text never has more characters than units."""

LONGEST_CAPTION = 1024
"""In UTF-16 units after parsing."""

LONGEST_SOURCE = 1 << 15
"""In bytes before parsing."""


def message_text(world: World, parameters: Parameters) -> Json:
    """Return the fields `text` and `entities` of a message. A world that checks texts refuses them as Telegram does."""
    source = parameters.text("text")
    if not source:
        raise bad_request(TEXT_EMPTY)
    if not world.checks:
        return {"text": source}
    formatted = _formatted(source, parameters.text("parse_mode"), _entities(parameters, "entities"))
    if is_blank(formatted.text):
        raise bad_request(TEXT_BLANK)
    if utf16_length(formatted.text) > LONGEST_TEXT:
        raise bad_request(TEXT_TOO_LONG)
    return _fields(world, "text", "entities", formatted)


def link_preview_options(parameters: Parameters) -> Json:
    """Return the field `link_preview_options` of a message; an empty object if nothing was chosen."""
    if parameters.flag("disable_web_page_preview"):  # how it was sent before Bot API 7.0; still accepted
        return {"link_preview_options": {"is_disabled": True}}
    options = parameters.value("link_preview_options", "Can't parse link preview options JSON object")
    if options is None:
        return {}
    if not isinstance(options, dict):
        raise bad_request("Object expected as link preview options")
    return {"link_preview_options": options}


def caption(world: World, parameters: Parameters) -> Json:
    """Return the fields `caption` and `caption_entities` of a message; an empty object without a caption."""
    source = parameters.text("caption")
    entities = _entities(parameters, "caption_entities")
    return caption_of(world, source, parameters.text("parse_mode"), entities)


def caption_of(world: World, source: str, parse_mode: str, entities: Any) -> Json:
    """Return the fields `caption` and `caption_entities` for a caption in another object, such as InputMedia."""
    if not world.checks:
        return {"caption": source} if source else {}
    formatted = _formatted(source, parse_mode, entities)
    if utf16_length(formatted.text) > LONGEST_CAPTION:
        raise bad_request(CAPTION_TOO_LONG)
    return _fields(world, "caption", "caption_entities", formatted) if formatted.text else {}


def formatted_fields(world: World, source: str, parse_mode: str, entities: Any) -> Json:
    """Return the fields `text` and `entities` for a text in another object, such as a quote."""
    if not world.checks:
        return {"text": source}
    return _fields(world, "text", "entities", _formatted(source, parse_mode, entities))


def _entities(parameters: Parameters, name: str) -> Any:
    return parameters.value(name, "can't parse entities JSON object") if parameters.has(name) else None


def _fields(world: World, text_name: str, entities_name: str, formatted: Formatted) -> Json:
    entities = []
    for entity in formatted.entities:
        if entity.type != "text_mention":
            entities.append(entity)
        elif user := world.known_user(int(entity.extra["user"]["id"])):  # a mention of anybody else is plain text
            entities.append(replace(entity, extra={"user": user}))
    return {text_name: formatted.text} | ({entities_name: as_json(entities)} if entities else {})


def _formatted(source: str, parse_mode: str, entities: Any) -> Formatted:
    if len(source.encode(errors="replace")) > LONGEST_SOURCE:
        raise bad_request("Text is too long")
    mode = parse_mode.lower()
    if mode in ("", "none"):
        try:
            sent = tuple(entities_from_json(entities)) if isinstance(entities, list) else ()
            return with_detected_entities(tidy(Formatted(source, sent)))
        except MarkupError as error:
            raise bad_request(str(error)) from None
    if mode not in PARSERS:
        raise bad_request("Unsupported parse_mode")
    try:
        formatted = PARSERS[mode](source)  # a parse mode wins over entities, as on Telegram
    except MarkupError as error:
        raise bad_request(f"Can't parse entities: {error}") from None
    return with_detected_entities(tidy(formatted))
