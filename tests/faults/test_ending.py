"""SIGTERM while something hangs: the process exits in time with status 0, and the next start finishes the work."""

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import __main__ as command_line
from bot import run
from bot.operations import http_server
from bot.store.engine import store
from scheduler import ticks
from simulator import Fault, Request, Simulator
from tests.support import running_bot
from tests.support.bot_process import Installation, Process, exit_status, running_process
from tests.support.conversation import Conversation
from tests.support.sqlite_file import locked
from tests.support.waiting import PATIENCE_SECONDS, until

FOREVER_SECONDS = 3600.0


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """Serve a Telegram whose clock runs, as the clock of the processes does."""
    async with running_bot.telegram() as telegram:
        yield telegram


@pytest.fixture
async def installation(simulator: Simulator, tmp_path: Path) -> AsyncIterator[Installation]:
    async with Installation(simulator, tmp_path, (("PORT", "0"),), forked=True) as installed:
        yield installed


async def start(installation: Installation, grace: float, longest: float) -> Process:
    environment = (*installation.more, ("GRACE", str(grace)), ("LONGEST", str(longest)))
    return await replace(installation, program="tests.faults.impatient_bot", more=environment).start()


def hang(simulator: Simulator, method: str) -> int:
    """Let Telegram accept requests of this method and never answer them; return the number of the fault."""
    return simulator.faults.add(Fault(methods={method}, delay=FOREVER_SECONDS, times=None))


def stored(installation: Installation) -> list[str]:
    """Return the states of the updates, or none before there is a database."""
    try:
        return [state for (state,) in installation.rows("SELECT state FROM inbox")]
    except sqlite3.OperationalError:
        return []


async def struck(simulator: Simulator, number: int) -> None:
    await until(lambda: simulator.faults.struck(number))


async def test_f32_a_telegram_that_hangs_does_not_delay_the_end(installation: Installation, bo: Conversation) -> None:
    process = await start(installation, grace=0.1, longest=PATIENCE_SECONDS)
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


async def test_f32_the_longest_time_of_an_end_is_kept(installation: Installation, bo: Conversation) -> None:
    process = await start(installation, grace=FOREVER_SECONDS, longest=0.1)
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
async def test_f33_a_database_that_hangs_does_not_delay_the_end_and_nothing_is_lost(
    installation: Installation, bo: Conversation, signals: int
) -> None:
    process = await start(installation, grace=FOREVER_SECONDS, longest=0.3)
    installation.simulator.phone.say(bo.person, "/help")
    await until(lambda: stored(installation) == ["done"])
    before = installation.simulator.judge.total
    with locked(installation.file):
        installation.simulator.phone.say(bo.person, "/settings")
        for _ in range(signals):
            process.send_signal(signal.SIGTERM)
        assert await exit_status(process) == 0, installation.output()
    assert "Traceback" not in installation.output()
    async with running_process(installation):
        await bo.arrived(1, before)
    assert installation.rows("SELECT DISTINCT state FROM inbox") == [("done",)]


async def test_f32_a_telegram_that_hangs_at_the_start_does_not_delay_the_end(installation: Installation) -> None:
    """The first request asks Telegram for the bot's own name."""
    hanging = hang(installation.simulator, "getMe")
    process = await start(installation, grace=0.1, longest=FOREVER_SECONDS)
    await struck(installation.simulator, hanging)
    process.send_signal(signal.SIGTERM)
    assert await exit_status(process) == 0, installation.output()
    assert "Could not finish" not in installation.output()


async def test_f32_a_signal_during_the_start_ends_the_process(installation: Installation) -> None:
    """The first poll is sent while most of the bot is not even imported."""
    polled = asyncio.Event()

    def note(_: Request) -> bool:
        polled.set()
        return False

    installation.simulator.faults.add(Fault(when=note, methods={"getUpdates"}, times=None))
    process = await replace(installation, forked=False).start()  # a fork would have imported it
    async with asyncio.timeout(PATIENCE_SECONDS):
        await polled.wait()
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGTERM)
    assert await exit_status(process) == 0, installation.output()
    lines = [line.partition(": ")[2] for line in installation.output().splitlines()]
    assert [line.split()[0].rstrip(",") for line in lines] == ["Starting", "Stopping", "Stopped"]


def test_f32_the_times_of_an_end_add_up() -> None:
    """All waits of an ordered end take less than the time after which the process exits at once, which is less than 30 s.

    After 30 s, Docker and systemd kill a process.
    """
    together = max(run.GRACE_SECONDS, ticks.SHUTDOWN_SECONDS)
    assert together + http_server.CLOSE_SECONDS + 2 * store.CLOSE_SECONDS < command_line.STOP_SECONDS < 30
