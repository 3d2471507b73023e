"""getUpdates: the long poll, of which there can be only one."""

import asyncio
from dataclasses import dataclass
from typing import Any

import orjson

from simulator.bot_api.parameters import Parameters
from simulator.bot_api.refusals import OTHER_POLL, WEBHOOK_ACTIVE, Refusal, conflict
from simulator.state.world import World
from simulator.updates.queue import Update

LONGEST_POLL = 50
LARGEST_BATCH = 100
_SINGLE_WITHIN = 0.5


def allow_kinds(world: World, parameters: Parameters) -> None:
    """Take over `allowed_updates` if a request has it; otherwise what was chosen before stays."""
    if parameters.text("allowed_updates"):
        kinds: Any = parameters.value("allowed_updates", "can't parse allowed_updates JSON object")
        world.updates.allow(kinds if isinstance(kinds, list) else ())


@dataclass(slots=True)
class Brake:
    """Slows bots that poll hastily. Telegram's `seconds` are 3; 0 slows nobody. Moments are the event loop's."""

    seconds: float
    last_offset: int = -1
    last_start: float = 0.0
    next_conflict: float = 0.0

    def on_poll(self, offset: int, limit: int, timeout: float, now: float) -> tuple[int, float]:
        """The limit and timeout a poll really gets.

        Asking for the same offset again within `seconds` waits that long for an update; within half a second it
        brings one update only.
        """
        since = now - self.last_start if offset == self.last_offset else self.seconds
        self.last_offset, self.last_start = offset, now
        if since >= self.seconds:
            return limit, timeout
        return (1 if since < _SINGLE_WITHIN else limit), max(timeout, self.seconds)

    def on_conflict(self, now: float) -> float:
        """How long to wait before telling of a conflict: the first is told at once, those that follow are not."""
        if now < self.next_conflict:
            return self.seconds
        self.next_conflict = now + self.seconds
        return 0.0


class Polling:
    """Serves getUpdates; `brake` as in `Brake.seconds`."""

    def __init__(self, world: World, brake: float) -> None:
        self._world = world
        self._brake = Brake(brake)
        self._waiting: asyncio.Future[str] | None = None
        world.updates.subscribe(self._wake)

    @property
    def is_waiting(self) -> bool:
        """Whether a poll waits for an update."""
        return self._waiting is not None

    async def get_updates(self, parameters: Parameters) -> list[orjson.Fragment]:
        """`getUpdates`."""
        if self._world.webhook.url:
            raise await self._conflict(WEBHOOK_ACTIVE)
        offset = parameters.integer("offset")
        limit = min(max(parameters.integer("limit", LARGEST_BATCH), 1), LARGEST_BATCH)
        timeout: float = min(max(parameters.integer("timeout"), 0), LONGEST_POLL)
        allow_kinds(self._world, parameters)
        limit, timeout = self._brake.on_poll(offset, limit, timeout, asyncio.get_running_loop().time())
        batch = self._world.updates.take(offset, limit)
        if not batch and timeout:
            await self._wait(timeout)
            batch = self._world.updates.take(offset, limit)
        return [orjson.Fragment(update) for update in batch]

    async def _wait(self, longest: float) -> None:
        self.end(OTHER_POLL)
        waiting = self._waiting = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(longest):
                reason = await waiting
        except TimeoutError:
            return
        finally:
            if self._waiting is waiting:
                self._waiting = None
        if reason:
            raise await self._conflict(reason)

    def end(self, reason: str) -> None:
        """The poll that waits is refused with this reason, or with "" answered with what there is."""
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(reason)
        self._waiting = None

    def _wake(self, _update: Update) -> None:
        self.end("")

    async def _conflict(self, reason: str) -> Refusal:
        pause = self._brake.on_conflict(asyncio.get_running_loop().time())
        if pause:
            await asyncio.sleep(pause)
        return conflict(reason)
