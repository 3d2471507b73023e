"""Records how messages under way are doing: many in one transaction, and until that is stored.

That a request has left is noted in the sent log, where there is one, because the next commit may come too late. The end
may then wait a little to share a commit. Without a sent log everything is written as fast as the database allows.
"""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

from bot.errors import StoreError
from bot.store import Connection, Store, outbox
from bot.store.outbox import End, Recovered
from bot.store.tables import OutboxState

RETRY_SECONDS = 0.5
RUSH, REST_SECONDS = 8, 0.03
"""After a commit of this many ends the next one waits this long, if the sent log knows everything that has left.

Without the rest, commits of a few ends each take a twelfth of all the work in a rush.
"""


class Recorder:
    """Notes at once and writes soon. What cannot be written now is kept in memory and written later.

    ``term`` is that of this active process; ``clock`` returns aware UTC.
    """

    def __init__(self, store: Store, term: int, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._log = store.sent_rows
        self._term = term
        self._clock = clock
        self._handed: list[int] = []
        self._ends: list[End] = []
        self._stored = asyncio.Event()
        self._writing: asyncio.Task[None] | None = None

    def hand_over(self, row_id: int) -> None:
        """Note that the request of a row has left."""
        if not (self._log and _succeeds(self._log.add, row_id)):
            self._handed.append(row_id)
            self._write_soon()

    async def end(self, end: End) -> None:
        """Note how an attempt has ended, and return when that is stored."""
        if self._log and end.state == OutboxState.PENDING:
            _succeeds(self._log.remove, end.id)
        self._ends.append(end)
        self._write_soon()
        await self._stored.wait()

    async def settled(self) -> None:
        """Wait until everything noted is stored."""
        while self._writing and not self._writing.done():
            await asyncio.wait([self._writing])

    async def recover(self, must_arrive: Collection[str], *, ours: bool) -> Recovered:
        """Take care of rows left half done, as ``outbox.recover``."""
        left = self._log.ids() if self._log else set()
        work = partial(outbox.recover, now=self._clock(), term=self._term, must_arrive=must_arrive)
        recovered = await self._store.write(partial(work, handed=left, ours=ours))
        if self._log and ours:
            self._log.clear()
        return recovered

    def _write_soon(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())

    async def _write_all(self) -> None:
        while self._handed or self._ends:
            handed, self._handed = self._handed, []
            ends, self._ends = self._ends, []
            stored, self._stored = self._stored, asyncio.Event()
            await self._write_until_stored(partial(self._write, handed, ends))
            stored.set()
            if self._log and len(ends) >= RUSH and not handed:
                await asyncio.sleep(REST_SECONDS)

    async def _write_until_stored(self, work: Callable[[Connection], None]) -> None:
        is_patient = self._log is not None  # without a sent log, every moment of delay may cost a second copy
        while True:
            try:
                return await self._store.write(work, patient=is_patient)
            except StoreError:
                await asyncio.sleep(RETRY_SECONDS)

    def _write(self, handed: list[int], ends: list[End], connection: Connection) -> None:
        ended = {end.id for end in ends}
        outbox.hand_over(connection, [row_id for row_id in handed if row_id not in ended], self._term)
        outbox.record(connection, ends, self._term, self._clock())


def _succeeds(write: Callable[[int], None], row_id: int) -> bool:
    try:
        write(row_id)
    except OSError:  # the disk may be full; then the database is told, if it has room
        return False
    return True
