"""InlineQueryResult objects: checked, and turned into the message that they become when somebody chooses one."""

import re
from typing import Any

from simulator.bot_api.media import check_media, media_content
from simulator.bot_api.methods.contacts import contact_content
from simulator.bot_api.parameters import Parameters
from simulator.bot_api.places import location_content, venue_content
from simulator.bot_api.refusals import TEXT_EMPTY, bad_request, not_implemented
from simulator.bot_api.reply_markup import reply_markup
from simulator.bot_api.texts import link_preview_options, message_text
from simulator.json_objects import Json
from simulator.specification import fields_of, subtypes_of
from simulator.state.world import World

_LONGEST_ID = 64
_NOT_REQUIRED = frozenset({"thumbnail_url", "input_message_content"})
"""Fields that the tables of the Bot API require, although Telegram itself does not."""

_FILES = {
    "audio": ("audio", "audio"),
    "document": ("document", "document"),
    "gif": ("animation", "gif"),
    "mpeg4_gif": ("animation", "mpeg4"),
    "photo": ("photo", "photo"),
    "sticker": ("sticker", "sticker"),
    "video": ("video", "video"),
    "voice": ("voice", "voice"),
}
"""By type of result: the kind of its file, and the prefix of the fields about the file."""


def message_of(world: World, result: Any) -> tuple[str, Json]:
    """Return the id of a result, and the fields of the message that it becomes. Refused as Telegram refuses."""
    if not isinstance(result, dict):
        raise bad_request("Inline query result must be an object")
    kind = str(result.get("type", "")).lower()
    is_cached = any(name.endswith("_file_id") for name in result)
    name = f"InlineQueryResult{'Cached' if is_cached else ''}{kind.title().replace('_', '')}"
    if name not in subtypes_of("InlineQueryResult"):
        raise _unreadable(f'type "{kind}" is unsupported for the inline query result' if kind else _missing("type"))
    for field, field_type in fields_of(name).items():
        if field not in result and not field_type.endswith("?") and field not in _NOT_REQUIRED:
            raise _unreadable(_missing(field))
    result_id, fields = str(result["id"]), Parameters(result)
    if not 0 < len(result_id.encode()) <= _LONGEST_ID:
        raise bad_request("RESULT_ID_INVALID")
    content = _content(world, kind, result, fields)
    markup = reply_markup(fields, checks=world.checks)
    if markup and "inline_keyboard" not in markup:
        raise bad_request("Inline keyboard expected")
    return result_id, content | ({"reply_markup": markup} if markup else {})


def _missing(field: str) -> str:
    return f'Can\'t find field "{field}"'


def _unreadable(reason: str) -> Exception:
    return bad_request(f"Can't parse inline query result: {reason}")


def _content(world: World, kind: str, result: Json, fields: Parameters) -> Json:
    sent = result.get("input_message_content")
    if isinstance(sent, dict):
        return _input_content(world, Parameters(sent))
    match kind:
        case "article":
            if "message_text" not in result:  # the form of the first inline mode; still accepted
                raise _unreadable(_missing("message_text"))
            return _input_content(world, fields)
        case "location":
            return location_content(fields)
        case "venue":
            return venue_content(fields)
        case "contact":
            return contact_content(fields)
        case "game":
            raise not_implemented("InlineQueryResultGame")
    file_kind, prefix = _FILES[kind]
    named = {re.sub(f"^{prefix}_(?=width|height|duration)", "", name): value for name, value in result.items()}
    file = result.get(f"{prefix}_file_id") or result.get(f"{prefix}_url")
    media = Parameters(named | {"media": file})
    check_media(media, "media", bad_request("WEBDOCUMENT_URL_INVALID"))
    return media_content(world, file_kind, media, "media")


def _input_content(world: World, fields: Parameters) -> Json:
    """Return the content for an InputMessageContent object."""
    if fields.has("message_text"):
        text = Parameters(fields.values | {"text": fields.values["message_text"]})
        return message_text(world, text) | link_preview_options(text)
    if fields.has("phone_number"):
        return contact_content(fields)
    if fields.has("title") and fields.has("latitude"):
        return venue_content(fields)
    if fields.has("latitude"):
        return location_content(fields)
    if fields.has("rich_message") or fields.has("payload"):
        raise not_implemented("InputRichMessageContent or InputInvoiceMessageContent")
    raise bad_request(TEXT_EMPTY)
