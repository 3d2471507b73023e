import asyncio
from typing import Any

import aiohttp
import orjson
import pytest

from simulator import Person, Simulator
from simulator.phone_web import event_stream
from tests.support.bot_api_client import Client
from tests.support.waiting import until


class Page:
    """A page that is connected to the stream of events."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self.answer = answer

    async def next(self) -> dict[str, Any]:
        while not (line := await self.answer.content.readline()).startswith(b"data: "):
            assert line, "the stream ended"
        event: dict[str, Any] = orjson.loads(line.removeprefix(b"data: "))
        return event


async def test_a_page_gets_every_event(bot: Client, simulator: Simulator, anna: Person) -> None:
    async with bot.http.get(simulator.url + "/phone/events") as answer:
        assert answer.content_type == "text/event-stream"
        assert await answer.content.readline() == b": hello\n"
        page = Page(answer)
        message = await bot("sendMessage", chat_id=anna.id, text="a")
        event = await page.next()
        assert (event["person"], event["kind"], event["message"]["text"]) == (anna.id, "message", "a")
        place = {"chat_id": anna.id, "message_id": message["message_id"]}
        await bot("editMessageText", **place, text="b")
        await bot("pinChatMessage", **place)
        await bot("deleteMessage", **place)
        await bot("sendChatAction", chat_id=anna.id, action="typing")
        await bot("setMyCommands", commands=[])
        await bot("setMyName", name="Bot")
        simulator.phone.react(anna, simulator.phone.say(anna, "c").id, "👍")
        simulator.phone.block(anna)
        simulator.clock.skip(simulator.clock() - simulator.clock())
        kinds = [(await page.next())["kind"] for _ in range(10)]
    expected = ["edit", "pin", "delete", "typing", "commands", "bot", "message", "reaction", "person", "clock"]
    assert kinds == expected


async def test_a_group_message_reaches_every_member(bot: Client, simulator: Simulator, anna: Person) -> None:
    bo = simulator.add_person("Bo")
    group = simulator.phone.new_group(anna, "Family", [bo])
    async with bot.http.get(simulator.url + "/phone/events") as answer:
        await answer.content.readline()
        await bot("sendMessage", chat_id=group.id, text="a")
        page = Page(answer)
        assert {(await page.next())["person"] for _ in range(2)} == {anna.id, bo.id}


async def test_the_stream_ends_with_the_simulator() -> None:
    async with aiohttp.ClientSession() as http:
        async with Simulator().serve() as simulator:
            answer = await http.get(simulator.url + "/phone/events")
            await answer.content.readline()
        assert await answer.content.read() == b"\n"


async def test_a_page_that_is_closed_is_forgotten(bot: Client, simulator: Simulator, anna: Person) -> None:
    answer = await bot.http.get(simulator.url + "/phone/events")
    await answer.content.readline()
    answer.close()

    def nobody_listens() -> bool:
        simulator.phone.say(anna, "hej")
        return not simulator.world.events.has_listeners

    await until(nobody_listens)


async def test_a_silent_stream_is_kept_alive(
    bot: Client, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "KEEP_ALIVE_SECONDS", 0.001)
    async with bot.http.get(simulator.url + "/phone/events") as answer:
        lines = [await asyncio.wait_for(answer.content.readline(), 5) for _ in range(3)]
    assert lines == [b": hello\n", b"\n", b": still here\n"]
