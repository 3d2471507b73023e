"""The local chat, as a newcomer starts it."""

import signal

import aiohttp

from tests.support import simulator_process


async def test_the_chat_answers_and_ctrl_c_ends_it() -> None:
    async with simulator_process.started() as process, aiohttp.ClientSession() as client:
        url = await simulator_process.address(process)
        page = await (await client.get(url)).text()
        assert "<html" in page
        people = (await (await client.get(f"{url}/phone")).json())["people"]
        assert [person["language"] for person in people] == ["en", "sv"]
        watching = await client.get(f"{url}/phone/events")
        await client.post(f"{url}/phone/people/{people[0]['id']}/messages", json={"text": "/cramp"})
        async for line in watching.content:
            if b"inline_keyboard" in line and b"caption" in line:
                break
        watching.close()
        process.send_signal(signal.SIGINT)
        _, errors = await process.communicate()
        assert (process.returncode, errors) == (0, b"")
