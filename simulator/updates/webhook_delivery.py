"""Calling the webhook: every update in turn, until the bot takes it."""

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
CLOSED_AFTER_GONE_FOR = timedelta(hours=23)
_BACKOFF_CEILING = (60, 120)
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the name of a header)
_ANSWER_WITHIN = aiohttp.ClientTimeout(total=60)

Answered = Callable[[str, bytes], Awaitable[None]]
"""Given the content type and body with which the bot took an update."""


@dataclass(slots=True)
class _Line:
    """The updates of one chat, which go one after the other."""

    updates: deque[Update] = field(default_factory=deque)
    running: bool = False


class Caller:
    """Brings every queued update to the webhook, in order within a chat and side by side across chats.

    An update is done when the bot accepts it (2xx) or it expires; it stays queued if the webhook is removed.
    """

    def __init__(self, world: World, answered: Answered, close: Callable[[], Awaitable[None]]) -> None:
        self._world = world
        self._webhook = world.webhook
        self._answered = answered
        self._close_webhook = close
        self._lines: dict[int, _Line] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._free = asyncio.Semaphore(world.webhook.connections)
        self._client = aiohttp.ClientSession(timeout=_ANSWER_WITHIN)
        self._random = Random(0)  # noqa: S311 (spreads retries, guards nothing)
        for update in world.updates:
            self._enqueue(update)
        self._unsubscribe = world.updates.subscribe(self._enqueue)

    async def close(self) -> None:
        """Stop calling. What was not accepted stays queued."""
        self._unsubscribe()
        others = self._tasks - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._client.close()

    def _enqueue(self, update: Update) -> None:
        line = self._lines.setdefault(update.order_key, _Line())
        line.updates.append(update)
        if not line.running:
            line.running = True
            task = asyncio.create_task(self._run(update.order_key, line))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run(self, order_key: int, line: _Line) -> None:
        while line.updates:
            if not await self._bring(line.updates[0]):
                return
            line.updates.popleft()
        line.running = False
        self._lines.pop(order_key, None)

    async def _bring(self, update: Update) -> bool:
        """Call until the update is settled; False if the webhook was closed instead."""
        pauses = self._pauses()
        while (asked := await self._call_in_turn(update)) is not None:
            if self._is_gone_for_good():
                await self._close_webhook()
                return False
            again = self._world.clock() + (asked or next(pauses))
            if again > update.expires:
                break
            await wait_until(self._world.clock, again)
        self._world.updates.confirm(update.id)
        return True

    def _pauses(self) -> Iterator[timedelta]:
        """At once after the first failure, then two seconds, doubled each time up to one or two minutes."""
        yield timedelta()
        seconds = 1
        while True:
            seconds = min(self._random.randint(*_BACKOFF_CEILING), seconds * 2)
            yield timedelta(seconds=seconds)

    async def _call_in_turn(self, update: Update) -> timedelta | None:
        async with self._free:
            return await self._call(update)

    async def _call(self, update: Update) -> timedelta | None:
        """None if the bot took the update, else how long it asked to be left alone (0: it did not ask)."""
        headers = {"Content-Type": "application/json"}
        if self._webhook.secret:
            headers[_SECRET_HEADER] = self._webhook.secret
        try:
            async with self._client.post(self._webhook.url, data=update.encoded, headers=headers) as answer:
                return await self._judge(answer)
        except (aiohttp.ClientError, TimeoutError) as error:
            self._note(str(error) or "Webhook connection closed")
            return timedelta()

    async def _judge(self, answer: aiohttp.ClientResponse) -> timedelta | None:
        body = await answer.read()
        if answer.ok:
            self._webhook.gone_since = None
            await self._answered(answer.content_type, body)
            return None
        self._note(f"Wrong response from the webhook: {answer.status} {answer.reason}")
        is_gone = answer.status == HTTPStatus.GONE
        self._webhook.gone_since = (self._webhook.gone_since or self._world.clock()) if is_gone else None
        asked = answer.headers.get("Retry-After", "")
        return min(timedelta(seconds=int(asked)), LONGEST_RETRY_AFTER) if asked.isdecimal() else timedelta()

    def _note(self, error: str) -> None:
        self._webhook.last_error, self._webhook.last_error_at = error, self._world.clock()

    def _is_gone_for_good(self) -> bool:
        since = self._webhook.gone_since
        return since is not None and self._world.clock() > since + CLOSED_AFTER_GONE_FOR
