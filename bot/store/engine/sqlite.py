"""SQLite: a file that one process has for itself. One thread writes to it, and a few read.

The driver is synchronous. A whole transaction goes to a thread at once: to go there and back for each of its statements
would take longer than the statements do.
"""

import asyncio
import contextlib
import fcntl
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, TypeVar

from sqlalchemy import Connection, create_engine, event, make_url

from bot.errors import StoreError
from bot.store import erasure
from bot.store.engine import tally
from bot.store.engine.sent_log import Journal

T = TypeVar("T")
READERS = 2
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # an opt-out must survive a power cut
    "foreign_keys=ON",
    "secure_delete=ON",  # what is erased is gone from the file's bytes
    "busy_timeout=5000",
)


class SQLite:
    """The file. What is given up after it has begun may be stored all the same."""

    is_alone = True

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url, pool_size=2 + READERS, max_overflow=0)
        event.listen(self.engine, "connect", _prepare)
        event.listen(self.engine, "begin", _begin)
        tally.listen(self.engine)
        self._writer = ThreadPoolExecutor(1, "writer")
        self._readers = ThreadPoolExecutor(READERS, "reader")

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work``, which sees everything written before."""
        return await _in(self._readers, self._read, work)

    async def look(self, work: Callable[[Connection], T]) -> T:
        """Run a ``work`` that is over at once as ``read`` does, but on this thread: SQLite's readers wait for nobody.

        On a busy machine a thread has to wait ten times as long for its turn. Nothing can cut it short: a disk that
        hangs holds up everything.
        """
        return self._read(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction, committed if it raises nothing."""
        return await _in(self._writer, self._write, work)

    async def wipe(self, *, anew: bool) -> bool:
        """As ``erasure.wipe``."""
        return await asyncio.to_thread(erasure.wipe, str(self.engine.url.database), anew=anew)

    async def close(self) -> None:
        """Close the file, when what is being written is."""
        try:
            await _in(self._writer, self.engine.dispose)
        finally:
            for each in (self._writer, self._readers):
                each.shutdown(wait=False, cancel_futures=True)

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self.engine.connect() as connection:
            return work(connection)

    def _write(self, work: Callable[[Connection], T]) -> T:
        with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
            return work(connection)


@contextlib.contextmanager
def alone(url: str) -> Iterator[None]:
    """Keep a second process off the same file, with ``StoreError``."""
    with _lock_file(Path(f"{make_url(url).database}.lock")) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError("DATABASE_URL: another process is using this SQLite file") from None
        yield


@contextlib.contextmanager
def journal(url: str, suffix: str) -> Iterator[Journal]:
    """A journal beside the file. Raises ``StoreError``."""
    with _usable_folder():
        notes = Journal(Path(f"{make_url(url).database}.{suffix}"))
    with notes:
        yield notes


async def _in(threads: Executor, work: Callable[..., T], *arguments: Any) -> T:
    return await asyncio.get_running_loop().run_in_executor(threads, work, *arguments)


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # or the driver would begin, and commit, when it sees fit
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """A writer takes its lock at once: one that began as a reader could lose its update to another."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _lock_file(path: Path) -> IO[bytes]:
    with _usable_folder():
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("ab")


@contextlib.contextmanager
def _usable_folder() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"DATABASE_URL: the folder of the SQLite file cannot be used ({error.strerror})") from None
