"""Stores which requests have left and how messages ended: many in one transaction, with retries until all is stored.

If there is a sent log, it first gets a note of each request that has left, because the next commit may come too late.
The end of the message may then wait a little to share a commit. Without a sent log, everything is written as fast as
the database allows.
"""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

from bot.errors import StoreError
from bot.store import Connection, Store, outbox
from bot.store.outbox import Recovered, Transition
from bot.store.tables import OutboxState

RETRY_SECONDS = 0.5
LARGE_COMMIT, PAUSE_SECONDS = 8, 0.03
"""After a commit of this many transitions, the next commit waits this long, if the sent log has all that has left.

Without the pause, a rush would make many small commits, which take a twelfth of all the work.
"""


class Recorder:
    """Takes notes at once and writes them soon. While the database is unavailable, it keeps them in memory.

    ``term`` is that of this active process; ``clock`` returns the time in UTC.
    """

    def __init__(self, store: Store, term: int, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._sent_log = store.sent_rows
        self._term = term
        self._clock = clock
        self._handed: list[int] = []
        self._transitions: list[Transition] = []
        self._stored = asyncio.Event()
        self._writing: asyncio.Task[None] | None = None

    def hand_over(self, row_id: int) -> None:
        """Note that the request of a row has left."""
        if not (self._sent_log and _succeeds(self._sent_log.add, row_id)):
            self._handed.append(row_id)
            self._write_soon()

    async def record(self, transition: Transition) -> None:
        """Note the transition of a row, and return when it is stored."""
        if self._sent_log and transition.state == OutboxState.PENDING:
            _succeeds(self._sent_log.remove, transition.id)
        self._transitions.append(transition)
        self._write_soon()
        await self._stored.wait()

    async def wait_until_stored(self) -> None:
        """Wait until everything noted is stored."""
        while self._writing and not self._writing.done():
            await asyncio.wait([self._writing])

    async def recover(self, must_arrive: Collection[str], *, ours: bool) -> Recovered:
        """Take care of rows left half done, as ``outbox.recover`` describes."""
        sent_ids = self._sent_log.ids() if self._sent_log else set()
        work = partial(outbox.recover, now=self._clock(), term=self._term, must_arrive=must_arrive)
        recovered = await self._store.write(partial(work, handed=sent_ids, ours=ours))
        if self._sent_log and ours:
            self._sent_log.clear()
        return recovered

    def _write_soon(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())

    async def _write_all(self) -> None:
        while self._handed or self._transitions:
            handed, self._handed = self._handed, []
            transitions, self._transitions = self._transitions, []
            stored, self._stored = self._stored, asyncio.Event()
            write = partial(self._write, handed, transitions)
            while not stored.is_set():
                try:
                    # Without a sent log, every moment of delay may cost a second copy.
                    await self._store.write(write, patient=self._sent_log is not None)
                    stored.set()
                except StoreError:
                    await asyncio.sleep(RETRY_SECONDS)
            if self._sent_log and len(transitions) >= LARGE_COMMIT and not handed:
                await asyncio.sleep(PAUSE_SECONDS)

    def _write(self, handed: list[int], transitions: list[Transition], connection: Connection) -> None:
        ended = {transition.id for transition in transitions}
        outbox.hand_over(connection, [row_id for row_id in handed if row_id not in ended], self._term)
        outbox.record(connection, transitions, self._term, self._clock())


def _succeeds(write: Callable[[int], None], row_id: int) -> bool:
    try:
        write(row_id)
    except OSError:  # the disk may be full; then the database gets the note, if it has room
        return False
    return True
