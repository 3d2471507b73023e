"""The bot's SQLite file, as another program sees it: read it, lock it, or take a table away."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from sqlalchemy import Connection

from bot.store.engine.sqlite import SQLite
from tests.support.waiting import PATIENCE_SECONDS, until

T = TypeVar("T")


def rows(folder: Path, query: str, *values: Any) -> list[Any]:
    """Return the rows of a query on the database in ``folder``."""
    with closing(sqlite3.connect(folder / "charley.db", timeout=PATIENCE_SECONDS)) as connection:
        return connection.execute(query, values).fetchall()


async def update_outcomes(folder: Path) -> dict[str, int]:
    """Wait until every update is done or dead; return the number of each."""
    await until(lambda: not rows(folder, "SELECT 1 FROM inbox WHERE state NOT IN ('done', 'dead')"))
    return dict(rows(folder, "SELECT state, count(*) FROM inbox GROUP BY state"))


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Keep the database locked, like another program that is writing slowly."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@asynccontextmanager
async def locked_after_commit(file: Path) -> AsyncIterator[None]:
    """Lock the database under a bot that runs in this process: a commit that has begun may end first."""
    other = sqlite3.connect(file, isolation_level=None, timeout=0)
    with closing(other):
        await until(lambda: _begins(other))
        yield
        other.execute("ROLLBACK")


def _begins(other: sqlite3.Connection) -> bool:
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    return True


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file of SQLite grow until the end of the block, as on a full disk."""
    with _written_with("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 4294967294"):
        yield


@contextmanager
def read_only() -> Iterator[None]:
    """Let SQLite refuse every write until the end of the block, as on a disk that is mounted read-only."""
    with _written_with("PRAGMA query_only = ON", "PRAGMA query_only = OFF"):
        yield


@contextmanager
def _written_with(begin: str, end: str) -> Iterator[None]:
    """Execute two statements before and after every write of this process."""
    write = SQLite._write

    def written(database: SQLite, work: Callable[[Connection], T]) -> T:
        def between(connection: Connection) -> T:
            connection.exec_driver_sql(begin)
            try:
                return work(connection)
            finally:
                connection.exec_driver_sql(end)

        return write(database, between)

    with patch.object(SQLite, "_write", written):
        yield


@asynccontextmanager
async def without_table(file: Path, table: str = "inbox") -> AsyncIterator[None]:
    """Rename a table, so that every query on it fails until the end of the block."""
    await asyncio.to_thread(_rename, file, table, "away")
    try:
        yield
    finally:
        await asyncio.to_thread(_rename, file, "away", table)


def _rename(file: Path, old: str, new: str) -> None:
    other = sqlite3.connect(file, isolation_level=None, timeout=PATIENCE_SECONDS)
    other.execute(f"ALTER TABLE {old} RENAME TO {new}")
    other.close()
