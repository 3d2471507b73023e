"""`python -m simulator`, as a person starts it."""

import shutil
import signal
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.config import ROOT
from simulator.__main__ import main
from tests.support import simulator_process


async def test_with_a_token_the_bot_starts_instead() -> None:
    async with simulator_process.started("--unless-token", TELEGRAM_BOT_TOKEN="wrong") as process:
        output, errors = await process.communicate()
        assert process.returncode == 2
        assert errors.startswith(b"TELEGRAM_BOT_TOKEN: must look like")
        assert output == b""


async def test_without_a_token_it_says_how_to_get_one(tmp_path: Path) -> None:
    async with simulator_process.started("--unless-token", TMPDIR=str(tmp_path)) as process:
        assert process.stdout
        assert (await process.stdout.readline()).startswith(b"TELEGRAM_BOT_TOKEN is not set")
        assert await simulator_process.address(process)


async def test_alone_it_needs_nothing_of_charley(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "simulator", tmp_path / "simulator")
    options = ["--no-bot", "--token", "42:secret", "--name", "Echo", "--username", "echo_bot"]
    async with simulator_process.started(*options, folder=tmp_path) as process, aiohttp.ClientSession() as client:
        url = await simulator_process.address(process)
        bot = (await (await client.get(f"{url}/bot42:secret/getMe")).json())["result"]
        assert (bot["id"], bot["first_name"], bot["username"]) == (42, "Echo", "echo_bot")
        process.send_signal(signal.SIGINT)
        _, errors = await process.communicate()
        assert (process.returncode, errors) == (0, b"")


@pytest.mark.parametrize(
    ("arguments", "setting", "complaint"),
    [
        (["--no-bot", "--token", "secret"], "0", "--token: a token is the bot's id"),
        (["--no-bot"], "http", "CHAT_PORT: must be a number"),
        ([], "http", "CHAT_PORT: must be a number"),
    ],
)
def test_what_cannot_be_used_is_named(
    arguments: list[str],
    setting: str,
    complaint: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["simulator", *arguments])
    monkeypatch.setenv("CHAT_PORT", setting)
    assert main() == 2
    (line,) = "".join(capsys.readouterr()).splitlines()
    assert line.startswith(complaint)
