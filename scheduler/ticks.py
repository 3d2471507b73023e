"""Begins the ticks that have something to do. A tick that is still under way is not begun again."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeAlias

from bot.app import Services
from bot.errors import StoreError
from bot.store import due
from scheduler import planning
from scheduler.delivery import Delivery
from scheduler.guidance import Guidance

SHUTDOWN_SECONDS = 15.0
"""How long work under way may take to end. The next start takes care of the rest."""
Tick: TypeAlias = Callable[..., Awaitable[None]]


class Ticks:
    """Knows which ticks are under way. Nothing is planned or delivered while the clock cannot be trusted."""

    def __init__(
        self,
        services: Services,
        delivery: Delivery,
        guidance: Guidance,
        is_clock_trusted: Callable[[], bool] = lambda: True,
    ) -> None:
        self._services = services
        self._delivery = delivery
        self._guidance = guidance
        self._is_clock_trusted = is_clock_trusted
        self._under_way: dict[Tick, asyncio.Future[None]] = {}
        self._is_stopping = False

    async def begin_due(self) -> None:
        """Ask the database what is due, and begin to plan, to deliver, and to guide people. Raises ``StoreError``."""
        now = self._services.clock()
        is_due = await self._services.store.read(lambda connection: due.find(connection, now))
        if self._is_stopping:
            return
        if self._is_clock_trusted():
            if is_due.schedules:
                self._begin(planning.tick, self._services)
            # What is planned now is sent at once.
            if is_due.schedules or is_due.messages or self._delivery.must_recover:
                self._begin(self._delivery.tick)
        if is_due.urgent_runs:
            self._begin(self._guidance.tick_pain)
        if is_due.normal_runs:
            self._begin(self._guidance.tick)

    async def run(self, tick: Tick, *arguments: Any) -> None:
        """Run a tick so that APScheduler, when it stops, cannot cancel it in the middle of a transaction."""
        with suppress(asyncio.CancelledError):
            await asyncio.shield(self._begin(tick, *arguments))

    async def drain(self) -> None:
        """Wait until every tick under way has ended."""
        while self._under_way:
            await asyncio.wait(self._under_way.values())

    async def finish(self) -> None:
        """Begin nothing more. Wait for the ticks under way, and for the messages that they have begun to send."""
        self._is_stopping = True
        self._delivery.stop_claiming()
        self._guidance.stop_editing()
        drains = map(asyncio.ensure_future, (self._delivery.drain(), self._guidance.drain()))
        _, unfinished = await asyncio.wait({*self._under_way.values(), *drains}, timeout=SHUTDOWN_SECONDS)
        for task in unfinished:
            task.cancel()

    def _begin(self, tick: Tick, *arguments: Any) -> asyncio.Future[None]:
        """Begin a tick, unless its last one is under way. Returns the one under way."""
        if tick not in self._under_way:
            ticking = asyncio.ensure_future(_without_outages(tick(*arguments)))
            self._under_way[tick] = ticking
            ticking.add_done_callback(lambda _: self._under_way.pop(tick))
        return self._under_way[tick]


async def _without_outages(ticking: Awaitable[None]) -> None:
    """Await a tick. An unavailable database is ignored: the store logs it, and the next tick tries again."""
    # Caught here and not around the shield: during a stop nobody waits there, and asyncio would log the traceback.
    with suppress(StoreError):
        await ticking
