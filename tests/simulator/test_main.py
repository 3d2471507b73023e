"""`python -m simulator`, as a person starts it."""

import asyncio
import os
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from simulator.__main__ import main

PATIENCE_SECONDS = 60


@asynccontextmanager
async def chat(*arguments: str, **settings: str) -> AsyncIterator[Process]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TELEGRAM")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulator", *arguments, env={**environment, **settings}, stdout=PIPE, stderr=PIPE
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def address(process: Process) -> str:
    assert process.stdout
    while line := (await process.stdout.readline()).decode():
        if match := re.search(r"http://[^ ]+", line):
            return match[0]
    raise AssertionError("it printed no address")


async def test_the_chat_answers_and_ctrl_c_ends_it() -> None:
    async with chat(CHAT_PORT="0") as process, aiohttp.ClientSession() as client:
        url = await address(process)
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


async def test_with_a_token_the_bot_starts_instead() -> None:
    async with chat("--unless-token", TELEGRAM_BOT_TOKEN="wrong") as process:
        output, errors = await process.communicate()
        assert process.returncode == 2
        assert errors.startswith(b"TELEGRAM_BOT_TOKEN: must look like")
        assert output == b""


async def test_without_a_token_it_says_how_to_get_one(tmp_path: Path) -> None:
    async with chat("--unless-token", CHAT_PORT="0", TMPDIR=str(tmp_path)) as process:
        assert process.stdout
        assert (await process.stdout.readline()).startswith(b"TELEGRAM_BOT_TOKEN is not set")
        assert await address(process)


@pytest.mark.parametrize(
    ("setting", "value", "complaint"),
    [
        ("CHAT_PORT", "http", "CHAT_PORT: must be a number"),
        ("CHAT_PORT", "taken", "CHAT_PORT: cannot listen on 127.0.0.1, port "),
        ("CHAT_HOST", "0.0.0.0", "CHAT_HOST: 0.0.0.0 can be reached from outside"),
    ],
)
def test_an_address_that_cannot_be_used_is_named(
    setting: str, value: str, complaint: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["simulator"])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv("CHAT_PORT", "0")
        monkeypatch.setenv(setting, str(listener.getsockname()[1]) if value == "taken" else value)
        assert main() == 2
    (line,) = "".join(capsys.readouterr()).splitlines()
    assert line.startswith(complaint)
