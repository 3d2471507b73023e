"""The store: many small writes share one transaction, and every use of the database has a time limit.

A database that does not answer in time counts as failing: the caller gets an error and may try again. The first try may
still be stored, so everything that is ever tried again must take effect only once.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection, make_url

from bot import sqlite_file
from bot.counters import count
from bot.errors import StoreError, UnavailableError
from bot.log import Outage
from bot.sent_log import ANSWERED, LEFT, SentLog
from bot.store.engine.bulk import Work, run_all
from bot.store.engine.database import (
    DATABASE_ERRORS,
    Database,
    error_text,
    errors_for_operators,
    is_disconnect,
    is_sqlite,
    is_transient,
    make_database,
)
from bot.store.engine.migrate import migrate
from bot.store.engine.probe import probe
from bot.store.engine.sqlite import open_sent_log

T = TypeVar("T")
Batch: TypeAlias = list[tuple[Work[Any], asyncio.Future[Any]]]

TIMEOUT_SECONDS = 10.0
"""How long a caller waits for the database."""
PROBE_SECONDS, FAILED_PROBE_SECONDS = 60.0, 5.0
"""Interval between probes of writing, and the pause before the next one after a write has failed."""
CLOSE_SECONDS = 3.0
"""When the store closes: how long the last writes may take, and after them the closing of connections."""
log = logging.getLogger(__name__)


class _WorkError(Exception):
    """The work failed, not the database."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class Store:
    """The database. ``write`` is durable when it returns; ``read`` sees everything written before it.

    Next to an SQLite file stand two sent logs: ``sent_rows`` has the rows of the outbox whose requests have left,
    ``answered_updates`` the updates that have been answered. PostgreSQL, which several machines share, has none.

    ``write_error`` says why the last write failed; empty while writing works.
    """

    def __init__(
        self, database: Database, sent_rows: SentLog | None = None, answered_updates: SentLog | None = None
    ) -> None:
        self.database = database
        self.sent_rows = sent_rows
        self.answered_updates = answered_updates
        self._interactive: Batch = []
        self._patient: Batch = []
        self._last: Batch = []
        self._took_only_interactive = False
        self._has_lone_write = False
        self._may_commit = asyncio.Event()
        self._may_commit.set()
        self._writer: asyncio.Task[None] | None = None
        self._outage = Outage(log, "database_unavailable", "The database can be used again")
        self._write_failed = asyncio.Event()
        self.write_error = ""

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, url: str, *, is_locked: bool = False) -> AsyncIterator["Store"]:
        """Open the database, create or migrate its tables, and close it at the end. Raises ``StoreError``.

        ``is_locked``: the caller holds the lock of the SQLite file. Otherwise the store takes the lock itself.
        """
        with contextlib.ExitStack() as stack:
            sent_logs: list[SentLog] = []
            if is_sqlite(url):
                if not is_locked:
                    stack.enter_context(sqlite_file.locked(Path(str(make_url(url).database))))
                sent_logs = [stack.enter_context(open_sent_log(url, suffix)) for suffix in (LEFT, ANSWERED)]
            with errors_for_operators():
                await migrate(url)
                store = cls(make_database(url), *sent_logs)
            try:
                yield store
            finally:
                await store._close()

    @property
    def is_exclusive(self) -> bool:
        """Whether no other process can use this database."""
        return self.database.is_exclusive

    async def read(self, work: Work[T]) -> T:
        """Run ``work`` on a connection of its own. Raises ``StoreError``."""
        return await self._run_read(work, self.database.read)

    async def quick_read(self, work: Work[T]) -> T:
        """Run short ``work`` like ``read``, but without waiting in a queue."""
        return await self._run_read(work, self.database.quick_read)

    async def _run_read(self, work: Work[T], run: Callable[[Work[list[T]]], Awaitable[list[T]]]) -> T:
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                (result,) = await run(partial(_run_all, works=[work]))
        except _WorkError as failure:
            raise self._caller_error(failure.error, is_unavailable=is_transient(failure.error)) from None
        except DATABASE_ERRORS as error:
            raise self._caller_error(error) from None
        self._note_success()
        return result

    async def write(self, work: Work[T], *, patient: bool = False, last: bool = False, alone: bool = False) -> T:
        """Run ``work`` in a transaction and return its result. Other writes may share the transaction.

        If ``work`` fails, only its own changes are rolled back.

        Args:
            work: a function of the connection.
            patient: background work; may be delayed behind interactive writes.
            last: patient, and run after all other work in its transaction, so that it sees their changes.
            alone: in a transaction of its own, which begins as soon as the one under way has ended. If another such
                work is under way, in one with others.

        Raises:
            StoreError: the database failed or took too long; the work may still be stored.
            Exception: what ``work`` raises.

        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        # If the database does not answer, each further write alone would wait for it anew. So there is one at a time.
        is_alone = alone and not self._has_lone_write
        if not is_alone:
            batch = self._last if last else self._patient if patient else self._interactive
            batch.append((work, future))
            if self._writer is None or self._writer.done():
                self._writer = asyncio.create_task(self._commit_all())
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                if is_alone:
                    self._has_lone_write = True
                    await self._may_commit.wait()
                    await self._commit([(work, future)])
                return await future
        except TimeoutError as error:
            raise self._writer_error(error) from None
        finally:
            if is_alone:
                self._has_lone_write = False

    async def probe(self) -> None:
        """Find out whether writing works, and set ``write_error``. Raises ``StoreError`` if it does not."""
        await self.write(probe)
        self.write_error = ""
        self._write_failed.clear()

    async def keep_probing(self) -> None:
        """Probe once a minute, and soon after a write has failed, until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._write_failed.wait(), PROBE_SECONDS)
                await asyncio.sleep(FAILED_PROBE_SECONDS)
            with contextlib.suppress(StoreError):
                await self.probe()

    @contextlib.contextmanager
    def no_commits(self) -> Iterator[None]:
        """Start no commit during the block, which must be short.

        If the block begins right after a ``write``, without an ``await`` in between, no commit starts after that write.
        """
        self._may_commit.clear()
        try:
            yield
        finally:
            self._may_commit.set()

    async def write_alone(self, work: Work[T]) -> T:
        """Run ``work`` in a short transaction of its own, shared with no other. Raises ``StoreError``."""
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                return await self.database.write(work)
        except DATABASE_ERRORS as error:
            raise UnavailableError(f"the database cannot be used ({error_text(error)})") from None

    async def wipe(self, *, rewrite: bool = False) -> bool:
        """Remove the bytes of deleted rows from the files; false if that is not possible now.

        SQLite's write-ahead log is emptied. With ``rewrite``, the tables are written again, which takes longer.
        """
        return await self.database.wipe(rewrite=rewrite)

    async def _close(self) -> None:
        if self._writer and not self._writer.done():
            await asyncio.wait([self._writer], timeout=CLOSE_SECONDS)
            self._writer.cancel()
        with contextlib.suppress(*DATABASE_ERRORS):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.database.close()

    async def _commit_all(self) -> None:
        """Commit batch after batch: writes that arrive during a commit form the next one."""
        while True:
            await self._may_commit.wait()
            batch, self._interactive = self._interactive, []
            # Take the interactive writes alone; every second time, or if there are none, take all writes, so that none
            # starves.
            self._took_only_interactive = bool(batch) and not self._took_only_interactive
            if not self._took_only_interactive:
                batch, self._patient, self._last = batch + self._patient + self._last, [], []
            if not batch:
                return
            await self._commit([entry for entry in batch if not entry[1].done()])
            await asyncio.sleep(0)  # let a caller whose write is done enter ``no_commits`` before the next commit

    async def _commit(self, entries: Batch) -> None:
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await self._transact(entries)
        except Exception as error:  # noqa: BLE001  # an error of the database concerns every write in the batch
            for _, future in entries:
                _fail(future, self._writer_error(error))

    async def _transact(self, batch: Batch) -> None:
        """Run all works in one transaction; if one of them fails, run each in its own."""
        try:
            results = await self.database.write(partial(_run_all, works=[work for work, _ in batch]))
        except _WorkError as failure:
            if len(batch) == 1:
                _fail(batch[0][1], self._writer_error(failure.error, is_unavailable=is_transient(failure.error)))
                return
            for entry in batch:
                await self._transact([entry])
        else:
            self._note_success()
            for (_, future), result in zip(batch, results, strict=True):
                if not future.done():
                    future.set_result(result)

    def _note_success(self) -> None:
        """Note that the database works. After a failed write, that counts only once a probe has succeeded."""
        if not self.write_error:
            self._outage.succeeded()

    def _writer_error(self, error: Exception, *, is_unavailable: bool = True) -> Exception:
        """Return the error for the caller of ``write``. If the database is to blame, note that writing fails."""
        if isinstance(error, DATABASE_ERRORS) and is_unavailable:
            count("write_errors")
            self.write_error = error_text(error)
            self._write_failed.set()
        return self._caller_error(error, is_unavailable=is_unavailable)

    def _caller_error(self, error: Exception, *, is_unavailable: bool = True) -> Exception:
        """Return the error for the caller. If the database is to blame, log that once for all callers."""
        if not isinstance(error, DATABASE_ERRORS):
            return error
        failure = f"cannot be used ({error_text(error)})"
        self._outage.failed(f"The database {failure}; retrying")
        return (UnavailableError if is_unavailable else StoreError)(f"the database {failure}")


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


def _run_all(connection: Connection, works: list[Work[Any]]) -> list[Any]:
    try:
        return run_all(connection, works)
    except Exception as error:
        if isinstance(error, OSError) or is_disconnect(error):
            raise
        raise _WorkError(error) from error
