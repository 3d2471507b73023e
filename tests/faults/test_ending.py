"""Told to end while something hangs: it ends in time and with status 0, and the next start finds the rest."""

import asyncio
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import scheduler
from bot import __main__ as command_line
from bot import run
from bot.operations import http_server
from bot.store.engine import store
from simulator import Fault, Request, Simulator
from tests.support import running_bot
from tests.support.bot_process import Installation, exit_status, running_process
from tests.support.conversation import Conversation
from tests.support.sqlite_file import locked
from tests.support.waiting import PATIENCE_SECONDS, until

HANGS = 3600.0
IMPATIENT = """
import sys, scheduler
from bot import __main__ as line, run
run.GRACE_SECONDS = scheduler.END_SECONDS = {grace}
line.STOP_SECONDS = {longest}
sys.exit(line.main([]))
"""
"""The bot, which gives up sooner than it does."""


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """A Telegram whose clock runs, as that of the processes does."""
    async with running_bot.telegram() as telegram:
        yield telegram


@pytest.fixture
def installation(simulator: Simulator, tmp_path: Path) -> Installation:
    return Installation(simulator, tmp_path, (("PORT", "0"),))


async def start(installation: Installation, grace: float, longest: float) -> asyncio.subprocess.Process:
    code = IMPATIENT.format(grace=grace, longest=longest)
    with (installation.folder / "log").open("ab") as log:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, cwd=installation.folder, env=installation.environment, stderr=log, stdout=log
        )


@pytest.fixture
async def ending(installation: Installation) -> AsyncIterator[list[asyncio.subprocess.Process]]:
    """Processes that are gone at the end whatever happens."""
    processes: list[asyncio.subprocess.Process] = []
    yield processes
    for process in processes:
        if process.returncode is None:
            process.kill()
            await process.wait()


def hang(simulator: Simulator, method: str) -> int:
    """Let Telegram take these requests and never answer them."""
    return simulator.faults.add(Fault(methods={method}, delay=HANGS, times=None))


def stored(installation: Installation) -> list[str]:
    """How updates stand; none before there is a database."""
    try:
        return [state for (state,) in installation.rows("SELECT state FROM inbox")]
    except sqlite3.OperationalError:
        return []


Processes = list[asyncio.subprocess.Process]


async def struck(simulator: Simulator, number: int) -> None:
    await until(lambda: simulator.faults.struck(number))


async def test_f32_a_telegram_that_hangs_does_not_keep_it(
    installation: Installation, bo: Conversation, ending: Processes
) -> None:
    ending.append(process := await start(installation, grace=0.1, longest=PATIENCE_SECONDS))
    hanging = hang(installation.simulator, "sendMessage")
    installation.simulator.phone.say(bo.person, "/help")
    await struck(installation.simulator, hanging)
    process.send_signal(signal.SIGTERM)
    assert await exit_status(process) == 0, installation.output()
    assert installation.rows("SELECT count(*) FROM inbox WHERE state IN ('new', 'applied')") == [(1,)]
    installation.simulator.faults.remove(hanging)
    async with running_process(installation):
        await bo.arrived(1, 0)
    assert installation.rows("SELECT DISTINCT state FROM inbox") == [("done",)]


async def test_f32_it_ends_at_the_latest_when_it_says(
    installation: Installation, bo: Conversation, ending: Processes
) -> None:
    ending.append(process := await start(installation, grace=HANGS, longest=0.1))
    hanging = hang(installation.simulator, "sendMessage")
    installation.simulator.phone.say(bo.person, "/help")
    await struck(installation.simulator, hanging)
    process.send_signal(signal.SIGTERM)
    assert await exit_status(process) == 0, installation.output()
    assert "Could not finish within 0.1 s" in installation.output()
    assert "Traceback" not in installation.output()
    installation.simulator.faults.remove(hanging)
    async with running_process(installation):
        await bo.arrived(1, 0)


@pytest.mark.parametrize("signals", [1, 5])
async def test_f33_a_database_that_hangs_does_not_keep_it_and_nothing_is_lost(
    installation: Installation, bo: Conversation, ending: Processes, signals: int
) -> None:
    ending.append(process := await start(installation, grace=HANGS, longest=0.3))
    installation.simulator.phone.say(bo.person, "/help")
    await until(lambda: stored(installation) == ["done"])
    before = installation.simulator.judge.total
    with locked(installation.folder / "charley.db"):
        installation.simulator.phone.say(bo.person, "/settings")
        for _ in range(signals):
            process.send_signal(signal.SIGTERM)
        assert await exit_status(process) == 0, installation.output()
    assert "Traceback" not in installation.output()
    async with running_process(installation):
        await bo.arrived(1, before)
    assert installation.rows("SELECT DISTINCT state FROM inbox") == [("done",)]


async def test_f32_a_telegram_that_hangs_at_the_start_does_not_keep_it(
    installation: Installation, ending: Processes
) -> None:
    """Before the first update is handled, while the bot asks who it is."""
    hanging = hang(installation.simulator, "getMe")
    ending.append(process := await start(installation, grace=0.1, longest=HANGS))
    await struck(installation.simulator, hanging)
    process.send_signal(signal.SIGTERM)
    assert await exit_status(process) == 0, installation.output()
    assert "Could not finish" not in installation.output()


async def test_f32_an_end_in_the_middle_of_the_start_is_an_end(installation: Installation, ending: Processes) -> None:
    """The first poll leaves while most of the bot is not even loaded."""
    polled = asyncio.Event()

    def note(_: Request) -> bool:
        polled.set()
        return False

    installation.simulator.faults.add(Fault(when=note, methods={"getUpdates"}, times=None))
    ending.append(process := await installation.start())
    async with asyncio.timeout(PATIENCE_SECONDS):
        await polled.wait()
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGTERM)
    assert await exit_status(process) == 0, installation.output()
    assert installation.output() == ""


def test_f32_the_times_add_up() -> None:
    """What is waited for in turn, before the end that waits for nothing, before the kill of those who run it."""
    at_once = max(run.GRACE_SECONDS, scheduler.END_SECONDS)
    assert at_once + http_server.CLOSE_SECONDS + 2 * store.CLOSE_SECONDS < command_line.STOP_SECONDS < 30
