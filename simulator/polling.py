"""`getUpdates`: the long poll, of which there can be only one."""

import asyncio
from typing import Any

import orjson

from simulator.parameters import Parameters
from simulator.refusals import OTHER_POLL, WEBHOOK_ACTIVE, Refusal, conflict
from simulator.updates import Update
from simulator.world import World

LONGEST_POLL = 50
LARGEST_BATCH = 100
_SINGLE_WITHIN = 0.5


def allow_kinds(world: World, parameters: Parameters) -> None:
    """Take over `allowed_updates` if a request has it; otherwise what was chosen before stays."""
    if parameters.text("allowed_updates"):
        kinds: Any = parameters.value("allowed_updates", "can't parse allowed_updates JSON object")
        world.updates.allow(kinds if isinstance(kinds, list) else ())


class Polling:
    """Serves getUpdates.

    `brake`: seconds, as Telegram's 3. Asking again at once for the same offset waits that long for an update and,
    within half a second, brings one update only; conflicts that follow each other are answered that far apart.
    """

    def __init__(self, world: World, brake: float) -> None:
        self._world = world
        self._brake = brake
        self._waiting: asyncio.Future[None] | None = None
        self._last_offset = -1
        self._last_start = 0.0
        self._next_conflict = 0.0
        world.updates.subscribe(self._wake)

    async def get_updates(self, parameters: Parameters) -> list[orjson.Fragment]:
        """`getUpdates`."""
        if self._world.webhook.url:
            raise await self._conflict(WEBHOOK_ACTIVE)
        offset = parameters.integer("offset")
        limit = min(max(parameters.integer("limit", LARGEST_BATCH), 1), LARGEST_BATCH)
        timeout: float = min(max(parameters.integer("timeout"), 0), LONGEST_POLL)
        allow_kinds(self._world, parameters)
        limit, timeout = self._braked(offset, limit, timeout)
        batch = self._world.updates.take(offset, limit)
        if not batch and timeout:
            await self._wait(timeout)
            batch = self._world.updates.take(offset, limit)
        return [orjson.Fragment(update) for update in batch]

    def _braked(self, offset: int, limit: int, timeout: float) -> tuple[int, float]:
        now = asyncio.get_running_loop().time()
        since = now - self._last_start if offset == self._last_offset and self._brake else self._brake + 1
        self._last_offset, self._last_start = offset, now
        timeout = max(timeout, self._brake) if since < self._brake else timeout
        return (1 if since < min(self._brake, _SINGLE_WITHIN) else limit), timeout

    async def _wait(self, longest: float) -> None:
        self.end(OTHER_POLL)
        waiting = self._waiting = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(longest):
                await waiting
        except TimeoutError:
            pass
        except Refusal as refusal:
            raise await self._conflict(refusal.description.removeprefix("Conflict: ")) from None
        finally:
            if self._waiting is waiting:
                self._waiting = None

    def end(self, reason: str) -> None:
        """The poll that waits is refused with this reason."""
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(conflict(reason))
        self._waiting = None

    def release(self) -> None:
        """The poll that waits is answered with what there is."""
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    def _wake(self, _update: Update) -> None:
        self.release()

    async def _conflict(self, reason: str) -> Refusal:
        now = asyncio.get_running_loop().time()
        if now >= self._next_conflict:
            self._next_conflict = now + self._brake
        else:
            await asyncio.sleep(self._brake)
        return conflict(reason)
