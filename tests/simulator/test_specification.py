"""The specification, and the check that the tests make with it."""

from typing import Any

import pytest

from simulator.bot_api.methods import METHODS
from simulator.specification import fields_of, method_names, parameters_of, returned_type, subtypes_of
from tests.support.bot_api_types import problems

USER = {"id": 5, "is_bot": False, "first_name": "Anna"}


def test_methods_and_types() -> None:
    assert method_names()["sendvoice"] == "sendVoice"
    assert returned_type("sendVoice") == "Message"
    assert parameters_of("sendVoice")["voice"] == "InputFile|String"
    assert fields_of("Voice")["file_size"] == "Integer?"
    assert "ChatMemberOwner" in subtypes_of("ChatMember")
    assert subtypes_of("Voice") == []


def test_every_method_of_the_simulator_is_one_of_telegrams() -> None:
    assert METHODS.keys() <= method_names().keys()


@pytest.mark.parametrize(
    ("value", "kind", "complaints"),
    [
        (USER, "User", []),
        ({"id": 5}, "User", ["User.is_bot is missing", "User.first_name is missing"]),
        (USER | {"id": "5"}, "User", ["User.id: '5' is no Integer"]),
        (USER | {"id": True}, "User", ["User.id: True is no Integer"]),
        (USER | {"shoe": 44}, "User", ["User.shoe does not exist"]),
        ([USER, {}], "Array of User", [f"Array of User[1].{name} is missing" for name in ("id", "is_bot", "first_name")]),
        ({}, "Array of User", ["Array of User: {} is no array"]),
        ({"user": USER, "status": "member"}, "ChatMember", []),
        ({"user": USER, "status": "member", "shoe": 44}, "ChatMember", ["ChatMember.shoe does not exist"]),
        (True, "Message|Boolean", []),
        (1.5, "Float", []),
        (5, "User", ["User: 5 is no User"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_value(value: Any, kind: str, complaints: list[str]) -> None:
    assert list(problems(value, kind)) == complaints
