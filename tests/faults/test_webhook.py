"""Faults while Telegram calls the bot: a call that was answered with 200 takes effect, every other call is repeated."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import aiohttp
import pytest

from bot.operations.http_server import LARGEST_BODY
from bot.updates.webhook import RETRY_SECONDS, SECRET_HEADER
from simulator import Fault
from tests.faults.bot_under_test import BotUnderTest
from tests.support import running_bot
from tests.support.bot_process import Installation, running_process
from tests.support.conversation import HELP_TEXT, Conversation, words
from tests.support.recording import Requests
from tests.support.sqlite_file import update_outcomes, without_table
from tests.support.waiting import PATIENCE_SECONDS, until

SEEN = "SELECT tips_seen FROM person"


@pytest.fixture
def webhook() -> dict[str, Any]:
    """Settings for a bot that receives by webhook."""
    return running_bot.webhook_settings()


@pytest.fixture
async def called_bot(stopped_bot: BotUnderTest, webhook: dict[str, Any]) -> AsyncIterator[BotUnderTest]:
    """A running bot that has told Telegram where to call it."""
    async with stopped_bot.running(**webhook):
        await stopped_bot.requests.until(lambda: stopped_bot.requests.of("setWebhook"))
        yield stopped_bot


@pytest.mark.parametrize("fault", [Fault(delay=600.0), Fault(hold=600.0)], ids=["before the reply", "after the reply"])
async def test_f28_an_update_that_was_confirmed_survives_a_crash(
    fault: Fault, webhook: dict[str, Any], installation: Installation
) -> None:
    environment = tuple((name.upper(), str(value)) for name, value in webhook.items())
    simulator, installation = installation.simulator, replace(installation, more=environment)
    requests, bo = Requests(simulator), Conversation(simulator, simulator.add_person("Bo"))
    stuck = simulator.faults.add(Fault(methods={"sendMessage"}, delay=fault.delay, hold=fault.hold))
    process = await installation.start()
    for text in ("/tip", "/help"):
        simulator.phone.say(bo.person, text)
    await requests.until(lambda: requests.of("sendMessage"))
    await until(lambda: not len(simulator.updates))
    process.kill()
    await process.wait()
    simulator.faults.remove(stuck)
    assert installation.rows(SEEN) == [(1,)], "the effect is stored before the reply"
    async with running_process(installation):
        await simulator.judge.until(lambda judge: HELP_TEXT in judge.texts(bo.chat.id), PATIENCE_SECONDS)
    assert installation.rows(SEEN) == [(1,)]
    assert len(simulator.judge.texts(bo.chat.id)) == (3 if fault.hold else 2)
    assert await update_outcomes(installation.folder) == {"done": 2}


async def test_f29_updates_that_arrive_without_a_database_are_repeated_and_take_effect_once(
    called_bot: BotUnderTest, bo: Conversation
) -> None:
    simulator = called_bot.simulator
    await bo.ask("/help")
    async with without_table(called_bot.file):
        for _ in range(5):
            simulator.phone.say(bo.person, "/tip")
        await until(lambda: simulator.world.webhook.last_error)
        assert len(simulator.updates) == 5, "none is confirmed"
    simulator.clock.skip(timedelta(seconds=RETRY_SECONDS))
    assert len(await bo.all_answers()) == 5 + 1
    assert called_bot.rows(SEEN) == [(5,)]


async def test_f30_no_call_is_answered_with_410(
    called_bot: BotUnderTest, bo: Conversation, webhook: dict[str, Any]
) -> None:
    """After a 410, Telegram would give up the webhook."""
    url, secret = webhook["webhook_url"], {SECRET_HEADER: webhook["webhook_secret"]}
    calls: list[tuple[str, str, dict[str, str], bytes]] = [
        (method, address, headers, body)
        for method in ("GET", "POST", "DELETE")
        for address in (url, f"{url}/more")
        for headers in ({}, secret)
        for body in (b"", b"junk", b'{"update_id": 1}')
    ]
    async with aiohttp.ClientSession() as client:

        async def status(method: str, address: str, headers: dict[str, str], body: bytes) -> int:
            async with client.request(method, address, data=BytesIO(body), headers=headers) as answer:
                return answer.status

        statuses = {await status(*call) for call in calls}
        statuses.add(await status("POST", url, secret, b"x" * (LARGEST_BODY + 1)))
        async with without_table(called_bot.file):
            statuses.add(await status("POST", url, secret, b'{"update_id": 2}'))
    assert statuses == {200, 403, 404, 405, 413, 503}
    assert words(await bo.ask("/help")) == HELP_TEXT
