"""Begins the ticks that have something to do. A tick that is still under way is not begun again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeAlias

from bot.app import Services
from bot.errors import StoreError
from bot.log import place
from bot.store import due
from bot.store.due import Due
from scheduler import planning
from scheduler.delivery import Delivery
from scheduler.guidance import Guidance

SHUTDOWN_SECONDS = 15.0
"""How long work under way may take to end. The next start takes care of the rest."""
UNKNOWN = Due(schedules=True, messages=True, runs=True)
"""What is taken to be due when the database does not say: each tick then asks for itself."""
Tick: TypeAlias = Callable[..., Awaitable[None]]
log = logging.getLogger(__name__)


class Ticks:
    """Begins ticks, and knows which are under way.

    Nothing is planned or delivered while the clock cannot be trusted.
    """

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
        """Ask the database what is due, and begin the ticks that have something to do.

        The tick for people in pain is not among them: it must depend on no more than the runs.
        """
        now, due_work = self._services.clock(), UNKNOWN
        with suppress(StoreError):
            due_work = await self._services.store.read(lambda connection: due.find(connection, now))
        if self._is_stopping:
            return
        if due_work.runs:
            self._begin(self._guidance.tick)
        if not self._is_clock_trusted():
            return
        if due_work.schedules:
            self._begin(planning.tick, self._services)
        # Delivery begins with planning, so that a reminder leaves in the second in which it is planned.
        if due_work.schedules or due_work.messages or self._delivery.must_recover:
            self._begin(self._delivery.tick)

    async def run(self, tick: Tick, *arguments: Any) -> None:
        """Run a tick so that APScheduler, when it stops, cannot cancel it in the middle of a transaction."""
        with suppress(asyncio.CancelledError):
            await asyncio.shield(self._begin(tick, *arguments))

    async def drain(self) -> None:
        """Wait until no tick is under way. Tests and benchmarks use this."""
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
        """Begin a tick unless it is already under way. Return its task."""
        if tick not in self._under_way:
            ticking = asyncio.ensure_future(_logged(tick, *arguments))
            self._under_way[tick] = ticking
            ticking.add_done_callback(lambda _: self._under_way.pop(tick))
        return self._under_way[tick]


async def _logged(tick: Tick, *arguments: Any) -> None:
    """Run a tick. Its errors end here, because often nobody awaits it."""
    try:
        await tick(*arguments)
    except StoreError:  # logged by the store; the next tick tries again
        pass
    except Exception as error:  # noqa: BLE001  # a fault of the code: the other ticks go on, and so does this one
        name = f"{tick.__module__}.{tick.__qualname__}"
        log.error("%s failed (%s); the bot goes on", name, place(error), extra={"action": "tick_failed"})  # noqa: TRY400
