import asyncio
from typing import Any

import pytest

from simulator import TOKEN, Fault, Limits, Person, Simulator
from simulator.bot_api.endpoint import MOST_OPEN_REQUESTS
from tests.support.bot_api_client import Client
from tests.support.waiting import until


async def get(bot: Client, path: str) -> tuple[int, dict[str, Any]]:
    async with bot.http.get(bot.simulator.url + path) as answer:
        return answer.status, await answer.json()


@pytest.mark.parametrize("method", ["getMe", "getme", "GETME"])
async def test_method_names_ignore_case_and_get_is_allowed(bot: Client, method: str) -> None:
    status, content = await get(bot, f"/bot{TOKEN}/{method}")
    assert (status, content["ok"]) == (200, True)


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        ("/bot1234567890:another/getMe", 401, "Unauthorized"),
        ("/bot0:x/getMe", 404, "Not Found"),
        ("/botx/getMe", 404, "Not Found"),
        (f"/bot{TOKEN}", 404, "Not Found"),
        (f"/bot{TOKEN}/", 404, "Not Found"),
        (f"/bot{TOKEN}/sendNothing", 404, "Not Found: method not found"),
        (f"/bot{TOKEN}/sendinvoice", 501, "Not Implemented: the simulator has no sendInvoice"),
    ],
)
async def test_wrong_addresses(bot: Client, path: str, status: int, description: str) -> None:
    assert await get(bot, path) == (status, {"ok": False, "error_code": status, "description": description})


async def test_the_date_header_is_the_simulators_time(bot: Client) -> None:
    async with bot.http.get(bot.address("getMe")) as answer:
        assert answer.headers["Date"] == "Sun, 01 Nov 2026 20:00:00 GMT"
        assert answer.content_type == "application/json"


async def test_deliveries_have_the_number_of_their_request(bot: Client, simulator: Simulator, anna: Person) -> None:
    await bot("getMe")
    await bot("sendMessage", chat_id=anna.id, text="a")
    await bot("sendMessage", chat_id=anna.id, text="b")
    first, second = simulator.judge.received(anna.id)
    assert (first.method, second.request - first.request) == ("sendMessage", 1)


async def test_limits_answer_429_with_the_time_to_wait() -> None:
    async with Simulator(limits=Limits(chat_burst=1)).serve() as simulator, Client(simulator) as bot:
        person = simulator.add_person(started=True)
        await bot("sendMessage", chat_id=person.id, text="a")
        async with bot.http.post(bot.address("sendMessage"), data={"chat_id": person.id, "text": "b"}) as answer:
            assert answer.status == 429
            assert answer.headers["Retry-After"] == "1"
            assert (await answer.json())["parameters"] == {"retry_after": 1}
        assert simulator.judge.texts(person.id) == ["a"]


async def test_too_many_requests_at_once_are_refused(bot: Client, simulator: Simulator, anna: Person) -> None:
    simulator.faults.add(Fault(times=None, when=lambda request: request.method == "getme", delay=3600))
    body = f"GET /bot{TOKEN}/getMe HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    connections = [await asyncio.open_connection("127.0.0.1", simulator.port) for _ in range(MOST_OPEN_REQUESTS)]
    for _, writer in connections:
        writer.write(body)
    await until(lambda: simulator.faults.struck(1) == MOST_OPEN_REQUESTS)
    refused = await bot.refused("sendMessage", chat_id=anna.id, text="a")
    assert (refused.status, refused.parameters) == (429, {"retry_after": 60})
    for _, writer in connections:
        writer.transport.abort()


async def test_the_round_trip_can_be_long() -> None:
    async with Simulator(round_trip=0.002).serve() as simulator, Client(simulator) as bot:
        assert (await bot("getMe"))["is_bot"]
