"""Updates by webhook: who may call, what the bot answers, and that no update is lost."""

import hmac
import io
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.counters import counts
from bot.messages.transport import Transport
from bot.operations.http_server import LARGEST_BODY
from bot.updates import webhook
from bot.updates.intake_status import IntakeStatus
from bot.updates.receiver import Receiver
from bot.updates.webhook import SECRET_HEADER as HEADER
from bot.updates.webhook import Webhook
from simulator import Fault, Person, Simulator, SkippableClock
from tests.conftest import EVENING
from tests.support.actions import actions
from tests.support.running_bot import running, settings, telegram, texts, webhook_settings
from tests.support.sqlite_file import without_table
from tests.support.waiting import until


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with telegram(clock=SkippableClock(lambda: EVENING)) as one:
        yield one


@pytest.fixture
def anna(simulator: Simulator) -> Person:
    return simulator.add_person("Anna", started=True)


@asynccontextmanager
async def called(simulator: Simulator, folder: Path) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    """Run the bot behind its webhook, and return a caller who knows the address."""
    given = webhook_settings()
    async with running(simulator, folder, **given), aiohttp.ClientSession() as client:
        await until_told(simulator)
        yield client, given["webhook_url"]


async def until_told(simulator: Simulator) -> None:
    """Wait until Telegram knows where to call."""
    await until(lambda: simulator.world.webhook.url)


def update(person: Person, number: int = 999) -> dict[str, Any]:
    user = {"id": person.id, "is_bot": False, "first_name": "Anna"}
    chat = {"id": person.id, "type": "private"}
    return {
        "update_id": number,
        "message": {"message_id": 1, "date": int(EVENING.timestamp()), "chat": chat, "from": user, "text": "/help"},
    }


async def test_updates_arrive_and_are_answered(simulator: Simulator, anna: Person, tmp_path: Path) -> None:
    async with called(simulator, tmp_path):
        simulator.phone.say(anna, "/cramp")
        assert (await texts(simulator, anna, 1))[0].startswith("1. ")


@pytest.mark.parametrize("secret", [None, "", "s" * 31, "S" * 32, "s" * 33, "\u00e5" * 32])
async def test_f31_a_call_without_the_secret_is_refused(
    secret: str | None, simulator: Simulator, anna: Person, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with called(simulator, tmp_path) as (client, url):
        headers = {} if secret is None else {HEADER: secret}
        assert (await client.post(url, json=update(anna), headers=headers)).status == 403
        simulator.phone.say(anna, "/help")
        assert len(await texts(simulator, anna, 1)) == 1
    assert not secret or secret not in caplog.text


async def test_f31_secrets_are_compared_in_constant_time(
    simulator: Simulator, anna: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With ``==``, the time of the answer would tell how many characters of a guess are right."""
    compared: list[tuple[bytes, bytes]] = []

    def never(given: bytes, right: bytes) -> bool:
        compared.append((given, right))
        return False

    async with called(simulator, tmp_path) as (client, url):
        monkeypatch.setattr(hmac, "compare_digest", never)
        assert (await client.post(url, json=update(anna), headers={HEADER: "s" * 32})).status == 403
    assert compared == [(b"s" * 32, b"s" * 32)]


def answered() -> dict[str, int]:
    """Return how often each status was answered, since the first test of this process."""
    return {status: counts["webhook_calls", status] for status in ("200", "403", "413", "429", "503")}


async def test_calls_are_counted_by_their_answer(
    simulator: Simulator, anna: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with called(simulator, tmp_path) as (client, url):
        before = answered()
        secret = {HEADER: "s" * 32}
        for headers in (secret, {}, {}):
            await client.post(url, json=update(anna), headers=headers)
        await client.post(url, data=io.BytesIO(b"x" * (LARGEST_BODY + 1)), headers=secret)
        async with without_table(tmp_path / "charley.db"):
            await client.post(url, json=update(anna, 1000), headers=secret)
        monkeypatch.setattr(Receiver, "has_room", False)
        await client.post(url, json=update(anna, 1001), headers=secret)
        rise = {status: times - before[status] for status, times in answered().items()}
        assert rise == {"200": 1, "403": 2, "413": 1, "429": 1, "503": 1}


async def test_refused_calls_share_one_log_line(
    simulator: Simulator, anna: Person, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with called(simulator, tmp_path) as (client, url):
        for _ in range(3):
            assert (await client.post(url, json=update(anna), headers={HEADER: "S" * 32})).status == 403
    (line,) = [message for message in caplog.messages if HEADER in message]
    assert "WEBHOOK_SECRET" in line
    assert "S" * 32 not in line


async def test_only_its_own_address_is_served(simulator: Simulator, anna: Person, tmp_path: Path) -> None:
    async with called(simulator, tmp_path) as (client, url):
        assert (await client.get(url)).status == 405
        assert (await client.post(f"{url}/more", json=update(anna))).status == 404


async def test_f77_a_call_with_the_secret_is_taken_at_whatever_path_a_proxy_makes_of_it(
    simulator: Simulator, anna: Person, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = counts["webhook_detours",]
    async with called(simulator, tmp_path) as (client, url):
        for number, path in enumerate((f"{url}/", f"{url}/more", url.rpartition("/")[0])):
            assert (await client.post(path, json=update(anna, number), headers={HEADER: "s" * 32})).status == 200
        assert len(await texts(simulator, anna, 3)) == 3
    assert actions(caplog) == ["webhook_path_changed"]
    assert counts["webhook_detours",] == before + 3


@pytest.mark.parametrize("url", ["", "https://127.0.0.1/another"], ids=["removed", "replaced"])
async def test_f75_a_webhook_that_another_process_removes_is_set_again(
    url: str,
    simulator: Simulator,
    anna: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(webhook, "CHECK_SECONDS", 0.01)
    async with called(simulator, tmp_path) as (_, ours):
        simulator.world.webhook.url = url
        await until(lambda: simulator.world.webhook.url == ours)
        simulator.phone.say(anna, "/help")
        assert len(await texts(simulator, anna, 1)) == 1
    assert actions(caplog) == ["webhook_lost"]


@pytest.fixture
async def asked(simulator: Simulator, tmp_path: Path) -> AsyncIterator[Webhook]:
    """A webhook that is set, and that the test lets ask Telegram about it."""
    transport, clock = Transport(), simulator.clock
    given = settings(simulator, tmp_path, **webhook_settings())
    await transport.initialize()
    simulator.world.webhook.url = given.webhook_url
    yield Webhook(given, transport, clock)
    await transport.shutdown()


async def test_f75_calls_that_fail_at_telegram_are_known_until_they_arrive(
    asked: Webhook, simulator: Simulator, anna: Person
) -> None:
    clock, known = simulator.clock, simulator.world.webhook
    simulator.phone.say(anna, "/help")
    known.last_error, known.last_error_at = "Wrong response from the webhook: 502 Bad Gateway", clock()
    began = clock()
    for _ in range(2):
        assert await asked._is_set()
        assert asked.intake_status == IntakeStatus(undelivered_since=began, delivery_error=known.last_error)
        clock.skip(timedelta(seconds=60))
    assert await asked._is_set()
    assert asked.intake_status == IntakeStatus(), "what Telegram has not repeated for two minutes is over"


@pytest.mark.parametrize(
    "fault",
    [Fault(status=502), Fault(status=429, retry_after=9), Fault(body="junk"), Fault(cut="body")],
    ids=["502", "429", "junk", "no answer"],
)
async def test_f75_an_answer_that_says_nothing_changes_nothing(
    fault: Fault, asked: Webhook, simulator: Simulator
) -> None:
    simulator.world.webhook.url = ""
    simulator.faults.add(fault)
    assert await asked._is_set()
    assert not await asked._is_set()


@pytest.mark.parametrize("body", [b"", b"junk", b"[1, 2]", b"7", b'{"update_id": "x"}'])
async def test_junk_with_the_right_secret_does_no_harm(
    body: bytes, simulator: Simulator, anna: Person, tmp_path: Path
) -> None:
    async with called(simulator, tmp_path) as (client, url):
        assert (await client.post(url, data=body, headers={HEADER: "s" * 32})).status == 200
        simulator.phone.say(anna, "/help")
        assert len(await texts(simulator, anna, 1)) == 1


async def test_f31_a_body_without_end_is_refused(simulator: Simulator, tmp_path: Path) -> None:
    async with called(simulator, tmp_path) as (client, url):
        answer = await client.post(url, data=io.BytesIO(b"x" * (LARGEST_BODY + 1)), headers={HEADER: "s" * 32})
        assert answer.status == 413


async def test_the_same_update_twice_is_answered_once(simulator: Simulator, anna: Person, tmp_path: Path) -> None:
    async with called(simulator, tmp_path) as (client, url):
        for _ in range(3):
            assert (await client.post(url, json=update(anna), headers={HEADER: "s" * 32})).status == 200
        simulator.phone.say(anna, "/cramp")
        await texts(simulator, anna, 2)
    assert len(simulator.judge.texts(anna.id)) == 2


async def test_f29_an_update_that_cannot_be_stored_comes_again(
    simulator: Simulator, anna: Person, tmp_path: Path
) -> None:
    given = webhook_settings()
    async with running(simulator, tmp_path, **given), aiohttp.ClientSession() as client:
        await until_told(simulator)
        async with without_table(tmp_path / "charley.db"):
            answer = await client.post(given["webhook_url"], json=update(anna), headers={HEADER: "s" * 32})
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0


async def test_the_webhook_is_set_again_until_telegram_accepts_it(
    simulator: Simulator, anna: Person, tmp_path: Path
) -> None:
    simulator.faults.add(Fault(methods={"setWebhook"}, status=429, retry_after=1))
    async with called(simulator, tmp_path):
        simulator.phone.say(anna, "/help")
        assert len(await texts(simulator, anna, 1)) == 1


async def test_updates_that_waited_at_telegram_are_not_dropped(
    simulator: Simulator, anna: Person, tmp_path: Path
) -> None:
    simulator.phone.say(anna, "/help")
    async with called(simulator, tmp_path):
        assert len(await texts(simulator, anna, 1)) == 1
