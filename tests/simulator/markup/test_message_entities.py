from typing import Any

import pytest

from simulator.markup import Entity, MarkupError, entities_from_json

PLACE = {"offset": 1, "length": 2}


@pytest.mark.parametrize(
    ("value", "entity"),
    [
        ({"type": "bold", **PLACE}, Entity("bold", 1, 2)),
        ({"type": "bold", "offset": "1", "length": "2"}, Entity("bold", 1, 2)),
        ({"type": "pre", **PLACE}, Entity("pre", 1, 2)),
        ({"type": "pre", **PLACE, "language": "sql"}, Entity("pre", 1, 2, {"language": "sql"})),
        ({"type": "text_link", **PLACE, "url": "a.se"}, Entity("text_link", 1, 2, {"url": "http://a.se/"})),
        ({"type": "text_link", **PLACE, "url": "tg://user?id=5"}, Entity("text_mention", 1, 2, {"user": {"id": 5}})),
        ({"type": "text_mention", **PLACE, "user": {"id": 5}}, Entity("text_mention", 1, 2, {"user": {"id": 5}})),
        ({"type": "custom_emoji", **PLACE, "custom_emoji_id": 5}, Entity("custom_emoji", 1, 2, {"custom_emoji_id": "5"})),
        (
            {"type": "date_time", **PLACE, "unix_time": 5, "date_time_format": "tw"},
            Entity("date_time", 1, 2, {"unix_time": 5, "date_time_format": "wt"}),
        ),
        ({"type": "hashtag", **PLACE}, None),
    ],
)  # fmt: skip
def test_entities_that_bots_send(value: dict[str, Any], entity: Entity | None) -> None:
    assert list(entities_from_json([value])) == ([entity] if entity else [])


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (5, "Can't parse MessageEntity: expected an Object"),
        ({"type": "bold", "length": 2}, "Can't parse MessageEntity: Can't find field \"offset\""),
        ({"type": "bold", "offset": [1], "length": 2}, 'Can\'t parse MessageEntity: Field "offset" must be a Number'),
        (
            {"type": "bold", "offset": 1.5, "length": 2},
            'Can\'t parse MessageEntity: Field "offset" must be a valid Number',
        ),
        ({"type": "big", **PLACE}, "Can't parse MessageEntity: Unsupported type specified"),
        ({"type": "", **PLACE}, "Can't parse MessageEntity: Type is not specified"),
        (PLACE, "Can't parse MessageEntity: Can't find field \"type\""),
        ({"type": True, **PLACE}, 'Can\'t parse MessageEntity: Field "type" must be of type String'),
        ({"type": "text_link", **PLACE}, "Can't parse MessageEntity: Can't find field \"url\""),
        ({"type": "text_link", **PLACE, "url": "a"}, "Entity URL 'a' is invalid: Wrong HTTP URL"),
        ({"type": "text_mention", **PLACE}, "Can't parse MessageEntity: Can't find field \"user\""),
        (
            {"type": "text_mention", **PLACE, "user": 5},
            'Can\'t parse MessageEntity: Field "user" must be of type Object',
        ),
        ({"type": "custom_emoji", **PLACE, "custom_emoji_id": 0}, "Invalid custom emoji identifier specified"),
        (
            {"type": "date_time", **PLACE, "unix_time": 5, "date_time_format": "x"},
            "Can't parse MessageEntity: Invalid date-time format specified",
        ),
        ({"type": "date_time", **PLACE, "unix_time": 0}, "Invalid date specified"),
    ],
)
def test_invalid_entities(value: object, reason: str) -> None:
    with pytest.raises(MarkupError) as complaint:
        list(entities_from_json([value]))
    assert str(complaint.value) == reason
