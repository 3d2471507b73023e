"""Delivering updates to the webhook: each one is sent until the bot accepts it.

Pauses and limits are those of the Bot API server (`WebhookActor.cpp`); Telegram does not document them.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from random import Random

import aiohttp

from simulator.clock import wait_until
from simulator.state.world import World
from simulator.updates.queue import Update

LONGEST_RETRY_AFTER = timedelta(hours=1)
REMOVED_AFTER_GONE_FOR = timedelta(hours=23)
_LONGEST_PAUSE_SECONDS = (60, 120)
"""The longest pause is a random time between these, so that not all chats are tried again at once."""

_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the name of a header)
_TIMEOUT = aiohttp.ClientTimeout(total=60)

OnResponse = Callable[[str, bytes], Awaitable[None]]
"""Called with the Content-Type and body of the response with which the bot accepted an update."""


@dataclass(slots=True)
class _ChatQueue:
    """The updates of one chat, which are delivered one after the other."""

    updates: deque[Update] = field(default_factory=deque)
    is_running: bool = False


class WebhookDelivery:
    """Delivers every queued update to the webhook: in order within a chat, and at the same time across chats.

    An update is done when the bot accepts it (a 2xx status) or when it expires. If the webhook is removed first, the
    update stays in the queue.
    """

    def __init__(self, world: World, on_response: OnResponse, remove_webhook: Callable[[], Awaitable[None]]) -> None:
        self._world = world
        self._webhook = world.webhook
        self._on_response = on_response
        self._remove_webhook = remove_webhook
        self._chats: dict[int, _ChatQueue] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._connections = asyncio.Semaphore(world.webhook.connections)
        self._client = aiohttp.ClientSession(timeout=_TIMEOUT)
        self._random = Random(0)  # noqa: S311 (spreads retries, guards nothing)
        for update in world.updates:
            self._enqueue(update)
        self._unsubscribe = world.updates.subscribe(self._enqueue)

    async def close(self) -> None:
        """Stop delivering. Updates that were not accepted stay in the queue."""
        self._unsubscribe()
        others = self._tasks - {asyncio.current_task()}  # the task that calls this must not wait for itself
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._client.close()

    def _enqueue(self, update: Update) -> None:
        chat = self._chats.setdefault(update.order_key, _ChatQueue())
        chat.updates.append(update)
        if not chat.is_running:
            chat.is_running = True
            task = asyncio.create_task(self._deliver_chat(update.order_key, chat))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _deliver_chat(self, order_key: int, chat: _ChatQueue) -> None:
        while chat.updates:
            if not await self._deliver(chat.updates[0]):
                return
            chat.updates.popleft()
        chat.is_running = False
        self._chats.pop(order_key, None)

    async def _deliver(self, update: Update) -> bool:
        """Send an update until it is accepted or expires. Return False if the webhook was removed instead."""
        pauses = self._pauses()
        while True:
            async with self._connections:
                retry_after = await self._send(update)
            if retry_after is None:
                break
            gone_since = self._webhook.gone_since
            if gone_since is not None and self._world.clock() > gone_since + REMOVED_AFTER_GONE_FOR:
                await self._remove_webhook()
                return False
            next_try = self._world.clock() + (retry_after or next(pauses))
            if next_try > update.expires:
                break
            await wait_until(self._world.clock, next_try)
        self._world.updates.confirm(update.id)
        return True

    def _pauses(self) -> Iterator[timedelta]:
        """Yield the pauses between tries: none, then 2 seconds, doubled each time up to one or two minutes."""
        yield timedelta()
        seconds = 1
        while True:
            seconds = min(self._random.randint(*_LONGEST_PAUSE_SECONDS), seconds * 2)
            yield timedelta(seconds=seconds)

    async def _send(self, update: Update) -> timedelta | None:
        """Send an update once. Return None if the bot accepted it, else the Retry-After it gave (0 if none)."""
        headers = {"Content-Type": "application/json"}
        if self._webhook.secret:
            headers[_SECRET_HEADER] = self._webhook.secret
        try:
            trust = self._webhook.certificate or True
            async with self._client.post(
                self._webhook.url, data=update.encoded, headers=headers, ssl=trust
            ) as response:
                return await self._retry_after(response)
        except aiohttp.ClientConnectorCertificateError as error:
            self._note_error(f"SSL error {{{error.certificate_error}}}")
        except (aiohttp.ClientError, TimeoutError) as error:
            self._note_error(str(error) or "Webhook connection closed")
        return timedelta()

    async def _retry_after(self, response: aiohttp.ClientResponse) -> timedelta | None:
        body = await response.read()
        if response.ok:
            self._webhook.gone_since = None
            await self._on_response(response.content_type, body)
            return None
        self._note_error(f"Wrong response from the webhook: {response.status} {response.reason}")
        is_gone = response.status == HTTPStatus.GONE
        self._webhook.gone_since = (self._webhook.gone_since or self._world.clock()) if is_gone else None
        header = response.headers.get("Retry-After", "")
        return min(timedelta(seconds=int(header)), LONGEST_RETRY_AFTER) if header.isdecimal() else timedelta()

    def _note_error(self, error: str) -> None:
        self._webhook.last_error, self._webhook.last_error_at = error, self._world.clock()
