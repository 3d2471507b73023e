import asyncio
from contextlib import suppress
from typing import get_args

import aiohttp
import pytest
import uvloop

from simulator import Fault, Simulator
from simulator.faults import Cut
from tests.support.bot_api_client import Client
from tests.support.waiting import until


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.org"])
async def test_only_loopback_is_served(host: str) -> None:
    with pytest.raises(ValueError, match="outside this machine"):
        async with Simulator().serve(host=host):
            pass


async def test_beyond_loopback_if_allowed() -> None:
    async with Simulator().serve(host="0.0.0.0", beyond_loopback=True) as simulator, aiohttp.ClientSession() as http:
        address = f"http://127.0.0.1:{simulator.port}/phone"
        async with http.get(address, headers={"Host": "charley.example"}) as answer:
            assert answer.status == 200


async def test_the_url_has_the_port() -> None:
    async with Simulator().serve() as simulator:
        assert simulator.url == f"http://127.0.0.1:{simulator.port}"
        async with Client(simulator) as bot:
            assert (await bot("getMe"))["id"] == int(simulator.token.partition(":")[0])


async def test_closing_ends_every_request() -> None:
    """A long poll is answered, and a request that a fault holds is cut off."""
    async with aiohttp.ClientSession() as http:
        async with Simulator(brake=0).serve() as simulator:
            bot = Client(simulator)
            poll = asyncio.create_task(bot("getUpdates", timeout=50))
            await until(lambda: simulator.is_polled)
            number = simulator.faults.add(Fault(methods={"getMe"}, delay=3600))
            held = asyncio.create_task(bot("getMe"))
            await until(lambda: simulator.faults.struck(number))
        assert await poll == []
        with pytest.raises(aiohttp.ClientError):
            await held
        await bot.http.close()
        with pytest.raises(aiohttp.ClientError):
            await http.get(simulator.url)


async def test_a_bot_that_hangs_up_polls_no_more() -> None:
    async with Simulator(brake=0).serve() as simulator:
        poll = f"GET /bot{simulator.token}/getUpdates?timeout=50 HTTP/1.1\r\nHost: localhost\r\n\r\n"
        _, writer = await asyncio.open_connection("127.0.0.1", simulator.port)
        writer.write(poll.encode())
        await until(lambda: simulator.is_polled)
        writer.close()
        await until(lambda: not simulator.is_polled)


async def test_a_bot_with_another_name() -> None:
    async with Simulator("77:abc", name="Other", username="other_bot").serve() as simulator, Client(simulator) as bot:
        me = await bot("getMe")
    assert (me["id"], me["first_name"], me["username"]) == (77, "Other", "other_bot")


async def _every_cut() -> list[int]:
    """Return how many messages were delivered with each cut."""
    arrived = []
    async with Simulator().serve() as simulator:
        person = simulator.add_person(started=True)
        for cut in get_args(Cut):
            before = simulator.judge.total
            simulator.faults.add(Fault(cut=cut))
            async with Client(simulator) as bot:
                with suppress(aiohttp.ClientError):
                    await bot("sendMessage", chat_id=person.id, text="a")
            arrived.append(simulator.judge.total - before)
    return arrived


def test_cuts_work_with_uvloop_too() -> None:
    """Its transports are not those of asyncio."""
    assert uvloop.run(_every_cut()) == [0, 0, 0, 1, 1, 1]
