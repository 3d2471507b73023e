from typing import Any

import pytest

from simulator import Person
from simulator.bot_api.parameters import Parameters, form_fields
from simulator.bot_api.refusals import Refusal
from simulator.state.files import Upload
from tests.support.bot_api_client import Client


@pytest.mark.parametrize(
    ("sent", "text"), [("hej", "hej"), (5, "5"), (True, "true"), ([1], "[1]"), ({"a": None}, '{"a":null}'), (None, "")]
)
def test_anything_reads_as_text(sent: Any, text: str) -> None:
    assert Parameters({"x": sent}).text("x") == text


@pytest.mark.parametrize(("sent", "number"), [("12", 12), (12, 12), (" -3", -3), ("7up", 7), ("no", 0), ("", 9)])
def test_numbers_are_read_leniently(sent: Any, number: int) -> None:
    assert Parameters({"x": sent}).integer("x", 9) == number


def test_missing_parameters_have_defaults() -> None:
    parameters = Parameters()
    assert parameters.integer("x", 3) == 3
    assert parameters.text("x") == ""
    assert parameters.number("x") == 0.0
    assert parameters.value("x", "") is None
    assert not parameters.has("x")


@pytest.mark.parametrize(("sent", "yes"), [("true", True), ("True", True), ("1", True), (True, True), ("0", False)])
def test_flags(sent: Any, yes: bool) -> None:
    assert Parameters({"x": sent}).flag("x") is yes


def test_json_may_be_sent_as_text() -> None:
    assert Parameters({"x": '{"a":1}'}).value("x", "") == Parameters({"x": {"a": 1}}).value("x", "") == {"a": 1}


def test_text_that_is_not_json_is_refused_with_the_complaint_given() -> None:
    with pytest.raises(Refusal, match="Bad Request: can't parse menu"):
        Parameters({"x": "{"}).value("x", "Can't parse menu")


def test_uploads_by_name_and_by_reference() -> None:
    upload = Upload("a.png", "image/png", b"x")
    assert Parameters({}, {"photo": upload}).upload("photo") is upload
    assert Parameters({"photo": "attach://f"}, {"f": upload}).upload("photo") is upload
    assert Parameters({"photo": "attach://other"}, {"f": upload}).upload("photo") is None


async def test_form_json_query_and_the_body_of_a_get_give_the_same_parameters(bot: Client, anna: Person) -> None:
    fields = {"chat_id": anna.id, "text": "hej"}
    one, two = await bot("sendMessage", **fields), await bot.with_json("sendMessage", **fields)
    async with bot.http.get(bot.address("sendMessage"), params={"chat_id": str(anna.id), "text": "hej"}) as answer:
        three = (await answer.json())["result"]
    async with bot.http.get(bot.address("sendMessage"), data={"chat_id": str(anna.id), "text": "hej"}) as answer:
        four = (await answer.json())["result"]
    assert one["text"] == two["text"] == three["text"] == four["text"] == "hej"
    assert {message["chat"]["id"] for message in (one, two, three, four)} == {anna.id}


async def test_multipart_text_is_text(bot: Client, anna: Person) -> None:
    message = await bot.with_files("sendMessage", {"unused": b"x"}, chat_id=anna.id, text="hej")
    assert message["text"] == "hej"


@pytest.mark.parametrize(
    ("kind", "body", "description"),
    [
        ("application/json", b"{", "Bad Request: can't parse JSON object"),
        ("application/json", b"[]", "Bad Request: expected a JSON object"),
        ("application/x-www-form-urlencoded", b"text=\xff", "Bad Request: strings must be encoded in UTF-8"),
        ("application/x-www-form-urlencoded", b"text=%ff", "Bad Request: strings must be encoded in UTF-8"),
    ],
)
async def test_bodies_that_cannot_be_read_are_refused(bot: Client, kind: str, body: bytes, description: str) -> None:
    async with bot.http.post(bot.address("getMe"), data=body, headers={"Content-Type": kind}) as answer:
        assert (answer.status, (await answer.json())["description"]) == (400, description)


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ("a=50+%25+%2B+1&b=%E2%82%AC%0D%0A%f0%9f%98%80", [("a", "50 % + 1"), ("b", "€\r\n😀")]),
        ("å=å&%61=b=;c#d%2&&c=&d", [("å", "å"), ("a", "b=;c#d%2"), ("c", ""), ("d", "")]),
        ("a=%EF%BF%BD&a=�", [("a", "�"), ("a", "�")]),
    ],
)
def test_forms_are_decoded(form: str, fields: list[tuple[str, str]]) -> None:
    assert form_fields(form) == fields


@pytest.mark.parametrize("form", ["a=%ff", "%ff=a", "a=%C3&a=b", "a=%ED%A0%80"])
def test_forms_that_are_not_utf_8_are_refused(form: str) -> None:
    with pytest.raises(ValueError, match="utf-8"):
        form_fields(form)


async def test_an_empty_json_body_has_no_parameters(bot: Client) -> None:
    async with bot.http.post(bot.address("getMe"), data=b"", headers={"Content-Type": "application/json"}) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"nonsense",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: odd\r\n\r\nb\r\n--x--\r\n',
    ],
)
async def test_invalid_multipart_is_refused(bot: Client, body: bytes) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    async with bot.http.post(bot.address("getMe"), data=body, headers=kind) as answer:
        assert (answer.status, (await answer.json())["description"]) == (400, "Bad Request: can't parse multipart form")


async def test_parts_of_any_type_without_a_file_name_are_text(bot: Client, anna: Person) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    fields = {"chat_id": str(anna.id), "text": "hej"}
    head = '--x\r\nContent-Disposition: form-data; name="{}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    body = "".join(f"{head.format(name)}{text}\r\n" for name, text in fields.items())
    async with bot.http.post(bot.address("sendMessage"), data=f"{body}--x--\r\n", headers=kind) as answer:
        assert (await answer.json())["result"]["text"] == "hej"
