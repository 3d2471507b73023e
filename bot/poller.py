"""Long polling: fetches updates and confirms them only once they are stored.

No answer of the server ends it: it waits, says what is wrong once, and goes on. ``last_success`` tells an alarm how
long ago Telegram last answered.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.receiver import Receiver
from bot.store import StoreError
from bot.transport import Transport
from bot.verdict import judge

ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]
POLL_SECONDS, MARGIN_SECONDS, BATCH = 50, 10.0, 100
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 30.0
CONFLICT_SECONDS = 3.0
"""How long the Bot API server lets an earlier poll go on after it has told of the conflict."""
log = logging.getLogger(__name__)


class Poller:
    """Asks ``url`` (``<base>/bot<token>``) for updates and gives them to ``receiver``."""

    def __init__(self, url: str, transport: Transport, receiver: Receiver, clock: Callable[[], datetime]) -> None:
        self._url = url
        self._transport = transport
        self._receiver = receiver
        self._clock = clock
        self._offset: int | None = None
        self._trouble = ""
        self._failures = 0
        self.last_success: datetime | None = None

    async def run(self) -> None:
        """Poll until cancelled. What is being fetched then is not confirmed, so it comes again."""
        while True:
            try:
                await self._receiver.room()
                await self._fetch()
            except (TelegramError, StoreError) as error:
                await asyncio.sleep(await self._pause(error))

    async def _fetch(self) -> None:
        parameters: dict[str, Any] = {"timeout": POLL_SECONDS, "limit": BATCH, "allowed_updates": ALLOWED_UPDATES}
        if self._offset is not None:
            parameters["offset"] = self._offset
        updates = await self._call("getUpdates", parameters, POLL_SECONDS + MARGIN_SECONDS)
        if not isinstance(updates, list):
            raise TelegramError("getUpdates gave no list")
        self._recovered()
        await self._receiver.accept(updates)
        numbers = [raw["update_id"] for raw in updates if isinstance(raw, dict) and type(raw.get("update_id")) is int]
        if numbers:
            self._offset = max(numbers) + 1

    async def _call(self, method: str, parameters: dict[str, Any], seconds: float) -> Any:
        return await self._transport.call(f"{self._url}/{method}", parameters, seconds)

    def _recovered(self) -> None:
        if self._trouble:
            log.info("updates are coming in again")
        self._trouble, self._failures = "", 0
        self.last_success = self._clock()

    async def _pause(self, error: TelegramError | StoreError) -> float:
        """Say what is wrong, once, and how many seconds to wait."""
        self._failures += 1
        trouble = "the token is refused" if isinstance(error, InvalidToken) else str(error)
        if trouble != self._trouble:
            log.warning("no updates: %s; trying on", trouble)
            self._trouble = trouble
        if isinstance(error, RetryAfter):
            return judge(error).wait_seconds
        if isinstance(error, Conflict):
            return await self._give_way(error)
        return min(SHORTEST_PAUSE_SECONDS * 2.0 ** min(self._failures - 1, 10), LONGEST_PAUSE_SECONDS)

    async def _give_way(self, conflict: Conflict) -> float:
        """A webhook is taken away, with nothing lost; another poller gets the time to end."""
        if "webhook" in conflict.message.lower():
            log.warning("a webhook is set for this bot; it is removed, as this process polls")
            try:
                await self._call("deleteWebhook", {"drop_pending_updates": False}, MARGIN_SECONDS)
            except TelegramError as error:
                log.warning("the webhook could not be removed: %s", error)
            else:
                return 0.0
        return CONFLICT_SECONDS
