"""How reminders in flight stand, written down many at a time, and until it is stored.

That one has left is noted in the journal, where there is one, as the next commit may come too late; how it ended may
then wait a little for others. Without one, all is written as fast as the database can.
"""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

from bot.errors import StoreError
from bot.store import Connection, Store, outbox
from bot.store.outbox import End

RETRY_SECONDS = 0.5
RUSH, REST_SECONDS = 8, 0.03
"""After a commit of so many ends the next one waits for so long, if the journal knows all that has left: a commit for
every few of them takes a twelfth of all the work."""


class Ledger:
    """Takes note at once and writes soon; what cannot be written now is kept in memory and written later."""

    def __init__(self, store: Store, owner: str, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._journal = store.left
        self._owner = owner
        self._clock = clock
        self._handed: list[int] = []
        self._ends: list[End] = []
        self._stored = asyncio.Event()
        self._writing: asyncio.Task[None] | None = None

    def hand_over(self, number: int) -> None:
        """Take note that the bytes of one have left."""
        if not (self._journal and _tried(self._journal.note, number)):
            self._handed.append(number)
            self._write_soon()

    async def end(self, end: End) -> None:
        """Take note that one has ended; returns when that is stored."""
        if self._journal and end.state == "pending":
            _tried(self._journal.strike, end.id)
        self._ends.append(end)
        self._write_soon()
        await self._stored.wait()

    async def settled(self) -> None:
        """Wait until all of it is stored."""
        while self._writing and not self._writing.done():
            await asyncio.wait([self._writing])

    async def recover(self, must_arrive: Collection[str], *, ours: bool) -> dict[str, int]:
        """Take care of what others left half done, and of ``ours`` while nothing is under way: ``outbox.recover``."""
        left = self._journal.numbers() if self._journal else set()
        work = partial(outbox.recover, now=self._clock(), owner=self._owner, must_arrive=must_arrive)
        found = await self._store.write(partial(work, handed=left, ours=ours))
        if self._journal and ours:
            self._journal.clear()
        return found

    def _write_soon(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())

    async def _write_all(self) -> None:
        while self._handed or self._ends:
            handed, self._handed = self._handed, []
            ends, self._ends = self._ends, []
            stored, self._stored = self._stored, asyncio.Event()
            await self._insist(partial(self._write, handed, ends))
            stored.set()
            if self._journal and len(ends) >= RUSH and not handed:
                await asyncio.sleep(REST_SECONDS)

    async def _insist(self, work: Callable[[Connection], None]) -> None:
        while True:
            try:
                return await self._store.write(work, patient=True)
            except StoreError:
                await asyncio.sleep(RETRY_SECONDS)

    def _write(self, handed: list[int], ends: list[End], connection: Connection) -> None:
        ended = {each.id for each in ends}
        outbox.hand_over(connection, [number for number in handed if number not in ended], self._owner)
        outbox.record(connection, ends, self._owner, self._clock())


def _tried(write: Callable[[int], None], number: int) -> bool:
    try:
        write(number)
    except OSError:  # a full disk, say: then it is the database that is told, if that has room
        return False
    return True
