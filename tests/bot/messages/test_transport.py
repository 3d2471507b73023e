"""HTTP to Telegram: every failure says whether the request may have arrived."""

import asyncio
import socket
import traceback
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from telegram import InputFile
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.config import ROOT
from bot.messages import transport as module
from bot.messages.transport import (
    READ_SECONDS,
    UNSTATED_WAIT_SECONDS,
    NotSent,
    Transport,
    Unclear,
    _check_answer,
)
from simulator import Fault, Person, Simulator
from tests.support.waiting import PATIENCE_SECONDS


@pytest.fixture
async def transport() -> AsyncIterator[Transport]:
    transport = Transport()
    await transport.initialize()
    yield transport
    await transport.shutdown()


@pytest.fixture
def anna(simulator: Simulator) -> Person:
    return simulator.add_person("Anna", started=True)


def url(simulator: Simulator, method: str) -> str:
    return f"{simulator.url}/bot{simulator.token}/{method}"


def request_data(**fields: Any) -> RequestData:
    return RequestData([RequestParameter.from_input(name, value) for name, value in fields.items()])


async def say(transport: Transport, simulator: Simulator, person: Person, text: str = "hello") -> Any:
    return await transport.post(url(simulator, "sendMessage"), request_data(chat_id=person.id, text=text))


async def test_an_answer_is_given_as_plain_data(transport: Transport, simulator: Simulator, anna: Person) -> None:
    message = await say(transport, simulator, anna, "å 🦵 <b>")
    assert message["text"] == "å 🦵 <b>"
    assert simulator.judge.texts(anna.id) == ["å 🦵 <b>"]


async def test_a_file_is_uploaded(transport: Transport, simulator: Simulator, anna: Person) -> None:
    picture = (ROOT / "assets" / "toes-to-you.png").read_bytes()
    data = request_data(chat_id=anna.id, photo=InputFile(picture, filename="å toes.png"), caption="å")
    message: Any = await transport.post(url(simulator, "sendPhoto"), data)
    assert message["caption"] == "å"
    file: Any = await transport.post(url(simulator, "getFile"), request_data(file_id=message["photo"][-1]["file_id"]))
    address = f"{simulator.url}/file/bot{simulator.token}/{file['file_path']}"
    assert await transport.retrieve(address) == picture


async def test_a_method_may_have_no_parameters(transport: Transport, simulator: Simulator) -> None:
    me: Any = await transport.post(url(simulator, "getMe"))
    assert me["username"] == "charley_bot"


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, BadRequest), (401, InvalidToken), (403, Forbidden), (404, InvalidToken), (409, Conflict)],
)
async def test_a_refusal_is_the_librarys_own_error(
    status: int, error: type[TelegramError], transport: Transport, simulator: Simulator, anna: Person
) -> None:
    simulator.faults.add(Fault(methods={"sendMessage"}, status=status))
    with pytest.raises(error):
        await say(transport, simulator, anna)


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (Fault(status=429, retry_after=7), 7),
        (Fault(status=429, retry_after=0), UNSTATED_WAIT_SECONDS),
        (Fault(status=429, retry_after=-1), UNSTATED_WAIT_SECONDS),
        (Fault(status=429), UNSTATED_WAIT_SECONDS),
        (Fault(status=429, body="html"), UNSTATED_WAIT_SECONDS),
        (Fault(status=429, body="junk"), UNSTATED_WAIT_SECONDS),
        (Fault(status=429, body="empty"), UNSTATED_WAIT_SECONDS),
    ],
)
async def test_too_many_requests_always_says_how_long_to_wait(
    fault: Fault, seconds: int, transport: Transport, simulator: Simulator, anna: Person
) -> None:
    simulator.faults.add(fault)
    with pytest.raises(RetryAfter) as caught:
        await say(transport, simulator, anna)
    assert caught.value.retry_after == timedelta(seconds=seconds)


UNCLEAR = [
    pytest.param(Fault(status=500), id="500"),
    pytest.param(Fault(status=502, body="html"), id="502 with a page"),
    pytest.param(Fault(status=504, body="empty"), id="504 with nothing"),
    pytest.param(Fault(body="junk"), id="half an answer that ended"),
    pytest.param(Fault(body="html"), id="a page"),
    pytest.param(Fault(body="empty"), id="nothing"),
    pytest.param(Fault(body="not_ok"), id="not ok, and no reason"),
    pytest.param(Fault(body="no_result"), id="ok, and no result"),
    pytest.param(Fault(cut="body"), id="cut after the request"),
    pytest.param(Fault(cut="delivered"), id="cut before the answer"),
    pytest.param(Fault(cut="half"), id="cut within the answer"),
    pytest.param(Fault(cut="headers"), id="cut after the headers"),
    pytest.param(Fault(cut="accept"), id="cut once it was connected"),
]


@pytest.mark.parametrize("fault", UNCLEAR)
async def test_without_a_proper_answer_it_is_unclear_what_happened(
    fault: Fault, transport: Transport, simulator: Simulator, anna: Person
) -> None:
    simulator.faults.add(fault)
    with pytest.raises(Unclear) as caught:
        await say(transport, simulator, anna)
    assert simulator.token not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("fault", UNCLEAR)
async def test_it_works_again_after_an_error(
    fault: Fault, transport: Transport, simulator: Simulator, anna: Person
) -> None:
    simulator.faults.add(fault)
    with pytest.raises(Unclear):
        await say(transport, simulator, anna)
    assert (await say(transport, simulator, anna, "again"))["text"] == "again"


async def test_nothing_is_repeated_behind_the_senders_back(
    transport: Transport, simulator: Simulator, anna: Person
) -> None:
    simulator.faults.add(Fault(methods={"sendMessage"}, cut="delivered"))
    with pytest.raises(Unclear):
        await say(transport, simulator, anna)
    assert simulator.judge.counts[anna.id] == 1


async def test_an_answer_that_takes_too_long_leaves_it_unclear(
    transport: Transport, simulator: Simulator, anna: Person
) -> None:
    simulator.faults.add(Fault(hold=60.0))
    with pytest.raises(Unclear):
        await transport.post(url(simulator, "sendMessage"), request_data(chat_id=anna.id, text="x"), read_timeout=0.05)
    assert simulator.judge.counts[anna.id] == 1


async def test_a_server_that_does_not_read_is_given_up(transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CONNECT_SECONDS", 0.2)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}/method"
        async with asyncio.timeout(PATIENCE_SECONDS):
            with pytest.raises(Unclear):
                await transport.call(address, {}, {str(number): bytes(1_000_000) for number in range(20)}, seconds=0.1)


async def test_a_connection_that_is_refused_sent_nothing(transport: Transport) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(NotSent) as caught:
            await transport.post(f"http://127.0.0.1:{taken.getsockname()[1]}/bot1:token/getMe")
    assert "1:token" not in str(caught.value)


async def test_a_name_that_nobody_knows_sent_nothing(transport: Transport) -> None:
    with pytest.raises(NotSent):
        await transport.post("http://nowhere.invalid/bot1:token/getMe")


async def test_an_invalid_address_is_an_error_of_telegram(transport: Transport) -> None:
    with pytest.raises(TelegramError):
        await transport.post("http://127.0.0.1:99999/bot1:token/getMe")


@pytest.mark.parametrize("payload", [b"", b"junk", b"[]", b'"text"', b"1", b"[" * 100_000])
def test_an_answer_that_is_not_an_object_leaves_it_unclear(payload: bytes) -> None:
    with pytest.raises(Unclear):
        Transport.parse_json_payload(payload)


@pytest.mark.parametrize(
    ("body", "is_sound"),
    [
        (b'{"ok":true,"result":true}', True),
        (b'{"result": null, "ok": true}', True),
        (b' {"ok" : true, "result" : []}', True),
        (b'{"ok":"true","result":1}', False),
        (b'{"ok":1,"result":1}', False),
        (b'{"ok":true}', False),
        (b"[]", False),
    ],
)
async def test_only_yes_with_a_result_is_yes(body: bytes, is_sound: bool) -> None:
    if is_sound:
        _check_answer(200, body)
        return
    with pytest.raises(Unclear):
        _check_answer(200, body)


async def test_opening_twice_and_closing_twice_does_no_harm(simulator: Simulator) -> None:
    transport = Transport()
    await transport.shutdown()
    await transport.initialize()
    session = transport._session
    await transport.initialize()
    assert transport._session is session
    await transport.shutdown()
    await transport.shutdown()
    await transport.initialize()
    me: Any = await transport.post(url(simulator, "getMe"))
    assert me["is_bot"]
    await transport.shutdown()


async def test_it_must_be_opened(simulator: Simulator) -> None:
    with pytest.raises(TelegramError, match="not initialized"):
        await Transport().post(url(simulator, "getMe"))


def test_a_request_waits_as_long_as_its_time_limit() -> None:
    assert Transport().read_timeout == READ_SECONDS
    assert issubclass(Transport, BaseRequest)


async def test_a_method_is_called_with_plain_data(transport: Transport, simulator: Simulator, anna: Person) -> None:
    parameters: dict[str, Any] = {"chat_id": anna.id, "text": "<b>å</b>", "parse_mode": "HTML"}
    parameters["reply_parameters"] = {"message_id": 1, "allow_sending_without_reply": True}
    message = await transport.call(url(simulator, "sendMessage"), parameters)
    assert message["text"] == "å"


async def test_a_method_is_called_with_files(transport: Transport, simulator: Simulator, anna: Person) -> None:
    picture = (ROOT / "assets" / "toes-to-you.png").read_bytes()
    parameters: dict[str, Any] = {
        "chat_id": anna.id,
        "photo": "attach://toes",
        "caption": "å",
        "disable_notification": True,
    }
    parameters["reply_markup"] = {"inline_keyboard": [[{"text": "Å", "callback_data": "x"}]]}
    message = await transport.call(url(simulator, "sendPhoto"), parameters, {"toes": picture})
    assert message["caption"] == "å"
    assert message["reply_markup"]["inline_keyboard"][0][0]["text"] == "Å"
    assert message["photo"][-1]["file_size"] == len(picture)
    assert simulator.world.chats[anna.id].messages[message["message_id"]].silent


async def test_a_call_fails_like_any_request(transport: Transport, simulator: Simulator, anna: Person) -> None:
    with pytest.raises(BadRequest):
        await transport.call(url(simulator, "sendMessage"), {"chat_id": anna.id, "text": ""})
    simulator.faults.add(Fault(hold=60.0))
    with pytest.raises(Unclear):
        await transport.call(url(simulator, "sendMessage"), {"chat_id": anna.id, "text": "x"}, seconds=0.05)


async def test_the_callback_comes_when_the_last_byte_has_left_and_not_before(transport: Transport) -> None:
    there: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def on_sent() -> None:
            """Return what the other side can read at this moment."""
            connection, _ = server.accept()
            connection.setblocking(False)
            there.append(connection.recv(65_536))
            connection.close()

        with pytest.raises(Unclear):
            await transport.call(f"http://127.0.0.1:{server.getsockname()[1]}", {"text": "hello"}, on_sent=on_sent)
    assert len(there) == 1
    assert there[0].endswith(b'{"text":"hello"}')
