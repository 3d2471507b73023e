"""JSON of every kind that a network can bring."""

import json as standard
from typing import Any

import pytest

from bot.parsing import lenient_json

VALUES = [
    pytest.param({"update_id": 1, "message": {"text": "å 🦵"}}, id="an update"),
    pytest.param("lone \ud800 surrogate", id="what only the standard library takes"),
    pytest.param(2**70, id="more than 64 bits"),
    pytest.param([None, True, 1.5, "", {}], id="every kind"),
]


@pytest.mark.parametrize("value", VALUES)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    assert lenient_json.loads(lenient_json.dumps(value)) == value
    assert standard.loads(lenient_json.dumps(value)) == value, "any reader understands it"


def test_telegrams_lone_surrogates_are_read() -> None:
    assert lenient_json.loads(rb'{"text": "\ud83e"}') == {"text": "\ud83e"}


def test_bytes_that_are_no_utf8_are_replaced() -> None:
    assert lenient_json.loads(b'{"text": "caf\xe9"}') == {"text": "caf\ufffd"}


@pytest.mark.parametrize("junk", [b"", b'{"ok":tru', b"<html></html>", b"\xff\xfe", b"1" * 5000])
def test_junk_is_a_value_error(junk: bytes) -> None:
    with pytest.raises(ValueError, match="."):
        lenient_json.loads(junk)


@pytest.mark.parametrize("depth", [1_100, 2_000, 100_000])
def test_a_bottomless_value_is_a_value_error(depth: int) -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        lenient_json.loads(b"[" * depth + b"]" * depth)
    with pytest.raises(ValueError, match="."):
        lenient_json.loads(b"[" * depth)


def test_what_cannot_be_written_down_is_a_value_error() -> None:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(ValueError, match="nested too deeply"):
        lenient_json.dumps(value)


def test_an_update_may_be_nested_as_deep_as_any_real_one() -> None:
    deep = b"[" * 500 + b"]" * 500
    assert lenient_json.dumps(lenient_json.loads(deep)) == deep


def test_the_pieces_of_a_whole_that_cannot_be_read() -> None:
    deep = b'{"update_id":2,"x":' + b"[" * 5_000 + b"]" * 5_000 + b"}"
    good = rb'{"update_id":1,"text":"} ] { [ \" \\","more":{"a":[{}]}}'
    body = b'{"ok":true,"result":[' + b", ".join([good, deep, good]) + b"]}"
    with pytest.raises(ValueError, match="too deeply"):
        lenient_json.loads(body)
    assert lenient_json.pieces(body) == [good, deep, good]


@pytest.mark.parametrize("body", [b"", b"junk", b"]]}}", b"<html>{}</html>", b"[[]]", b'{"a":[1,2]}', b'{"a":[{"b":1'])
def test_what_has_no_such_pieces_has_none(body: bytes) -> None:
    assert lenient_json.pieces(body) == []
