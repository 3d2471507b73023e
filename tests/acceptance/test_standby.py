"""One active process and standbys on one PostgreSQL: whatever happens to a process, nothing is lost or done twice."""

import signal
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

import aiohttp
import pytest

from bot.errors import LeaseLostError
from tests.support import running_bot
from tests.support.bot_process import exit_status
from tests.support.postgresql import Server
from tests.support.standby import Several, free_port, several_processes
from tests.support.tcp_proxy import TcpProxy
from tests.support.waiting import PATIENCE_SECONDS, until

SEED = 20_261_101
SECRET = {"WEBHOOK_SECRET": "s" * 32}


@pytest.fixture
async def several(server: Server, tmp_path: Path) -> AsyncIterator[Several]:
    async with (
        running_bot.telegram(keep=None) as simulator,
        several_processes(simulator, tmp_path, server.new_database(), SEED) as started,
    ):
        yield started


async def answered(several: Several, count: int) -> None:
    """Return when that many messages have come from the bot."""
    await several.simulator.judge.until(lambda judge: judge.total >= count, PATIENCE_SECONDS)


@pytest.mark.campaign
async def test_a_standby_takes_over_from_an_active_process_that_is_killed(several: Several) -> None:
    for name in ("one", "two", "three"):
        await several.start(name)
    for number in range(1, 3):
        name = await several.active()
        several.traffic.send(100)
        await answered(several, number * 100 - 70)
        several.processes[name].kill()
        await several.processes[name].wait()
        assert await several.active(several.terms(name)[-1]) != name
    several.traffic.send(50)
    await several.check(250)


@pytest.mark.campaign
async def test_a_process_that_was_frozen_ends_when_it_thaws_and_does_no_harm(several: Several) -> None:
    for name in ("one", "two"):
        await several.start(name)
    name = await several.active()
    several.traffic.send(150)
    await answered(several, 30)
    several.processes[name].send_signal(signal.SIGSTOP)
    several.traffic.send(50)
    assert await several.active(several.terms(name)[-1]) != name
    several.processes[name].send_signal(signal.SIGCONT)
    several.traffic.send(100)
    assert await exit_status(several.processes[name]) == LeaseLostError.status
    assert "another process has become active" in several.said(name)
    await several.check(300)


@pytest.mark.campaign
async def test_an_active_process_that_is_stopped_hands_over(several: Several) -> None:
    for name in ("one", "two"):
        await several.start(name)
    name = await several.active()
    several.traffic.send(100)
    await answered(several, 30)
    several.processes[name].send_signal(signal.SIGTERM)
    assert await exit_status(several.processes[name]) == 0
    assert await several.active(several.terms(name)[-1]) != name
    several.traffic.send(50)
    await several.check(150)


class ReadinessProxy(TcpProxy):
    """A proxy that leads each connection to the process whose /readyz says 200, as Caddy does."""

    def __init__(self, *ports: int) -> None:
        super().__init__(*ports)
        self._ports = ports

    async def _target(self) -> int:
        for port in self._ports:
            if await status(port, "/readyz") == HTTPStatus.OK:
                return port
        return self._ports[0]


async def status(port: int, path: str) -> int:
    """Return the status of a GET; 0 if nobody listens."""
    try:
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
            return answer.status
    except aiohttp.ClientConnectionError:
        return 0


@pytest.mark.campaign
async def test_telegrams_calls_reach_the_active_process_through_a_proxy_that_asks_who_is_ready(
    several: Several,
) -> None:
    ports = {"one": free_port(), "two": free_port()}
    async with ReadinessProxy(*ports.values()) as proxy:
        address = {"WEBHOOK_URL": f"http://127.0.0.1:{proxy.port}/updates", **SECRET}
        for name, port in ports.items():
            await several.start(name, PORT=str(port), **address)
        name = await several.active()
        (standby,) = ports.keys() - {name}
        await until(lambda: "Standing by" in several.said(standby))
        assert [await status(ports[one], "/readyz") for one in (name, standby)] == [200, 503]
        assert [await status(ports[one], "/healthz") for one in (name, standby)] == [200, 200]
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET["WEBHOOK_SECRET"]}
        url = f"http://127.0.0.1:{ports[standby]}/updates"
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, json={"update_id": 1}, headers=headers) as answer,
        ):
            assert answer.status == HTTPStatus.SERVICE_UNAVAILABLE
        several.traffic.send(120)
        await several.check(120)
        several.processes[name].kill()
        await several.processes[name].wait()
        several.traffic.send(60)
        await several.check(180)
        several.processes[standby].send_signal(signal.SIGTERM)
        await several.processes[standby].wait()


@pytest.mark.campaign
async def test_f59_a_database_that_falls_and_comes_back_loses_nothing(several: Several, server: Server) -> None:
    for name in ("one", "two"):
        await several.start(name)
    await several.active()
    for number in range(1, 4):
        several.traffic.send(100)
        await answered(several, number * 100 - 80)
        server.stop()
        server.start()
    await several.check(300)
    for name in several.processes:
        assert several.said(name).count("WARNING bot.store") <= 3, "one line for each fall, if they can be told apart"
