"""What goes wrong where Telegram calls the bot: what it was told is stored is done, and all else comes again."""

from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.operations.http_server import LARGEST_BODY
from bot.updates.polling import Poller
from bot.updates.webhook import RETRY_SECONDS
from bot.updates.webhook import SECRET_HEADER as HEADER
from simulator import Fault, Simulator
from tests.support import running_bot
from tests.support.bot_process import Installation, running_process
from tests.support.conversation import HELP_TEXT, Conversation, words
from tests.support.recording import Pauses, Requests
from tests.support.running_bot import running_with_limits
from tests.support.sqlite_file import rows, update_outcomes, without_table
from tests.support.waiting import PATIENCE_SECONDS, until

SEEN = "SELECT tips_seen FROM person"


@pytest.fixture
def address() -> dict[str, Any]:
    """Settings with which Telegram calls."""
    return running_bot.webhook_settings()


@pytest.fixture
async def called(
    simulator: Simulator, naps: Pauses, requests: Requests, tmp_path: Path, address: dict[str, Any]
) -> AsyncIterator[Poller]:
    """The bot, once Telegram knows where to call it."""
    async with running_with_limits(simulator, tmp_path, **address) as bot:
        await requests.until(lambda: requests.of("setWebhook"))
        yield bot


@pytest.mark.parametrize("fault", [Fault(delay=600.0), Fault(hold=600.0)], ids=["before the reply", "after the reply"])
async def test_f28_what_telegram_was_told_is_stored_survives_a_crash(
    fault: Fault, tmp_path: Path, address: dict[str, Any]
) -> None:
    async with running_bot.telegram() as simulator:
        requests, bo = Requests(simulator), Conversation(simulator, simulator.add_person("Bo"))
        installation = Installation(
            simulator, tmp_path, tuple((name.upper(), str(value)) for name, value in address.items())
        )
        stuck = simulator.faults.add(Fault(methods={"sendMessage"}, delay=fault.delay, hold=fault.hold))
        process = await installation.start()
        for text in ("/tip", "/help"):
            simulator.phone.say(bo.person, text)
        await requests.until(lambda: requests.of("sendMessage"))
        await until(lambda: not len(simulator.updates))
        process.kill()
        await process.wait()
        simulator.faults.remove(stuck)
        assert rows(tmp_path, SEEN) == [(1,)], "the effect is stored before it is told"
        async with running_process(installation):
            await simulator.judge.until(lambda judge: HELP_TEXT in judge.texts(bo.chat.id), PATIENCE_SECONDS)
        assert rows(tmp_path, SEEN) == [(1,)]
        assert len(simulator.judge.texts(bo.chat.id)) == (3 if fault.hold else 2)
        assert await update_outcomes(tmp_path) == {"done": 2}


async def test_f29_what_comes_while_the_database_is_away_comes_again_and_once(
    called: Poller, simulator: Simulator, bo: Conversation, tmp_path: Path
) -> None:
    await bo.ask("/help")
    async with without_table(tmp_path / "charley.db"):
        for _ in range(5):
            simulator.phone.say(bo.person, "/tip")
        await until(lambda: simulator.world.webhook.last_error)
        assert len(simulator.updates) == 5, "none is confirmed"
    simulator.clock.skip(timedelta(seconds=RETRY_SECONDS))
    assert len(await bo.all_answers()) == 5 + 1
    assert rows(tmp_path, SEEN) == [(5,)]


async def test_f30_whoever_calls_and_however_nobody_is_told_that_the_address_is_gone(
    called: Poller, bo: Conversation, tmp_path: Path, address: dict[str, Any]
) -> None:
    """That (410) would make Telegram give up the webhook."""
    url, known = address["webhook_url"], {HEADER: address["webhook_secret"]}
    calls: list[tuple[str, str, dict[str, str], bytes]] = [
        (method, place, headers, body)
        for method in ("GET", "POST", "DELETE")
        for place in (url, f"{url}/more")
        for headers in ({}, known)
        for body in (b"", b"junk", b'{"update_id": 1}')
    ]
    async with aiohttp.ClientSession() as client:

        async def status(method: str, place: str, headers: dict[str, str], body: bytes) -> int:
            async with client.request(method, place, data=BytesIO(body), headers=headers) as answer:
                return answer.status

        statuses = {await status(*call) for call in calls}
        statuses.add(await status("POST", url, known, b"x" * (LARGEST_BODY + 1)))
        async with without_table(tmp_path / "charley.db"):
            statuses.add(await status("POST", url, known, b'{"update_id": 2}'))
    assert statuses == {200, 403, 404, 405, 413, 503}
    assert words(await bo.ask("/help")) == HELP_TEXT
