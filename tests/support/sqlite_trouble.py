"""Trouble with a SQLite file, as another program makes it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

from tests.support.running_bot import PATIENCE_SECONDS
from tests.support.watching import until


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Somebody else writes to the database, and takes their time."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@asynccontextmanager
async def held(file: Path) -> AsyncIterator[None]:
    """As ``locked``, for a bot in this process: who is in the middle of a commit gets to its end first."""
    other = sqlite3.connect(file, isolation_level=None, timeout=0)
    with closing(other):
        await until(lambda: _is_begun(other), every=0.001)
        yield
        other.execute("ROLLBACK")


def _is_begun(other: sqlite3.Connection) -> bool:
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    return True


@asynccontextmanager
async def away(file: Path, table: str = "inbox") -> AsyncIterator[None]:
    """A table is not there."""
    await asyncio.to_thread(_rename, file, table, "away")
    try:
        yield
    finally:
        await asyncio.to_thread(_rename, file, "away", table)


def _rename(file: Path, old: str, new: str) -> None:
    other = sqlite3.connect(file, isolation_level=None, timeout=PATIENCE_SECONDS)
    other.execute(f"ALTER TABLE {old} RENAME TO {new}")
    other.close()
