"""Queues of updates: those of one chat are handled in order, and chats do not wait for each other.

A call for relief waits for no other update of its chat, so it has a queue of its own.
"""

import asyncio
import contextlib
from bisect import insort
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

from bot.updates.inbound_update import Attempt

MOST_AT_ONCE = 128
"""Updates that are handled at the same time; calls for relief do not count."""


class ChatQueues:
    """Gives each update to ``handle`` when its turn has come. ``handle`` must not raise.

    ``start_task`` starts a coroutine as a task, and keeps the task until it ends.
    """

    def __init__(
        self,
        handle: Callable[[Attempt], Awaitable[None]],
        start_task: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self._handle = handle
        self._start_task = start_task
        self._queues: dict[tuple[int, bool], deque[Attempt]] = {}
        """The queues by chat and by whether they are for calls for relief. The first of each is being handled."""

        self._to_start: dict[bool, deque[tuple[int, bool]]] = {True: deque(), False: deque()}
        """The queues that are to be started, by whether they are for calls for relief."""

        self._slots = asyncio.Semaphore(MOST_AT_ONCE)

    def put(self, attempt: Attempt) -> None:
        """Put an update into its queue. An empty queue is started soon, and before others if it is for relief."""
        which = (attempt.update.chat_id, attempt.update.is_urgent)
        if queue := self._queues.get(which):
            # In the order of update_id, but not before the first one, which is being handled.
            insort(queue, attempt, lo=1, key=lambda waiting: waiting.update.id)
        else:
            self._queues[which] = deque([attempt])
            is_starting = any(self._to_start.values())
            self._to_start[attempt.update.is_urgent].append(which)
            if not is_starting:
                self._start_task(self._start_queues())

    def waiting(self, chat_id: int) -> int:
        """Return how many updates of a chat have not been handled. Calls for relief do not count."""
        return len(self._queues.get((chat_id, False), ()))

    def mark_overtaken(self, arrived: Sequence[Attempt]) -> None:
        """Mark as overtaken each unanswered update that is older than a call for relief in the same chat."""
        calls = {attempt.update.chat_id: attempt.update.id for attempt in arrived if attempt.update.is_urgent}
        waiting = [attempt for chat_id in calls for attempt in self._queues.get((chat_id, False), ())]
        for attempt in (*arrived, *waiting):
            if not attempt.update.is_urgent and attempt.update.id < calls.get(attempt.update.chat_id, 0):
                attempt.overtaken.set()

    async def _start_queues(self) -> None:
        """Start the queues, those of calls for relief first.

        After each, the event loop looks at what else has arrived. A hundred at once would keep it busy for a tenth of a
        second, and the request for the next updates would leave later.
        """
        urgent, usual = self._to_start[True], self._to_start[False]
        while urgent or usual:
            self._start_task(self._handle_queue((urgent or usual).popleft()))
            await asyncio.sleep(0)

    async def _handle_queue(self, which: tuple[int, bool]) -> None:
        """Handle one queue in order, until nothing is left in it."""
        queue = self._queues[which]
        while queue:
            attempt = queue[0]
            async with contextlib.nullcontext() if attempt.update.is_urgent else self._slots:
                await self._handle(attempt)
            queue.popleft()
        del self._queues[which]
