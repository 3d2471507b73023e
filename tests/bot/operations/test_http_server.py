"""The bot's HTTP server: health, metrics, and what happens if the port is taken."""

import asyncio
import json
import logging
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.counters import counts
from bot.errors import SettingsError
from bot.operations.health import HealthCheck
from bot.operations.http_server import TEXT_FORMAT
from bot.store.engine import store
from bot.updates import polling
from simulator import Fault, Simulator, SkippableClock
from tests.support.conversation import Conversation, words
from tests.support.running_bot import free_port, running, webhook_settings
from tests.support.sqlite_file import read_only, without_table
from tests.support.waiting import PATIENCE_SECONDS, pause, until


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def bo(simulator: Simulator) -> Conversation:
    return Conversation(simulator, simulator.add_person("Bo"))


async def fetch(port: int, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as client, client.get(f"http://127.0.0.1:{port}{path}") as response:
        return response.status, await response.text()


async def healthy(port: int) -> tuple[int, dict[str, Any]]:
    status, text = await fetch(port, "/healthz")
    return status, json.loads(text)


async def counted(port: int) -> dict[str, float]:
    _, text = await fetch(port, "/metrics")
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {f"{sample.name} {' '.join(sample.labels.values())}".strip(): sample.value for sample in samples}


async def test_a_bot_that_polls_is_healthy(bo: Conversation, tmp_path: Path, port: int) -> None:
    async with running(bo.simulator, tmp_path, port=port):
        await bo.ask("/help")
        status, seen = await healthy(port)
    assert status == 200
    assert (seen["problems"], seen["database"], seen["fetch_age"], seen["due_age"]) == ([], True, 0.0, 0.0)
    assert {"inbox_open", "inbox_dead"} < set(seen)


async def test_a_bot_that_no_longer_fetches_is_unhealthy(bo: Conversation, tmp_path: Path, port: int) -> None:
    clock = bo.simulator.clock
    assert isinstance(clock, SkippableClock)
    async with running(bo.simulator, tmp_path, port=port):
        await bo.ask("/help")
        clock.skip(timedelta(seconds=91))
        status, seen = await healthy(port)
    assert status == 503
    assert seen["problems"] == ["no updates could be fetched for too long"]


async def test_a_bot_without_its_database_is_unhealthy(bo: Conversation, tmp_path: Path, port: int) -> None:
    async with running(bo.simulator, tmp_path, port=port):
        await bo.ask("/help")
        async with without_table(tmp_path / "charley.db"):
            status, seen = await healthy(port)
            assert "charley_inbox_open" not in await counted(port)
        assert (status, seen["problems"]) == (503, ["the database does not answer"])
        assert (await healthy(port))[0] == 200


async def test_f58_f74_a_bot_that_can_store_nothing_is_unhealthy_until_it_can_and_then_answers_everybody(
    bo: Conversation, tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "FAILED_PROBE_SECONDS", 0.0)
    monkeypatch.setattr(polling, "STORE_PAUSE_SECONDS", 0.01)
    async with running(bo.simulator, tmp_path, port=port):
        await bo.ask("/help")
        before = (await counted(port))["charley_updates_unstored_total"]
        with read_only():
            assert words(await bo.ask("/cramp")).startswith("1. "), "relief needs no database"
            bo.simulator.phone.say(bo.person, "/tip")
            await until(lambda: counts["updates_unstored",] > before)
            status, seen = await healthy(port)
            assert (await counted(port))["charley_database_writable"] == 0.0
        assert (status, seen["database"]) == (503, True)
        assert seen["problems"] == ["the database stores nothing (attempt to write a readonly database)"]
        assert len(await bo.all_answers()) == 2, "the tip and the help"
        while (await healthy(port))[0] != 200:
            await pause(0.01)


async def test_with_a_webhook_no_fetch_is_expected(bo: Conversation, tmp_path: Path) -> None:
    given = webhook_settings()
    clock = bo.simulator.clock
    assert isinstance(clock, SkippableClock)
    async with running(bo.simulator, tmp_path, **given):
        await bo.ask("/help")
        clock.skip(timedelta(hours=1))
        status, seen = await healthy(given["port"])
    assert (status, seen["fetch_age"], seen["unset_age"]) == (200, None, None)


async def test_a_webhook_that_telegram_does_not_take_is_a_problem(simulator: Simulator, tmp_path: Path) -> None:
    refusing = simulator.faults.add(Fault(methods={"setWebhook"}, status=400, times=None))
    given = webhook_settings()
    clock = simulator.clock
    assert isinstance(clock, SkippableClock)
    async with running(simulator, tmp_path, **given):
        await until(lambda: simulator.faults.struck(refusing))
        clock.skip(timedelta(seconds=91))
        status, seen = await healthy(given["port"])
        assert (await counted(given["port"]))["charley_webhook_unset_seconds"] >= 91.0
    assert (status, seen["problems"]) == (503, ["the webhook could not be set for too long"])


async def test_events_are_counted(bo: Conversation, tmp_path: Path, port: int) -> None:
    async with running(bo.simulator, tmp_path, port=port):
        await bo.ask("/help")
        before = await counted(port)
        await bo.ask("/help")
        await bo.ask("/help")
        after = await counted(port)
    sent = "charley_requests_total sendMessage sent"
    assert after[sent] - before[sent] == 2
    assert after["charley_updates_total done"] - before.get("charley_updates_total done", 0.0) in {2.0, 3.0}
    assert after["charley_event_loop_lag_seconds"] >= 0.0


async def test_metrics_say_in_which_format_they_are(bo: Conversation, tmp_path: Path, port: int) -> None:
    async with running(bo.simulator, tmp_path, port=port), aiohttp.ClientSession() as client:
        await bo.ask("/help")
        async with client.get(f"http://127.0.0.1:{port}/metrics") as response:
            assert response.headers["Content-Type"] == TEXT_FORMAT


async def test_no_page_contains_a_person(bo: Conversation, tmp_path: Path, port: int) -> None:
    async with running(bo.simulator, tmp_path, port=port):
        await bo.ask("/help")
        await bo.ask("my secret cramp")
        texts = [(await fetch(port, path))[1] for path in ("/healthz", "/metrics")]
    for text in texts:
        assert str(bo.person.id) not in text
        assert "secret" not in text


async def test_with_port_0_nobody_listens(bo: Conversation, tmp_path: Path) -> None:
    async with running(bo.simulator, tmp_path, port=0):
        assert (await bo.ask("/help"))["text"]


async def test_a_second_bot_runs_without_the_port_and_says_so(
    bo: Conversation, tmp_path: Path, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        async with running(bo.simulator, tmp_path, port=port):
            await bo.ask("/help")
    (line,) = [message for message in caplog.messages if "PORT" in message]
    assert str(port) in line


async def test_a_webhook_without_its_port_ends_the_start(simulator: Simulator, tmp_path: Path) -> None:
    given = webhook_settings()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", given["port"]))
        taken.listen()
        with pytest.raises(SettingsError, match=r"^PORT: "):
            async with running(simulator, tmp_path, **given) as task, asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.wait([task])


SECRET_HEADER = f"X-Telegram-Bot-Api-Secret-Token: {'s' * 32}"


@pytest.mark.parametrize(
    ("request_of_a_stranger", "status"),
    [
        pytest.param("GET / HTTP/1.1\nHost: x\nA: " + "a" * 9000 + "\n\n", b"400", id="a long header"),
        pytest.param("POST /updates HTTP/1.1\nHost: x\nContent-Length: 9\n" + SECRET_HEADER + "\n\nabc", b"", id="half a body"),
        pytest.param("POST /updates HTTP/1.1\nHost: x\nContent-Length: 9\n\nabc", b"", id="half a body, no secret"),
        *(
            pytest.param(
                f"POST /updates HTTP/1.1\nHost: x\nContent-Encoding: {name}\nContent-Length: 3\n{SECRET_HEADER}\n\nabc",
                b"200",
                id=f"a body in {name}",
            )
            for name in ("br", "gzip", "zstd", "deflate")
        ),
        pytest.param(f"POST /updates HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\n{SECRET_HEADER}\n\nzz\n", b"400", id="broken chunks"),
        pytest.param("\x16\x03\x01\x02 TLS\n\n", b"400", id="TLS"),
        pytest.param("GET /nowhere HTTP/1.1\nHost: x\n\n", b"405", id="an unknown path"),
        pytest.param("GET /healthz HTTP/1.1\nHost: x\n\n", b"200", id="a request in order"),
    ],
)  # fmt: skip
async def test_f87_strangers_can_neither_fill_the_log_nor_learn_versions(
    request_of_a_stranger: str, status: bytes, bo: Conversation, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    given = webhook_settings()
    async with running(bo.simulator, tmp_path, **given):
        await bo.ask("/help")
        reader, writer = await asyncio.open_connection("127.0.0.1", given["port"])
        writer.write(request_of_a_stranger.replace("\n", "\r\n").encode("latin-1"))
        if not status:
            writer.close()
        answer = await reader.read(4000) if status == b"400" else await reader.readuntil(b"\r\n\r\n") if status else b""
        writer.close()
        await bo.ask("/help")
    assert answer[9:12] == status
    assert not status or b"Server: Charley\r\n" in answer
    assert [record for record in caplog.records if record.name == "aiohttp.server"] == []
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) <= 1


async def test_a_fault_of_the_bot_is_logged(
    bo: Conversation, tmp_path: Path, port: int, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HealthCheck, "check", None)
    async with running(bo.simulator, tmp_path, port=port):
        await bo.ask("/help")
        assert (await fetch(port, "/healthz"))[0] == 500
    assert [record.levelname for record in caplog.records if record.name == "aiohttp.server"] == ["ERROR"]


async def test_nobody_can_post_to_a_bot_that_polls(bo: Conversation, tmp_path: Path, port: int) -> None:
    async with running(bo.simulator, tmp_path, port=port), aiohttp.ClientSession() as client:
        await bo.ask("/help")
        for path, status in {"/": 404, "/updates": 404, "/healthz": 405, "/metrics": 405}.items():
            assert (await client.post(f"http://127.0.0.1:{port}{path}", json={})).status == status
