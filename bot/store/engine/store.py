"""The writer that lets many small writes share one transaction, and how long anybody waits for the database.

A database that does not answer is one that fails: whoever asks is told so in time, and may ask again. What was asked
may still have been stored then: all that is ever repeated is of a kind that takes effect once.
"""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.errors import StoreError, UnavailableError
from bot.log import Outage
from bot.store.engine.database import AWAY, Database, is_disconnect, is_passing, is_sqlite, make, reason, told
from bot.store.engine.migrate import migrate
from bot.store.engine.sent_log import Journal
from bot.store.engine.sqlite import alone, journal

T = TypeVar("T")
Work = Callable[[Connection], T]
Batch = list[tuple[Work[Any], asyncio.Future[Any]]]

LONGEST_SECONDS = 10.0
"""How long anybody waits for the database."""
CLOSE_SECONDS = 3.0
"""How long the last writes, and then the closing of connections, may take at the end."""
JOURNALS = ("left", "answered")
log = logging.getLogger(__name__)


class _AtFaultError(Exception):
    """A work failed, and not the database."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class Store:
    """The database. ``write`` is durable when it returns; ``read`` sees everything written before it.

    ``owner`` is the name of this process, for what it has in hand; it has another at each start.
    Two journals stand beside an SQLite file: of the rows that have ``left`` and of the updates that are ``answered``.
    PostgreSQL, which many machines share, has none.
    """

    def __init__(self, database: Database, left: Journal | None = None, answered: Journal | None = None) -> None:
        self.database = database
        self.left = left
        self.answered = answered
        self.owner = uuid.uuid4().hex
        self._waiting: Batch = []
        self._patient: Batch = []
        self._last: Batch = []
        self._was_apart = False
        self._may_commit = asyncio.Event()
        self._may_commit.set()
        self._writer: asyncio.Task[None] | None = None
        self._trouble = Outage(log, "database_unavailable", "The database can be used again")

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, url: str) -> AsyncIterator["Store"]:
        """Open the database, make or migrate its tables, and close it at the end. Raises ``StoreError``."""
        with contextlib.ExitStack() as stack:
            journals: list[Journal] = []
            if is_sqlite(url):
                stack.enter_context(alone(url))
                journals = [stack.enter_context(journal(url, suffix)) for suffix in JOURNALS]
            with told():
                await migrate(url)
                store = cls(make(url), *journals)
            try:
                yield store
            finally:
                await store._close()

    @property
    def is_alone(self) -> bool:
        """Whether no other process can use this database."""
        return self.database.is_alone

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` on a connection of its own. Raises ``StoreError``, in time."""
        return await self._seen(work, self.database.read)

    async def look(self, work: Work[T]) -> T:
        """As ``read``, for what is over at once and is not to wait for its turn."""
        return await self._seen(work, self.database.look)

    async def _seen(self, work: Work[T], look: Callable[[Work[list[T]]], Awaitable[list[T]]]) -> T:
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                (result,) = await look(partial(_carry_out, works=[work]))
        except _AtFaultError as fault:
            raise self._error(fault.error, is_away=is_passing(fault.error)) from None
        except AWAY as error:
            raise self._error(error) from None
        self._trouble.succeeded()
        return result

    async def write(self, work: Work[T], *, patient: bool = False, last: bool = False) -> T:
        """Run ``work`` in a transaction, which it may share with others; its failure undoes only its own.

        What is ``patient`` is not what a person waits for, who need not wait for it either. What is ``last`` is patient
        too, and sees all that it is committed with. Raises ``StoreError``, in time, and what ``work`` itself raises.
        What was not stored in time may be stored all the same.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        batch = self._last if last else self._patient if patient else self._waiting
        batch.append((work, future))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._commit_all())
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                return await future
        except TimeoutError as error:
            raise self._error(error) from None

    @contextlib.contextmanager
    def still(self) -> Iterator[None]:
        """Commit nothing that ``write`` is given during the block, which must be short.

        Entered without a pause after a ``write``, nothing is committed in between either.
        """
        self._may_commit.clear()
        try:
            yield
        finally:
            self._may_commit.set()

    async def apart(self, work: Work[T]) -> T:
        """Run ``work`` in a short transaction of its own, shared with no other. Raises ``StoreError``, in time.

        The operator is not told: what is asked so often is not the only one to notice.
        """
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                return await self.database.write(work)
        except AWAY as error:
            raise UnavailableError(f"the database cannot be used ({reason(error)})") from None

    async def wipe(self, *, anew: bool = False) -> bool:
        """Let SQLite's files keep no bytes of what was deleted; false if not now. As ``erasure.wipe``."""
        return await self.database.wipe(anew=anew)

    async def _close(self) -> None:
        if self._writer and not self._writer.done():
            await asyncio.wait([self._writer], timeout=CLOSE_SECONDS)
            self._writer.cancel()
        with contextlib.suppress(*AWAY):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.database.close()

    async def _commit_all(self) -> None:
        """One commit at a time: what comes in meanwhile is the next one's batch."""
        while True:
            await self._may_commit.wait()
            if not (batch := self._next()):
                return
            await self._commit([one for one in batch if not one[1].done()])
            await asyncio.sleep(0)  # those whose work is done may want it still

    def _next(self) -> Batch:
        """What people wait for, apart from what is patient; but every other time all, or that would wait for ever."""
        batch, self._waiting = self._waiting, []
        self._was_apart = bool(batch) and not self._was_apart
        if not self._was_apart:
            batch, self._patient, self._last = batch + self._patient + self._last, [], []
        return batch

    async def _commit(self, batch: Batch) -> None:
        """If it is the database that fails, it fails for all of them at once."""
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await self._transact(batch)
        except Exception as error:  # noqa: BLE001  # whatever it is, those who wait for it are told
            for _, future in batch:
                _fail(future, self._error(error))

    async def _transact(self, batch: Batch) -> None:
        """All in one transaction; if one of them is at fault, each in its own."""
        try:
            results = await self.database.write(partial(_carry_out, works=[work for work, _ in batch]))
        except _AtFaultError as fault:
            if len(batch) == 1:
                _fail(batch[0][1], self._error(fault.error, is_away=is_passing(fault.error)))
                return
            for one in batch:
                await self._transact([one])
        else:
            self._trouble.succeeded()
            for (_, future), result in zip(batch, results, strict=True):
                if not future.done():
                    future.set_result(result)

    def _error(self, error: Exception, *, is_away: bool = True) -> Exception:
        """The error for whoever waits; the operator is told once of the database, whoever and how many they are."""
        if not isinstance(error, AWAY):
            return error
        line = f"the database cannot be used ({reason(error)})"
        self._trouble.failed(f"{line}; trying on")
        return UnavailableError(line) if is_away else StoreError(line)


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


def _carry_out(connection: Connection, works: list[Work[Any]]) -> list[Any]:
    try:
        return [work(connection) for work in works]
    except Exception as error:
        if isinstance(error, OSError) or is_disconnect(error):
            raise
        raise _AtFaultError(error) from error
