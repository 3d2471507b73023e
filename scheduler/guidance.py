"""Guides people through their runs: edits the message of each run when its next edit is due.

A run is a row. Nothing about a person is kept in memory, except which edits are on their way.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from typing import TypeAlias

from bot.app import Services
from bot.errors import StoreError
from bot.messages.limiter import Slots
from bot.store import Connection, runs
from bot.store.runs import DueRun
from bot.store.tables import Priority
from bot.stretching.guide import Guides
from bot.stretching.showing import show

BATCH = 32
"""How many runs are read and edited together at most."""
Reserve: TypeAlias = Callable[[int], AbstractAsyncContextManager[Slots]]
"""Reserves slots for up to a number of edits."""
Key: TypeAlias = tuple[int, int]
log = logging.getLogger(__name__)


class Guidance:
    """Edits the messages that are due, in the slots that ``reserve`` gives. ``guides`` has the guide of each kind."""

    def __init__(self, services: Services, reserve: Reserve, guides: Guides) -> None:
        self._services = services
        self._reserve = reserve
        self._guides = guides
        self._editing: dict[Key, asyncio.Task[None]] = {}
        self._is_stopping = False

    def stop_editing(self) -> None:
        """Begin no more edits. Edits on their way still end, and the next start makes the rest."""
        self._is_stopping = True

    async def tick_pain(self) -> None:
        """Edit the messages of people in pain that are due. They need no slots."""
        due, running = await self._due(Priority.URGENT, BATCH)
        for entry in due:
            self._start(entry, running)

    async def tick(self) -> None:
        """Edit the other messages that are due, as fast as the limits allow."""
        due, _ = await self._due(Priority.NORMAL, 1)
        while due and not self._is_stopping:
            async with self._reserve(BATCH) as slots:
                if not slots.number:
                    return
                # Read again after the wait: runs that were due before it may have been paused or stopped.
                due, running = await self._due(Priority.NORMAL, slots.number)
                for entry in due:
                    await slots.ready()
                    self._start(entry, running)
                    await asyncio.sleep(0)  # start one in each turn of the event loop, so that replies need not wait

    async def drain(self) -> None:
        """Wait until every edit on its way has ended, and its result is stored."""
        while self._editing:
            await asyncio.wait(self._editing.values())

    async def _due(self, priority: Priority, most: int) -> tuple[list[DueRun], int]:
        """Return up to ``most`` due runs that are not being edited, and how many are running (0 if none is due)."""
        # Noted before the read: if an edit ends during the read, the row that was read may be older than that end.
        now, editing = self._services.clock(), set(self._editing)

        def read(connection: Connection) -> tuple[list[DueRun], int]:
            due = runs.due(connection, priority, now, most + len(editing))
            return due, runs.running(connection) if due else 0  # count seldom: mostly nothing is due

        due, running = await self._services.store.read(read)
        editing |= self._editing.keys()
        return [entry for entry in due if _key(entry) not in editing][:most], running

    def _start(self, entry: DueRun, running: int) -> None:
        key = _key(entry)
        task = asyncio.create_task(self._show(entry, running))
        self._editing[key] = task
        task.add_done_callback(lambda _: self._editing.pop(key))

    async def _show(self, entry: DueRun, running: int) -> None:
        try:
            await show(self._services, self._guides[entry.run.kind], entry.run, entry.person, running)
        except StoreError:  # logged by the store; the run stays due
            return
        except Exception as error:  # noqa: BLE001  # a kind that no longer exists, say: this run ends, the others go on
            log.warning(
                "Cannot guide through a run of the kind %s (%r); the run ends",
                entry.run.kind,
                error,
                extra={"action": "run_lost"},
            )
            with suppress(StoreError):
                await self._services.store.write(lambda connection: runs.delete(connection, entry.run))


def _key(entry: DueRun) -> Key:
    return entry.run.chat_id, entry.run.message_id
