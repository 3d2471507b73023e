"""Several processes on one PostgreSQL: whatever happens to one of them, nothing is lost and no effect is doubled."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support import running_bot
from tests.support.postgresql import Server
from tests.support.replicas import Replicas, free_port, replicas
from tests.support.tcp_proxy import TcpProxy
from tests.support.waiting import PATIENCE_SECONDS, until

SEED = 20_261_101
SECRET = {"WEBHOOK_SECRET": "s" * 32}


@pytest.fixture
async def several(server: Server, tmp_path: Path) -> AsyncIterator[Replicas]:
    async with (
        running_bot.telegram(keep=None) as simulator,
        replicas(simulator, tmp_path, server.new_database(), SEED) as started,
    ):
        yield started


async def answered(several: Replicas, count: int) -> None:
    """Return when so many messages have come from the bot."""
    await several.simulator.judge.until(lambda judge: judge.total >= count, PATIENCE_SECONDS)


@pytest.mark.campaign
async def test_another_polls_when_the_one_that_does_is_killed(several: Replicas) -> None:
    for name in ("one", "two", "three"):
        await several.start(name)
    for number in range(1, 3):
        name = await several.poller()
        several.traffic.send(100)
        await answered(several, number * 100 - 70)
        several.processes[name].kill()
        await several.processes[name].wait()
        assert await several.poller() != name
    several.traffic.send(50)
    await several.check(250)


@pytest.mark.campaign
async def test_one_that_was_frozen_does_no_harm_when_it_wakes(several: Replicas) -> None:
    for name in ("one", "two"):
        await several.start(name)
    name = await several.poller()
    other = "two" if name == "one" else "one"
    several.traffic.send(150)
    await answered(several, 30)
    several.processes[name].send_signal(signal.SIGSTOP)
    several.traffic.send(50)
    await until(lambda: "this process polls" in several.said(other))
    several.processes[name].send_signal(signal.SIGCONT)
    several.traffic.send(100)
    await several.check(300)


@pytest.mark.campaign
async def test_two_who_are_called_in_turn_share_the_work(several: Replicas) -> None:
    ports = [free_port(), free_port()]
    async with TcpProxy(*ports) as line:
        address = {"WEBHOOK_URL": f"http://127.0.0.1:{line.port}/updates", **SECRET}
        for name, port in zip(("one", "two"), ports, strict=True):
            await several.start(name, PORT=str(port), **address)
        several.traffic.send(120)
        await several.check(120)
        several.traffic.send(120)
        await answered(several, 150)
        several.processes["one"].kill()
        await several.processes["one"].wait()
        several.traffic.send(60)
        await several.check(300)
        several.processes["two"].send_signal(signal.SIGTERM)
        await several.processes["two"].wait()


@pytest.mark.campaign
async def test_f59_a_database_that_falls_and_comes_back_loses_nothing(several: Replicas, server: Server) -> None:
    for name in ("one", "two"):
        await several.start(name)
    await several.poller()
    for number in range(1, 4):
        several.traffic.send(100)
        await answered(several, number * 100 - 80)
        server.stop()
        server.start()
    await several.check(300)
    for name in several.processes:
        assert several.said(name).count("WARNING bot.store") <= 3, "one line for each time, if they can be told apart"
