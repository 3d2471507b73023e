"""getUpdates: the bot fetches its updates. A poll with a timeout waits for the next update."""

import asyncio
from dataclasses import dataclass
from typing import Any

import orjson

from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import OTHER_POLL, WEBHOOK_ACTIVE, Refusal, conflict
from simulator.state.world import World

LONGEST_POLL_SECONDS = 50
LARGEST_BATCH = 100
_SINGLE_UPDATE_WITHIN_SECONDS = 0.5


def allow_kinds(world: World, parameters: Parameters) -> None:
    """Set which kinds of updates the bot receives. Without `allowed_updates`, the last choice stays."""
    if parameters.text("allowed_updates"):
        kinds: Any = parameters.value("allowed_updates", "can't parse allowed_updates JSON object")
        world.updates.allow(kinds if isinstance(kinds, list) else ())


@dataclass(slots=True)
class Brake:
    """Slows a bot that polls again and again without confirming updates. The rules are the Bot API server's.

    The rules are not documented. They are in its `Client.cpp`, process_get_updates_query and fail_query_conflict.
    `seconds`: how much a poll is slowed. Telegram's value is 3, and 0 slows nobody. Moments are in seconds of the loop.
    """

    seconds: float
    last_offset: int = -1
    last_start: float = 0.0
    next_conflict: float = 0.0

    def on_poll(self, offset: int, limit: int, timeout: float, now: float) -> tuple[int, float]:
        """Return the limit and the timeout (in seconds) that apply to a poll.

        A poll is hasty if it has the same offset as the last poll and starts less than `seconds` after it. A hasty poll
        waits at least `seconds` for an update. A poll that starts less than half a second after the last poll gets at
        most one update.

        Args:
            offset: The offset of the poll.
            limit: How many updates the bot asked for.
            timeout: How long the bot asked to wait, in seconds.
            now: The present moment of the event loop.
        """
        since = now - self.last_start if offset == self.last_offset else self.seconds
        self.last_offset, self.last_start = offset, now
        if since >= self.seconds:
            return limit, timeout
        return (1 if since < _SINGLE_UPDATE_WITHIN_SECONDS else limit), max(timeout, self.seconds)

    def on_conflict(self, now: float) -> float:
        """Return the delay in seconds before a conflict is reported: none, unless one was reported just before."""
        if now < self.next_conflict:
            return self.seconds
        self.next_conflict = now + self.seconds
        return 0.0


class Polling:
    """Carries out getUpdates. Only one poll can wait; a second one ends it with a conflict."""

    def __init__(self, world: World, brake_seconds: float) -> None:
        self._world = world
        self._brake = Brake(brake_seconds)
        self._waiting: asyncio.Future[str] | None = None
        world.updates.subscribe(lambda _update: self.end(""))

    @property
    def is_waiting(self) -> bool:
        """Whether a poll waits for an update."""
        return self._waiting is not None

    async def get_updates(self, parameters: Parameters) -> list[orjson.Fragment]:
        """Carry out `getUpdates`: wait for updates if there are none, and return them."""
        if self._world.webhook.url:
            raise await self._conflict(WEBHOOK_ACTIVE)
        offset = parameters.integer("offset")
        limit = min(max(parameters.integer("limit", LARGEST_BATCH), 1), LARGEST_BATCH)
        timeout: float = min(max(parameters.integer("timeout"), 0), LONGEST_POLL_SECONDS)
        allow_kinds(self._world, parameters)
        limit, timeout = self._brake.on_poll(offset, limit, timeout, asyncio.get_running_loop().time())
        batch = self._world.updates.take(offset, limit)
        if not batch and timeout:
            await self._wait(timeout)
            batch = self._world.updates.take(offset, limit)
        return [orjson.Fragment(update) for update in batch]

    async def _wait(self, seconds: float) -> None:
        """Wait for an update, at most `seconds`. Refused with a conflict if another poll or a webhook takes over."""
        self.end(OTHER_POLL)
        waiting = self._waiting = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                reason = await waiting
        except TimeoutError:
            return
        finally:
            if self._waiting is waiting:  # otherwise another poll waits by now
                self._waiting = None
        if reason:
            raise await self._conflict(reason)

    def end(self, reason: str) -> None:
        """End the poll that waits: refuse it with `reason`, or answer it with the updates there are if that is ""."""
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(reason)
        self._waiting = None

    async def _conflict(self, reason: str) -> Refusal:
        pause = self._brake.on_conflict(asyncio.get_running_loop().time())
        if pause:
            await asyncio.sleep(pause)
        return conflict(reason)
