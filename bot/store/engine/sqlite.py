"""SQLite: a file that one process has for itself. One thread writes, a few threads read.

The driver is synchronous, so a transaction runs in a thread. It runs there as a whole, because switching to the thread
and back for every statement would take longer than the statements.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, event, make_url

from bot import sqlite_file
from bot.sent_log import SentLog
from bot.store import erasure
from bot.store.engine import event_counts

T = TypeVar("T")
READERS = 2
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # an opt-out must survive a power cut
    "foreign_keys=ON",
    "secure_delete=ON",  # erased rows leave no bytes in the file
    "busy_timeout=5000",
)


class SQLite:
    """A database in an SQLite file. Work that is cancelled after it has begun may still be committed."""

    is_exclusive = True

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url, pool_size=2 + READERS, max_overflow=0)
        # Rows that are inserted share one statement. For each step of a statement the driver lets go of Python's lock,
        # and while the event loop is busy, half a millisecond passes until the thread has it again.
        self.engine.dialect.use_insertmanyvalues_wo_returning = True
        event.listen(self.engine, "connect", _set_pragmas)
        event.listen(self.engine, "begin", _begin)
        event_counts.listen(self.engine)
        self._writer = ThreadPoolExecutor(1, "writer")
        self._readers = ThreadPoolExecutor(READERS, "reader")

    async def check(self) -> None:
        """Do nothing: the bot can work with every SQLite file that it can open."""

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work``, which sees everything written before."""
        return await _run_in(self._readers, self._read, work)

    async def quick_read(self, work: Callable[[Connection], T]) -> T:
        """Run short ``work`` on the event loop's thread, because SQLite's readers wait for nobody.

        On a busy machine, waiting for another thread takes ten times as long. But a disk that hangs stalls the loop.
        """
        return self._read(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction, and commit it if it raises nothing."""
        return await _run_in(self._writer, self._write, work)

    async def wipe(self, *, rewrite: bool) -> bool:
        """Remove the bytes of deleted rows, as ``erasure.wipe`` describes."""
        return await asyncio.to_thread(erasure.wipe, str(self.engine.url.database), rewrite=rewrite)

    async def close(self) -> None:
        """Close the file after the last write."""
        try:
            await _run_in(self._writer, self.engine.dispose)
        finally:
            for threads in (self._writer, self._readers):
                threads.shutdown(wait=False, cancel_futures=True)

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self.engine.connect() as connection:
            return work(connection)

    def _write(self, work: Callable[[Connection], T]) -> T:
        with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            return work(connection)


@contextlib.contextmanager
def open_sent_log(url: str, suffix: str) -> Iterator[SentLog]:
    """Open the sent log with this suffix next to the SQLite file. Raises ``StoreError``."""
    path = Path(f"{make_url(url).database}{suffix}")
    with sqlite_file.usable(path):
        log = SentLog(path)
    with log:
        yield log


async def _run_in(threads: Executor, work: Callable[..., T], *arguments: Any) -> T:
    return await asyncio.get_running_loop().run_in_executor(threads, work, *arguments)


def _set_pragmas(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # otherwise the driver would begin and commit on its own
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Let a writer take its lock at once. If it began as a reader, it would fail if another wrote meanwhile."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
