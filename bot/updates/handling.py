"""Handling one update until it is done or dead, and storing which of the two it is."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import TypeAlias

from bot.counters import count
from bot.errors import StoreError, UnavailableError
from bot.log import place
from bot.store import Connection, Store, inbox
from bot.store.tables import InboxState
from bot.updates.inbound_update import Attempt

RETRY_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""The pauses before the next tries of an update that could not be handled because the database was unavailable."""
STORE_RETRY_SECONDS = 1.0
Handle: TypeAlias = Callable[[Attempt], Awaitable[None]]
log = logging.getLogger(__name__)
_places = set[str]()
"""The places in the code where handlers have raised errors."""


async def handle_to_end(handle: Handle, attempt: Attempt) -> InboxState:
    """Handle an update, with retries while the database is unavailable. Returns the state in which the update ends."""
    try:
        await _handle_with_retries(handle, attempt)
    except UnavailableError:
        log.warning(
            "Cannot handle an update: the database stayed unavailable; the update is kept as dead",
            extra={"action": "update_dead"},
        )
        state = InboxState.DEAD
    except Exception as error:
        where = place(error)
        log.exception(
            "Cannot handle an update (%s); it is kept as dead",
            where,
            exc_info=where not in _places,  # once for each place: strangers could repeat the error for ever
            extra={"action": "update_dead"},
        )
        _places.add(where)
        state = InboxState.DEAD
    else:
        state = InboxState.DONE
    count("updates", state)
    return state


async def _handle_with_retries(handle: Handle, attempt: Attempt) -> None:
    for pause in RETRY_SECONDS:
        try:
            return await handle(attempt)
        except UnavailableError:  # effects take place once in the database, so handling again is safe
            await asyncio.sleep(pause)
    attempt.is_last_try = True
    return await handle(attempt)


class FinishedUpdates:
    """Updates that are done or dead: stored many at a time, and kept in memory while the database is unavailable.

    A commit takes milliseconds. If the process died in that time, an answered update would be answered again. So, with
    SQLite, the update is noted in the sent log first. ``clock`` returns the time in UTC. The updates ``answered_ahead``
    are noted in it already, and still to be handled.
    """

    def __init__(self, store: Store, clock: Callable[[], datetime], answered_ahead: Collection[int] = ()) -> None:
        self._store = store
        self._clock = clock
        self._log = store.answered_updates
        self._ends: list[tuple[int, InboxState]] = []
        self.noted_before = self._log.ids().difference(answered_ahead) if self._log else set()
        """Updates that an earlier run has answered and noted in the sent log, but not in the database."""

    def add(self, update_id: int, state: InboxState) -> bool:
        """Note that an update is done or dead. Returns whether the caller must now call ``store``."""
        self._ends.append((update_id, state))
        if self._log and state == InboxState.DONE:
            with contextlib.suppress(OSError):  # it will soon be stored in the database
                self._log.add(update_id)
        return len(self._ends) == 1

    async def store(self, on_stored: Callable[[int], None]) -> None:
        """Store the ends of all noted updates, and call ``on_stored`` with the id of each."""
        while self._ends:
            try:
                stored = await self._store.write(self._finish)
            except StoreError:
                await asyncio.sleep(STORE_RETRY_SECONDS)
                continue
            del self._ends[: len(stored)]
            if self._log:
                with contextlib.suppress(OSError):  # only the updates that are not stored yet stay in the sent log
                    self._log.clear()
                    for update_id, state in self._ends:
                        if state == InboxState.DONE:
                            self._log.add(update_id)
            for update_id, _ in stored:
                on_stored(update_id)

    def store_noted(self, connection: Connection) -> None:
        """Store the ends that an earlier run has only noted in the sent log."""
        if self.noted_before:
            done = [(update_id, InboxState.DONE) for update_id in self.noted_before]
            inbox.finish(connection, done, self._clock())

    def _finish(self, connection: Connection) -> list[tuple[int, InboxState]]:
        ends = self._ends[:]
        inbox.finish(connection, ends, self._clock())
        return ends
