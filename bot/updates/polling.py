"""Long polling: fetches updates and confirms them only once they are stored.

No answer of the server ends it: it waits, says once what is wrong, and goes on. It needs nothing else of the bot, so
that the first request can be on its way while everything else is still being loaded.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self

import aiohttp

from bot.errors import StoreError
from bot.parsing import lenient_json

if TYPE_CHECKING:
    from bot.updates.receiver import Receiver

ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]
POLL_SECONDS, MARGIN_SECONDS, BATCH = 50, 10.0, 100
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 30.0
STORE_PAUSES = 3
"""How many times the shortest pause it is after updates that could not be stored, however often: a call for relief may
be among the next, and needs no database. The Bot API server gives one update at a time to whoever asks again sooner."""
A_MOMENT = timedelta(seconds=1)
"""A turn that comes sooner has not been waited for."""
CONFLICT_SECONDS = 3.0
"""How long the Bot API server lets an earlier poll go on after it has told of the conflict."""
NUMBER = re.compile(rb'"update_id" *: *(\d+)')
log = logging.getLogger(__name__)


class PollError(Exception):
    """Telegram did not give updates. ``retry_after`` in seconds if it said so."""

    def __init__(self, what: str, status: int = 0, retry_after: float = 0.0) -> None:
        super().__init__(what)
        self.status = status
        self.retry_after = retry_after


class Poller:
    """Asks ``url`` (``<base>/bot<token>``) for updates; ``last_success`` is when Telegram last answered (UTC)."""

    def __init__(self, url: str, clock: Callable[[], datetime]) -> None:
        self._url = url
        self._clock = clock
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        self._ahead: asyncio.Task[list[Any]] | None = None
        self._offset: int | None = None
        self._trouble = ""
        self._failures = 0
        self.last_success: datetime | None = None
        self._turn_since: datetime | None = None
        self._is_waiting = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._ahead:
            self._ahead.cancel()
            await asyncio.gather(self._ahead, return_exceptions=True)
        await self._session.close()

    @property
    def last_sign(self) -> datetime | None:
        """When Telegram last answered (UTC), or it became this process's turn; while it is another's, now."""
        signs = [each for each in (self.last_success, self._turn_since) if each]
        return self._clock() if self._is_waiting else max(signs, default=None)

    def ask_ahead(self) -> None:
        """Send the first request now; its updates wait for ``run``."""
        self._ahead = asyncio.create_task(self._fetch())

    async def run(self, receiver: "Receiver", turn: Callable[[], Awaitable[None]] | None = None) -> None:
        """Poll until cancelled. What is being fetched then is not confirmed, so it comes again.

        ``turn`` returns when it is this process that polls, if there are others.
        """
        while True:
            if turn:
                await self._wait_for(turn)
            try:
                await receiver.room()
                updates = await self._next()
                await receiver.accept(updates)
                self._confirm(updates)
                self._recovered()
            except StoreError:
                await asyncio.sleep(STORE_PAUSES * SHORTEST_PAUSE_SECONDS)
            except PollError as error:
                await asyncio.sleep(await self._pause(error))

    async def _wait_for(self, turn: Callable[[], Awaitable[None]]) -> None:
        asked, self._is_waiting = self._clock(), True
        await turn()
        self._is_waiting = False
        if self._clock() - asked > A_MOMENT:
            self._turn_since = self._clock()

    async def _next(self) -> list[Any]:
        ahead, self._ahead = self._ahead, None
        updates = await (ahead or self._fetch())
        self.last_success = self._clock()
        return updates

    def _recovered(self) -> None:
        if self._trouble:
            log.info("updates are coming in again")
        self._trouble, self._failures = "", 0

    async def _fetch(self) -> list[Any]:
        parameters: dict[str, Any] = {"timeout": POLL_SECONDS, "limit": BATCH, "allowed_updates": ALLOWED_UPDATES}
        if self._offset is not None:
            parameters["offset"] = self._offset
        updates = await self._call("getUpdates", parameters, POLL_SECONDS + MARGIN_SECONDS)
        if not isinstance(updates, list):
            raise PollError("Telegram gave no list of updates")
        return updates

    def _confirm(self, updates: list[Any]) -> None:
        numbers = [raw["update_id"] for raw in updates if isinstance(raw, dict) and type(raw.get("update_id")) is int]
        if numbers:
            self._offset = max(numbers) + 1

    async def _call(self, method: str, parameters: dict[str, Any], seconds: float) -> Any:
        timeout = aiohttp.ClientTimeout(MARGIN_SECONDS + seconds, connect=MARGIN_SECONDS, sock_read=seconds)
        try:
            async with self._session.post(f"{self._url}/{method}", json=parameters, timeout=timeout) as response:
                return _result(response.status, await response.read())
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise PollError(f"Telegram cannot be reached ({type(error).__name__})") from None

    async def _pause(self, error: PollError) -> float:
        """Say what is wrong, once, and how many seconds to wait."""
        self._failures += 1
        if str(error) != self._trouble:
            self._trouble = str(error)
            log.warning("no updates: %s; trying on", error)
        if error.status == HTTPStatus.CONFLICT:
            return await self._give_way(error)
        pause = min(SHORTEST_PAUSE_SECONDS * 2.0 ** min(self._failures - 1, 10), LONGEST_PAUSE_SECONDS)
        return max(pause, error.retry_after)

    async def _give_way(self, conflict: PollError) -> float:
        """A webhook is taken away, with nothing lost; another poller gets the time to end."""
        if "webhook" in str(conflict).lower():
            log.warning("a webhook is set for this bot; it is removed, as this process polls")
            try:
                await self._call("deleteWebhook", {"drop_pending_updates": False}, MARGIN_SECONDS)
            except PollError as error:
                log.warning("the webhook could not be removed: %s", error)
            else:
                return 0.0
        return CONFLICT_SECONDS


def _result(status: int, body: bytes) -> Any:
    try:
        answer = lenient_json.loads(body)
    except ValueError:
        answer = _salvaged(body) if status == HTTPStatus.OK else None
    if not isinstance(answer, dict):
        raise PollError(f"Telegram answered {status} and no JSON", status)
    if status != HTTPStatus.OK or answer.get("ok") is not True or "result" not in answer:
        raise PollError(f"Telegram answered {status}: {answer.get('description')}", status, _wait(answer))
    return answer["result"]


def _salvaged(body: bytes) -> dict[str, Any] | None:
    """An answer that cannot be read, update by update: of one that is at fault there is only its number."""
    updates = [each for piece in lenient_json.pieces(body) if (each := _update(piece))]
    return {"ok": True, "result": updates} if updates else None


def _update(piece: bytes) -> Any:
    try:
        return lenient_json.loads(piece)
    except ValueError:
        log.warning("an update cannot be read; it is passed over")
        number = NUMBER.search(piece)
        return number and {"update_id": int(number[1])}


def _wait(answer: dict[str, Any]) -> float:
    parameters = answer.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(seconds) if isinstance(seconds, int) else 0.0
