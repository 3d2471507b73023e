import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import trustme
from aiohttp.web import Response

from simulator import Person, Simulator
from tests.simulator.updates.bot_server import BotServer, bot_server
from tests.support.bot_api_client import Client
from tests.support.waiting import run_ready_callbacks, until


@pytest.fixture
async def hook(bot: Client) -> AsyncIterator[BotServer]:
    """The bot's webhook, set with a secret."""
    async with bot_server() as served:
        await bot("setWebhook", url=served.url, secret_token="s-3cret")
        yield served
        await bot("deleteWebhook")


async def settled(simulator: Simulator) -> None:
    """Wait until every update is accepted or dropped."""
    await until(lambda: not len(simulator.updates))


async def called_without_success(hook: BotServer, simulator: Simulator, times: int) -> None:
    """Wait until the simulator has called that many times and waits for its clock before it calls again."""
    await hook.called(times)
    await until(lambda: len(simulator.clock._listeners) == 3)  # the others publish the time and close polls


async def test_updates_are_delivered_with_the_secret(hook: BotServer, simulator: Simulator, anna: Person) -> None:
    message = simulator.phone.say(anna, "hej")
    await settled(simulator)
    assert hook.calls[0]["message"] == message.body
    assert hook.headers[0]["X-Telegram-Bot-Api-Secret-Token"] == "s-3cret"
    assert hook.headers[0]["Content-Type"] == "application/json"


async def test_updates_that_waited_before_are_delivered_too(bot: Client, simulator: Simulator, anna: Person) -> None:
    simulator.phone.say(anna, "early")
    async with bot_server() as served:
        await bot("setWebhook", url=served.url)
        await settled(simulator)
        assert served.texts == ["early"]
        assert "X-Telegram-Bot-Api-Secret-Token" not in served.headers[0]


async def test_order_within_a_chat_survives_failures(hook: BotServer, simulator: Simulator, anna: Person) -> None:
    statuses = iter([500, 200, 200, 200])

    async def fail_once(_update: dict[str, Any]) -> Response:
        return Response(status=next(statuses))

    hook.answering = fail_once
    for text in "abc":
        simulator.phone.say(anna, text)
    await settled(simulator)
    assert hook.texts == ["a", "a", "b", "c"]


async def test_one_chat_does_not_hold_up_another(hook: BotServer, simulator: Simulator, anna: Person) -> None:
    bo, held = simulator.add_person("Bo", started=True), asyncio.Event()

    async def hold_anna(update: dict[str, Any]) -> Response:
        if update["message"]["from"]["id"] == anna.id:
            await held.wait()
        return Response()

    hook.answering = hold_anna
    for person, text in ((anna, "a"), (anna, "b"), (bo, "c")):
        simulator.phone.say(person, text)
    await hook.called(2)
    assert sorted(hook.texts) == ["a", "c"]
    held.set()
    await settled(simulator)
    assert hook.texts[-1] == "b"


async def test_no_more_connections_than_max_connections(bot: Client, simulator: Simulator) -> None:
    async with bot_server() as served:
        await bot("setWebhook", url=served.url, max_connections=2)
        for _ in range(10):
            simulator.phone.say(simulator.add_person(), "a")
        await settled(simulator)
        assert len(served.calls) == 10
        assert served.most_open <= 2


async def test_a_failure_is_retried_at_once_and_then_after_longer_and_longer_pauses(
    hook: BotServer, simulator: Simulator, anna: Person
) -> None:
    async def fail(_update: dict[str, Any]) -> Response:
        return Response(status=503)

    hook.answering = fail
    simulator.phone.say(anna, "a")
    for number, seconds in enumerate((2, 4, 8, 16), start=2):
        await called_without_success(hook, simulator, number)
        simulator.clock.skip(timedelta(seconds=seconds - 1))
        await run_ready_callbacks()
        assert len(hook.calls) == number
        simulator.clock.skip(timedelta(seconds=1))


async def test_the_bots_retry_after_is_respected(hook: BotServer, simulator: Simulator, anna: Person) -> None:
    async def busy_once(_update: dict[str, Any]) -> Response:
        return Response(status=429, headers={"Retry-After": "30"}) if len(hook.calls) == 1 else Response()

    hook.answering = busy_once
    simulator.phone.say(anna, "a")
    await called_without_success(hook, simulator, 1)
    simulator.clock.skip(timedelta(seconds=29))
    await run_ready_callbacks()
    assert hook.texts == ["a"]
    simulator.clock.skip(timedelta(seconds=1))
    await settled(simulator)
    assert hook.texts == ["a", "a"]


async def test_after_a_day_an_update_is_dropped(hook: BotServer, simulator: Simulator, anna: Person) -> None:
    async def busy(_update: dict[str, Any]) -> Response:
        simulator.clock.skip(timedelta(hours=23, minutes=30))
        return Response(status=503, headers={"Retry-After": "3600"})

    hook.answering = busy
    simulator.phone.say(anna, "a")
    await settled(simulator)
    assert len(hook.calls) == 1


async def test_the_last_error_is_in_the_webhook_info(
    bot: Client, hook: BotServer, simulator: Simulator, anna: Person
) -> None:
    async def refuse(_update: dict[str, Any]) -> Response:
        return Response(status=403, headers={"Retry-After": "60"})

    hook.answering = refuse
    simulator.phone.say(anna, "a")
    await until(lambda: simulator.world.webhook.last_error)
    info = await bot("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 403 Forbidden"
    assert info["pending_update_count"] == 1


async def test_a_webhook_nobody_serves(bot: Client, simulator: Simulator, anna: Person) -> None:
    await bot("setWebhook", url="http://127.0.0.1:9/hook")
    simulator.phone.say(anna, "a")
    await until(lambda: simulator.world.webhook.last_error)
    assert len(simulator.updates) == 1


async def test_a_webhook_gone_for_a_day_is_removed(hook: BotServer, simulator: Simulator, anna: Person) -> None:
    async def gone(_update: dict[str, Any]) -> Response:
        return Response(status=410)

    hook.answering = gone
    simulator.phone.say(anna, "a")
    await called_without_success(hook, simulator, 2)
    simulator.clock.skip(timedelta(hours=22))
    await called_without_success(hook, simulator, 3)
    assert simulator.world.webhook.url
    simulator.clock.skip(timedelta(hours=1, seconds=1))
    await until(lambda: not simulator.world.webhook.url)
    assert len(simulator.updates) == 1


async def test_a_response_may_name_a_method(hook: BotServer, simulator: Simulator, anna: Person) -> None:
    async def reply(update: dict[str, Any]) -> Response:
        method = {"a": "sendMessage", "b": "getMe", "c": "noSuchMethod"}[update["message"]["text"]]
        return Response(
            body=f'{{"method":"{method}","chat_id":{anna.id},"text":"from {update["message"]["text"]}"}}'.encode(),
            content_type="application/json",
        )

    hook.answering = reply
    for text in "abc":
        simulator.phone.say(anna, text)
    await settled(simulator)
    assert simulator.judge.texts(anna.id) == ["from a"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"method":"sendMessage","chat_id":5,"text":"a"}'])
async def test_responses_without_a_method_are_ignored(
    hook: BotServer, simulator: Simulator, anna: Person, body: bytes
) -> None:
    async def answer(_update: dict[str, Any]) -> Response:
        return Response(body=body, content_type="application/json")

    hook.answering = answer
    simulator.phone.say(anna, "a")
    await settled(simulator)
    assert simulator.judge.total == 0


async def test_an_update_can_be_delivered_twice(hook: BotServer, simulator: Simulator, anna: Person) -> None:
    simulator.phone.say(anna, "a")
    await settled(simulator)
    simulator.updates.repeat(hook.calls[0]["update_id"])
    await settled(simulator)
    assert hook.calls[0] == hook.calls[1]


async def test_a_webhook_with_a_certificate_of_its_own(bot: Client, simulator: Simulator, anna: Person) -> None:
    authority = trustme.CA()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    async with bot_server(tls) as served:
        certificate = {"certificate": authority.cert_pem.bytes()}
        await bot.with_files("setWebhook", certificate, url=served.url)
        assert (await bot("getWebhookInfo"))["has_custom_certificate"] is True
        message = simulator.phone.say(anna, "hej")
        await settled(simulator)
        assert served.calls[0]["message"] == message.body
        await bot("deleteWebhook")


@pytest.mark.parametrize("certificate", [None, trustme.CA().cert_pem.bytes()])
async def test_a_certificate_that_does_not_fit(
    bot: Client, simulator: Simulator, anna: Person, certificate: bytes | None
) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    async with bot_server(tls) as served:
        await bot.with_files("setWebhook", {"certificate": certificate} if certificate else {}, url=served.url)
        simulator.phone.say(anna, "hej")
        await until(lambda: simulator.world.webhook.last_error)
        assert served.calls == []
        assert "SSL" in (await bot("getWebhookInfo"))["last_error_message"]
        await bot("deleteWebhook")
