"""TDLib, the library that Telegram's Bot API server uses, in the same words as the simulator."""

from typing import Any

import orjson
import tdjson

from simulator.markup import Entity, Formatted

MODES = {
    "html": {"@type": "textParseModeHTML"},
    "markdown": {"@type": "textParseModeMarkdown", "version": 1},
    "markdownv2": {"@type": "textParseModeMarkdown", "version": 2},
}
"""The parse modes, by their names in the Bot API in small letters."""

_PREFIX = "textEntityType"
_TYPES = {
    "TextUrl": "text_link", "MentionName": "text_mention", "PreCode": "pre", "EmailAddress": "email",
    "BlockQuote": "blockquote", "ExpandableBlockQuote": "expandable_blockquote", "BotCommand": "bot_command",
    "PhoneNumber": "phone_number", "BankCardNumber": "bank_card_number", "CustomEmoji": "custom_emoji",
    "DateTime": "date_time", "MediaTimestamp": "media_timestamp",
}  # fmt: skip
"""Types whose name in the Bot API is another one."""
_NAMES = {ours: theirs for theirs, ours in _TYPES.items() if theirs != "PreCode"}
_PARTS = (("date_precision", "d"), ("time_precision", "t"))


class RefusedError(ValueError):
    """TDLib refuses the request. The message is its reason."""


def parsed(mode: str, source: str) -> Formatted:
    """Return the text and the entities that markup stands for, before anything is tidied."""
    try:
        return _formatted(_execute("parseTextEntities", text=source, parse_mode=MODES[mode]))
    except RefusedError as error:
        raise RefusedError(str(error).removeprefix("Can't parse entities: ")) from None


def tidied(formatted: Formatted) -> Formatted:
    """Return a text with its entities nested and odd characters removed. Nothing is trimmed.

    TDLib offers this for a text in which people write ``**bold**``. So the text must have no such marks.
    """
    entities = [
        {"@type": "textEntity", "offset": entity.offset, "length": entity.size, "type": _type(entity)}
        for entity in formatted.entities
    ]
    return _formatted(
        _execute("parseMarkdown", text={"@type": "formattedText", "text": formatted.text, "entities": entities})
    )


def detected(text: str) -> list[Entity]:
    """Return what TDLib detects in a text. It also detects media timestamps, of which bots hear nothing."""
    return _entities(_execute("getTextEntities", text=text))


def _execute(method: str, **fields: Any) -> dict[str, Any]:
    response = tdjson.td_execute(orjson.dumps({"@type": method, **fields}))
    assert response is not None, method
    result: dict[str, Any] = orjson.loads(response)
    if result["@type"] == "error":
        raise RefusedError(result["message"])
    return result


def _formatted(result: dict[str, Any]) -> Formatted:
    return Formatted(result["text"], tuple(_entities(result)))


def _entities(result: dict[str, Any]) -> list[Entity]:
    return [_entity(entity["offset"], entity["length"], entity["type"]) for entity in result["entities"]]


def _entity(offset: int, size: int, kind: dict[str, Any]) -> Entity:
    name = kind["@type"].removeprefix(_PREFIX)
    extra = {field: value for field, value in kind.items() if field != "@type"}
    if name == "MentionName":
        extra = {"user": {"id": extra["user_id"]}}
    elif name == "DateTime":
        extra = {"unix_time": extra["unix_time"]} | _date_format(extra.get("formatting_type"))
    return Entity(_TYPES.get(name, name.lower()), offset, size, extra)


def _date_format(formatting: dict[str, Any] | None) -> dict[str, str]:
    if formatting is None:
        return {}
    if formatting["@type"].endswith("Relative"):
        return {"date_time_format": "r"}
    letters = "w" if formatting["show_day_of_week"] else ""
    for part, letter in _PARTS:
        precision = formatting[part]["@type"].removeprefix("dateTimePartPrecision")
        letters += {"None": "", "Short": letter, "Long": letter.upper()}[precision]
    return {"date_time_format": letters}


def _formatting(date_format: str) -> dict[str, Any] | None:
    if date_format in ("", "r"):
        return {"@type": "dateTimeFormattingTypeRelative"} if date_format else None
    formatting: dict[str, Any] = {"@type": "dateTimeFormattingTypeAbsolute", "show_day_of_week": "w" in date_format}
    for part, letter in _PARTS:
        precision = "Short" if letter in date_format else "Long" if letter.upper() in date_format else "None"
        formatting[part] = {"@type": f"dateTimePartPrecision{precision}"}
    return formatting


def _type(entity: Entity) -> dict[str, Any]:
    extra = dict(entity.extra)
    name = _NAMES.get(entity.type, entity.type.capitalize())
    if entity.type == "pre" and extra:
        name = "PreCode"
    elif entity.type == "text_mention":
        extra = {"user_id": extra["user"]["id"]}
    elif entity.type == "date_time":
        extra = {"unix_time": extra["unix_time"], "formatting_type": _formatting(extra.get("date_time_format", ""))}
    return {"@type": _PREFIX + name, **extra}


_execute("setLogVerbosityLevel", new_verbosity_level=0)
