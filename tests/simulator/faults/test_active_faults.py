"""Every way in which a request can go wrong: what the bot gets, and what the person receives nevertheless."""

import asyncio
from typing import Any

import aiohttp
import orjson
import pytest

from simulator import Fault, Faults, Person, Request, Simulator
from simulator.bot_api.parameters import Parameters
from tests.support.bot_api_client import Client
from tests.support.waiting import until

BROKEN = (aiohttp.ClientError, ConnectionError)


async def send(bot: Client, person: Person, text: str = "hej") -> tuple[int, bytes]:
    async with bot.http.post(bot.address("sendMessage"), data={"chat_id": person.id, "text": text}) as answer:
        return answer.status, await answer.read()


@pytest.mark.parametrize(("cut", "delivered"), [("headers", 0), ("body", 0), ("delivered", 1), ("half", 1)])
async def test_cuts_within_a_request(bot: Client, simulator: Simulator, anna: Person, cut: Any, delivered: int) -> None:
    number = simulator.faults.add(Fault(methods={"sendMessage"}, cut=cut))
    with pytest.raises(BROKEN):
        await send(bot, anna)
    assert simulator.judge.counts[anna.id] == delivered
    assert simulator.faults.struck(number) == 1
    assert (await send(bot, anna))[0] == 200


async def test_a_cut_before_anything_is_read(bot: Client, simulator: Simulator, anna: Person) -> None:
    simulator.faults.add(Fault(cut="accept", times=2))
    for _ in range(2):
        with pytest.raises(BROKEN):
            await send(bot, anna)
    assert simulator.judge.total == 0
    assert (await send(bot, anna))[0] == 200


async def test_a_connection_promised_to_stay_open_closes(bot: Client, simulator: Simulator, anna: Person) -> None:
    simulator.faults.add(Fault(cut="close"))
    async with bot.http.post(bot.address("sendMessage"), data={"chat_id": anna.id, "text": "a"}) as answer:
        assert answer.headers["Connection"] == "keep-alive"
        assert orjson.loads(await answer.read())["ok"]
    assert simulator.judge.counts[anna.id] == 1


async def test_half_a_response_cannot_be_read(bot: Client, simulator: Simulator, anna: Person) -> None:
    simulator.faults.add(Fault(cut="half", status=502, body="html", deliver=True, retry_after=3))
    async with bot.http.post(bot.address("sendMessage"), data={"chat_id": anna.id, "text": "a"}) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (502, "3")
        with pytest.raises(BROKEN):
            await answer.read()


OTHER_ANSWERS: list[tuple[int, Any, bytes]] = [
    (502, "html", b"<html><head><title>502 Bad Gateway</title></head>"),
    (500, "json", b'{"ok":false,"error_code":500,"description":"Internal Server Error"}'),
    (401, "json", b'{"ok":false,"error_code":401,"description":"Unauthorized"}'),
    (404, "json", b'{"ok":false,"error_code":404,"description":"Not Found"}'),
    (200, "junk", b'{"ok":tru'),
    (200, "not_ok", b'{"ok":false}'),
    (200, "no_result", b'{"ok":true}'),
    (200, "empty", b""),
]


@pytest.mark.parametrize("deliver", [False, True])
@pytest.mark.parametrize("answer", OTHER_ANSWERS)
async def test_responses_that_replace_the_true_one(
    bot: Client, anna: Person, answer: tuple[int, Any, bytes], deliver: bool
) -> None:
    status, body, content = answer
    bot.simulator.faults.add(Fault(status=status, body=body, deliver=deliver))
    got, words = await send(bot, anna)
    assert (got, words[: len(content)]) == (status, content)
    assert bool(words) == bool(content)
    assert bot.simulator.judge.counts[anna.id] == int(deliver)


@pytest.mark.parametrize(
    ("retry_after", "parameters", "description"),
    [
        (7, {"retry_after": 7}, "Too Many Requests: retry after 7"),
        (0, {"retry_after": 0}, "Too Many Requests: retry after 0"),
        (None, {}, "Too Many Requests"),
    ],
)
async def test_429_with_and_without_a_time(
    bot: Client, anna: Person, retry_after: int | None, parameters: Any, description: str
) -> None:
    bot.simulator.faults.add(Fault(status=429, retry_after=retry_after))
    refused = await bot.refused("sendMessage", chat_id=anna.id, text="a")
    assert (refused.status, refused.parameters, refused.description) == (429, parameters, description)


async def test_a_description_of_ones_own(bot: Client, simulator: Simulator, anna: Person) -> None:
    simulator.faults.add(Fault(status=403, description="Forbidden: a new reason"))
    assert await bot.refusal("sendMessage", chat_id=anna.id, text="a") == "Forbidden: a new reason"


async def test_delays_before_and_after(bot: Client, simulator: Simulator, anna: Person) -> None:
    simulator.faults.add(Fault(delay=0.001, hold=0.001))
    assert (await send(bot, anna))[0] == 200


async def test_a_message_is_delivered_even_if_the_bot_stops_waiting(
    bot: Client, simulator: Simulator, anna: Person
) -> None:
    simulator.faults.add(Fault(hold=3600))
    sending = asyncio.create_task(send(bot, anna, "a"))
    await until(lambda: simulator.judge.texts(anna.id) == ["a"])
    assert not sending.done(), "the message is there, and no answer has come"
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert simulator.judge.texts(anna.id) == ["a"]


def request(method: str = "sendmessage", chat: int = 1) -> Request:
    return Request(method, chat, Parameters({"text": "a"}))


def struck(faults: Faults, *requests: Request) -> list[bool]:
    return [faults.on_request(request) is not None for request in requests]


def test_a_fault_matches_methods_and_chats() -> None:
    faults = Faults()
    faults.add(Fault(methods="sendMessage", chats={1}, times=None))
    assert struck(faults, request(), request(chat=2), request("getme")) == [True, False, False]


def test_a_fault_skips_requests_and_strikes_a_number_of_times() -> None:
    faults = Faults()
    faults.add(Fault(methods={"sendMessage"}, skip=2, times=2))
    requests = [request(), request("getme"), request(), request(), request(), request()]
    assert struck(faults, *requests) == [False, False, False, True, True, False]


def test_a_fault_matches_by_predicate() -> None:
    faults = Faults()
    faults.add(Fault(when=lambda request: request.parameters.text("text") == "b"))
    assert struck(faults, request()) == [False]


def test_chance_is_repeatable() -> None:
    def run(seed: int) -> list[bool]:
        faults = Faults()
        faults.add(Fault(chance=0.3, times=None, seed=seed))
        return struck(faults, *[request()] * 200)

    assert run(1) == run(1) != run(2)
    assert 30 < sum(run(1)) < 90


def test_the_fault_added_first_strikes_first() -> None:
    faults = Faults()
    for status in (500, 502):
        faults.add(Fault(status=status))
    statuses = [fault.status for _ in range(2) if (fault := faults.on_request(request()))]
    assert statuses == [500, 502]


def test_ending_faults() -> None:
    faults = Faults()
    number = faults.add(Fault(times=None))
    faults.add(Fault(methods={"getMe"}, times=None))
    faults.remove(number)
    faults.remove(number)
    assert struck(faults, request(), request("getme")) == [False, True]
    faults.clear()
    assert not faults


def test_early_cuts_do_not_strike_later() -> None:
    faults = Faults()
    faults.add(Fault(cut="accept"))
    faults.add(Fault(cut="headers", methods={"getMe"}))
    assert struck(faults, request("getme")) == [False]
    assert [faults.on_headers("sendmessage"), faults.on_headers("getme")] == [False, True]
    assert [faults.on_connection(), faults.on_connection()] == [True, False]


def test_faults_in_force_as_json() -> None:
    faults = Faults()
    faults.add(Fault(methods={"getMe"}, status=500))
    struck(faults, request("getme"))
    (shown,) = faults.as_json()
    assert (shown["id"], shown["struck"], shown["methods"], shown["status"]) == (1, 1, ["getme"], 500)
