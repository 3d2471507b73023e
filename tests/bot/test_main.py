"""The command line, as an operator meets it: with nothing but the environment, mostly in a process of its own."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot import VERSION, log
from bot import __main__ as command_line
from bot.config import ROOT
from bot.errors import OperatorError
from simulator import Simulator
from tests.support import running_bot
from tests.support.command_line import TOKEN, Forks, Here, run
from tests.support.conversation import Conversation
from tests.support.recording import Requests
from tests.support.waiting import PATIENCE_SECONDS, until


def test_without_a_token_it_says_so_and_names_the_local_chat(tree: Path) -> None:
    ended = run(tree, PYTHONPATH=str(ROOT))
    assert ended.returncode == 2
    assert ended.stderr.splitlines() == ["TELEGRAM_BOT_TOKEN: is not set", command_line.LOCAL_CHAT]
    assert ended.stdout == ""
    assert "unset" not in ended.stderr, "there is nothing to unset"


def test_in_the_image_which_has_no_local_chat_it_says_how_to_give_the_token(tree: Path) -> None:
    ended = run(tree)
    assert ended.returncode == 2
    assert ended.stderr.splitlines() == ["TELEGRAM_BOT_TOKEN: is not set", command_line.IN_A_CONTAINER]


async def test_the_hint_after_a_refused_token_works_while_the_token_is_set(forks: Forks, tmp_path: Path) -> None:
    async with running_bot.telegram() as telegram:
        given = {"TELEGRAM_API_URL": telegram.url, "DATABASE_URL": f"sqlite:///{tmp_path / 'x'}", "PORT": "0"}
        ended = await forks.run(TELEGRAM_BOT_TOKEN=TOKEN, **given)
    assert ended.returncode == 2
    assert TOKEN not in ended.stdout
    assert ended.stdout.splitlines()[-2].startswith("TELEGRAM_BOT_TOKEN: Telegram refuses it")
    assert ended.stdout.splitlines()[-1] == command_line.LOCAL_CHAT
    assert "make run" not in command_line.LOCAL_CHAT, "with a token it starts the bot"


@pytest.mark.parametrize("arguments", [(), ("run",)])
def test_a_wrong_setting_is_a_line_with_its_name(arguments: tuple[str, ...], here: Here) -> None:
    given = {"TELEGRAM_BOT_TOKEN": TOKEN, "LOG_LEVEL": "loud", "DATABASE_URL": "oracle://anna:pa55word@x/y"}
    ended = here(*arguments, **given)
    assert ended.returncode == 2
    assert [line.partition(":")[0] for line in ended.stderr.splitlines()] == ["DATABASE_URL", "LOG_LEVEL"]
    assert "pa55word" not in ended.stderr
    assert "loud" not in ended.stderr


def test_what_it_does_not_know_it_refuses(here: Here) -> None:
    ended = here("dance")
    assert ended.returncode == 2
    assert "dance" in ended.stderr


def test_help_names_every_command(here: Here) -> None:
    ended = here("--help")
    assert ended.returncode == 0
    assert all(command in ended.stdout for command in ("run", "check", "explain", "migrate", "rotate-key", "capacity"))


def test_f67_the_log_knows_every_secret_before_the_bot_begins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "WEBHOOK_URL": "https://bot.example/t",
        "WEBHOOK_SECRET": "s" * 32,
        "HTTPS_PROXY": "http://anna:pa55word@proxy:3128",
    }.items():
        monkeypatch.setenv(name, value)

    def configure(level: str, *secrets: str) -> None:
        raise OperatorError(f"{level} {' '.join(sorted(secrets))}")

    shown: list[str] = []
    monkeypatch.setattr(log, "configure", configure)
    monkeypatch.setattr("builtins.print", lambda error, **_: shown.append(str(error)))
    assert command_line.main([]) == OperatorError.status
    assert shown == [f"INFO {TOKEN} pa55word {'s' * 32}"]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_until_a_signal_stops_it(ending: signal.Signals, tree: Path, tmp_path: Path) -> None:
    async with running_bot.telegram() as telegram, asyncio.timeout(PATIENCE_SECONDS):
        bo = Conversation(telegram, telegram.add_person("Bo"))
        async with process(telegram, tree, tmp_path) as bot:
            await bo.say("/start", 2)
            bot.send_signal(ending)
            assert await bot.wait() == 0
    written = (tmp_path / "log").read_text()
    assert telegram.token not in written
    assert "Traceback" not in written
    assert written.count("TELEGRAM_BOT_TOKEN_FILE: every user") == 1, "F69"
    told = [line.partition(" INFO ")[2] for line in written.splitlines() if " INFO " in line]
    assert told == [
        f"__main__: Starting Charley {VERSION} (SQLite {tmp_path / 'charley.db'}, long polling)",
        "bot.run: Running as @charley_bot",
        "__main__: Stopping, within 25 s",
        "__main__: Stopped",
    ]


async def test_f56_f99_a_second_process_does_not_even_poll(tree: Path, forks: Forks, tmp_path: Path) -> None:
    """Telegram would end the poll of the first one, which then would not poll for three seconds."""
    async with running_bot.telegram() as telegram, asyncio.timeout(PATIENCE_SECONDS):
        requests = Requests(telegram)
        bo = Conversation(telegram, telegram.add_person("Bo"))
        async with process(telegram, tree, tmp_path):
            await bo.say("/start", 2)
            await until(lambda: telegram.is_polled)
            before = len(requests.of("getUpdates"))
            second = await forks.run(**environment(telegram, tmp_path))
            assert len(requests.of("getUpdates")) == before
    assert second.returncode == 3
    assert second.stdout.splitlines()[-1] == "DATABASE_URL: another process is using this SQLite file"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_f32_a_signal_during_the_first_imports_ends_the_process_as_asked(
    number: int, tree: Path, tmp_path: Path
) -> None:
    (tmp_path / "uvloop.py").write_text(f"import os, time\nos.kill(os.getpid(), {number})\ntime.sleep(60)\n")
    ended = run(tree, PYTHONPATH=str(tmp_path), TELEGRAM_BOT_TOKEN=TOKEN)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_other_commands_end_with_a_signal_as_any_program(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    try:
        command_line.main(["capacity", "--people=9", "--times=9:00"])
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def environment(telegram: Simulator, folder: Path) -> dict[str, str]:
    """Return the settings of a bot whose files are in this folder."""
    return {
        "TELEGRAM_BOT_TOKEN_FILE": str(folder / "token"),
        "TELEGRAM_API_URL": telegram.url,
        "DATABASE_URL": f"sqlite:///{folder / 'charley.db'}",
        "LOG_LEVEL": "DEBUG",
    }


@asynccontextmanager
async def process(telegram: Simulator, tree: Path, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The bot as a process of its own, gone at the end of the block."""
    (folder / "token").write_text(telegram.token)
    (folder / "token").chmod(0o644)
    with (folder / "log").open("w") as log:
        bot = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            cwd=tree,
            env={"PATH": "", **environment(telegram, folder)},
            stdout=log,
            stderr=log,
        )
        try:
            yield bot
        finally:
            if bot.returncode is None:
                bot.kill()
                await bot.wait()


def test_the_clock_is_aware_and_in_utc() -> None:
    assert command_line.utc_now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("option", "value", "right"),
    [
        ("people", "0", "whole number from 1"),
        ("people", "many", "whole number from 1"),
        ("times", "25:00", "like 9:00"),
        ("times", "9:00,", "like 9:00"),
        ("times", "08:00:30+05:00", "like 9:00"),
        ("cap", "-1", "whole number from 1"),
        ("zones", "Mars/Here", "like Europe/Stockholm"),
    ],
)
def test_capacity_says_what_it_does_not_understand_and_what_is_right(
    option: str, value: str, right: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = {"people": "10", "times": "09:00", "cap": "25", "zones": "UTC", option: value}
    with pytest.raises(SystemExit, match="2"):
        command_line.main(["capacity", *(f"--{name}={given}" for name, given in sound.items())])
    error = capsys.readouterr().err.splitlines()[-1]
    assert f"--{option}" in error
    assert right in error


def test_capacity_reads_times_as_the_chat_does() -> None:
    assert command_line.times("21:30,8:00,noon,08:00") == [time(8), time(12), time(21, 30)]


def test_a_command_ends_quietly_when_nobody_reads_on(tree: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "bot", "explain", "cramp"]
    try:
        ended = subprocess.run(command, cwd=tree, stdout=writing, stderr=subprocess.PIPE, timeout=60, check=False)
    finally:
        os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.parametrize("since", ["yesterday", "2026-11-30T03:00"])
def test_a_time_without_its_zone_is_refused(since: str, here: Here) -> None:
    ended = here("erase-again", "file", "--since", since)
    assert ended.returncode == 2
    assert "is not a time like 2026-11-30T03:00+01:00" in ended.stderr
