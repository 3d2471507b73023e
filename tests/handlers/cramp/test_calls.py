"""Calls for relief are found in the raw update, whatever else is in it."""

from typing import Any

import pytest

from handlers import cramp
from tests.support.running_bot import content

GROUP = {"id": -1, "type": "group"}
COMMAND = {"type": "bot_command", "offset": 0, "length": 6}


@pytest.mark.parametrize(
    ("raw", "urgent"),
    [
        ({"message": {"text": "/cramp"}}, True),
        ({"message": {"text": "/cramp!!"}}, True),
        ({"message": {"text": "Sendrag!"}}, True),
        ({"message": {"text": "/help"}}, False),
        ({"message": {"text": None}}, False),
        ({"message": {"text": ["/cramp"]}}, False),
        ({"message": {"caption": "/cramp"}}, True),
        ({"message": {}}, False),
        ({"message": "/cramp"}, False),
        ({"edited_message": {"text": "/cramp"}}, False),
        ({"message": {"text": "It still hurts"}}, True),
        ({"callback_query": {"data": "cramp:steps:relief"}}, True),
        ({"callback_query": {"data": "cramp:muscles:relief"}}, True),
        ({"callback_query": {"data": "cramp:signs"}}, True),
        ({"callback_query": {"data": "cramp:danger:foot"}}, True),
        ({"callback_query": {"data": "cramp:steps:arm"}}, False),
        ({"callback_query": {"data": "cramp:eased"}}, False),
        ({"callback_query": {"data": ""}}, False),
        ({"callback_query": {"data": "page:learn"}}, False),
        ({}, False),
    ],
)
def test_a_call_for_relief_is_recognized_in_the_raw_update(raw: dict[str, Any], urgent: bool) -> None:
    assert (cramp.call_finder(content())(raw) is not None) is urgent


@pytest.mark.parametrize(
    ("text", "urgent"),
    [
        ("/cramp@Charley_bot", True),
        ("/kramp", True),
        ("/cramp@charley_bot_too", False),
        ("/cramp@other_bot", False),
        ("/crmp", False),  # it may be another bot's command
        ("/ask i can't breathe", False),
        ("/cramp!", True),
        ("/cramp@charley_bot, please", True),
    ],
)
def test_in_a_group_only_a_command_to_this_bot_is_a_call(text: str, urgent: bool) -> None:
    raw = {"message": {"text": text, "entities": [COMMAND], "chat": GROUP}}
    assert (cramp.call_finder(content(), "charley_bot")(raw) is not None) is urgent


@pytest.mark.parametrize(
    ("message", "urgent"),
    [
        ({"text": "/cramp", "entities": [{"type": "bold", "offset": 0, "length": 6}, COMMAND]}, True),
        ({"text": "/cramp", "entities": [None, {}, COMMAND]}, True),
        ({"text": "/cramp", "entities": [{"type": "code", "offset": 0, "length": 6}]}, False),
        ({"text": "/cramp or /help", "entities": [{**COMMAND, "offset": 10}]}, False),
        ({"text": "/cramp", "entities": None}, False),
        ({"text": "/cramp", "entities": 7}, False),
        ({"text": "/cramp"}, False),
        ({"caption": "/cramp", "caption_entities": [COMMAND]}, False),
    ],
)
def test_in_a_group_telegram_must_have_marked_the_command(message: dict[str, Any], urgent: bool) -> None:
    raw = {"message": {**message, "chat": GROUP}}
    assert (cramp.call_finder(content())(raw) is not None) is urgent
