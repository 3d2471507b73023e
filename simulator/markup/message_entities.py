"""MessageEntity objects, which bots may send instead of markup."""

from collections.abc import Iterable, Iterator
from typing import Any

from simulator.json_objects import Json
from simulator.markup.ascii_text import LARGEST_INTEGER, LARGEST_LONG, is_number
from simulator.markup.entities import QUOTES, STYLES, Entity, MarkupError
from simulator.markup.links import checked_link, custom_emoji, date_time, mentioned_user
from simulator.markup.tidying import clean

_DETECTED_BY_TELEGRAM = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"}
)
_WITHOUT_FIELDS = frozenset({*STYLES, *QUOTES, "code"})


def entities_from_json(values: Iterable[Any]) -> Iterator[Entity]:
    """Yield the entities that a bot sent, without those that Telegram detects by itself.

    Raises:
        MarkupError: if one is no MessageEntity, or Telegram does not accept its link, emoji or time.
    """
    for value in values:
        try:
            entity = _entity(value)
        except MarkupError as error:
            raise MarkupError(f"Can't parse MessageEntity: {error}") from None
        if entity:
            yield _accepted(entity)


def _entity(value: Any) -> Entity | None:
    """Return an entity as the Bot API server reads it. None if Telegram detects this type by itself."""
    if not isinstance(value, dict):
        raise MarkupError("expected an Object")
    offset, size = _number(value, "offset"), _number(value, "length")
    kind = _text(value, "type")
    if kind in _DETECTED_BY_TELEGRAM:
        return None
    if kind not in _WITHOUT_FIELDS and kind not in _FIELDS:
        raise MarkupError("Unsupported type specified" if kind else "Type is not specified")
    return Entity(kind, offset, size, _FIELDS[kind](value) if kind in _FIELDS else {})


def _language(value: Json) -> Json:
    language = _text(value, "language", "")
    return {"language": language} if language else {}


def _user(value: Json) -> Json:
    if "user" not in value:
        raise MarkupError('Can\'t find field "user"')
    if not isinstance(value["user"], dict):
        raise MarkupError('Field "user" must be of type Object')
    return {"user": {"id": _number(value["user"], "id", LARGEST_LONG)}}


def _time(value: Json) -> Json:
    unix_time, date_format = _number(value, "unix_time"), _text(value, "date_time_format", "")
    try:
        return date_time(unix_time, date_format)
    except MarkupError:
        raise MarkupError("Invalid date-time format specified") from None


_FIELDS = {
    "pre": _language,
    "text_link": lambda value: {"url": clean(_text(value, "url"))},
    "text_mention": _user,
    "custom_emoji": lambda value: {"custom_emoji_id": str(_number(value, "custom_emoji_id", LARGEST_LONG))},
    "date_time": _time,
}
"""By type: the function that reads the type's own fields."""


def _number(value: Json, name: str, largest: int = LARGEST_INTEGER) -> int:
    """Return the whole number in a field of an object. It may be sent as a string."""
    if name not in value:
        raise MarkupError(f'Can\'t find field "{name}"')
    if isinstance(value[name], bool) or not isinstance(value[name], int | float | str):
        raise MarkupError(f'Field "{name}" must be a Number')
    text = str(value[name])
    if not is_number(text, -largest - 1, largest):
        raise MarkupError(f'Field "{name}" must be a valid Number')
    return int(text)


def _text(value: Json, name: str, default: str | None = None) -> str:
    """Return the string in a field of an object. A number may be sent in its place."""
    text = value.get(name, default)
    if name not in value and default is None:
        raise MarkupError(f'Can\'t find field "{name}"')
    if isinstance(text, bool) or not isinstance(text, int | float | str):
        raise MarkupError(f'Field "{name}" must be of type String')
    return str(text)


def _accepted(entity: Entity) -> Entity:
    """Return an entity as TDLib stores it."""
    match entity.type:
        case "text_link":
            url = entity.extra["url"]
            if user := mentioned_user(url):
                return Entity("text_mention", entity.offset, entity.size, {"user": {"id": user}})
            try:
                return Entity("text_link", entity.offset, entity.size, {"url": checked_link(url)})
            except MarkupError as error:
                raise MarkupError(f"Entity URL '{url}' is invalid: {error}") from None
        case "custom_emoji":
            custom_emoji(entity.extra["custom_emoji_id"])
        case "date_time" if entity.extra["unix_time"] <= 0:
            raise MarkupError("Invalid date specified")
    return entity
