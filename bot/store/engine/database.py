"""What every database can do, which kind a URL means, and what an error of a database means."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StoreError
from bot.store.engine.sqlite import SQLite

T = TypeVar("T")
DATABASE_ERRORS = (SQLAlchemyError, OSError)
"""The errors of a database that cannot be used. OSError: the server cannot be reached."""
TRANSIENT_SQLSTATES = ("08", "25006", "40", "53", "55", "57")
"""The beginnings of PostgreSQL's error codes for problems that may go away.

No connection, a read-only server, a conflict, a full disk, a lock, an operator's intervention.
"""
TRANSIENT_SQLITE_CODES = (
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR),
    *(sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN),
)
SQLITE_CODE_BITS = 0xFF
"""The bits of SQLite's extended error codes that say what kind of error it is."""


class Database(Protocol):
    """Runs work on connections.

    ``read``, ``quick_read`` and ``write`` return what the work returns, and raise what it raises.
    """

    engine: Engine
    is_exclusive: bool
    """Whether no other process can use this database."""

    async def check(self) -> None:
        """Raise ``StoreError`` if the bot cannot work with this database."""
        ...

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work``, which sees everything written before."""
        ...

    async def quick_read(self, work: Callable[[Connection], T]) -> T:
        """Run short ``work`` like ``read``, but without waiting in a queue."""
        ...

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction, and commit it if it raises nothing."""
        ...

    async def wipe(self, *, rewrite: bool) -> bool:
        """Remove the bytes of deleted rows from the files, as ``Store.wipe`` describes."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...


def is_sqlite(url: str) -> bool:
    """Return whether a URL is that of an SQLite file."""
    return url.startswith("sqlite")


def make_database(url: str, *, time_limits: bool = True) -> Database:
    """Return the database at a URL. Without ``time_limits``, a statement may take any time.

    Raises ``ValueError`` and SQLAlchemy's errors.
    """
    if is_sqlite(url):
        return SQLite(url)
    from bot.store.engine.postgresql import PostgreSQL  # noqa: PLC0415  # 13 MiB that a bot on SQLite does not need

    return PostgreSQL(url, time_limits=time_limits)


def check(url: str) -> None:
    """Raise ``StoreError`` if a URL cannot be that of a database. Connects to nothing and creates nothing."""
    with errors_for_operators():
        make_database(url)


@contextlib.contextmanager
def errors_for_operators() -> Iterator[None]:
    """Turn an error of the database into a ``StoreError`` with a line for the operator."""
    try:
        yield
    except DATABASE_ERRORS as error:
        raise StoreError(f"DATABASE_URL: the database cannot be used ({error_text(error)})") from None
    except ValueError:  # its text is not shown: it may contain a part of the password
        raise StoreError("DATABASE_URL: not a valid URL; write / @ : in a password as %2F %40 %3A") from None


def is_transient(error: BaseException) -> bool:
    """Return whether the same statement may succeed if it is repeated soon."""
    cause = getattr(error, "orig", None)
    state = str(getattr(cause, "sqlstate", None) or "")
    code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_OK) & SQLITE_CODE_BITS
    is_listed = state.startswith(TRANSIENT_SQLSTATES) or code in TRANSIENT_SQLITE_CODES
    return isinstance(error, OSError) or is_disconnect(error) or is_listed


def is_disconnect(error: BaseException) -> bool:
    """Return whether the connection is lost."""
    return bool(getattr(error, "connection_invalidated", False))


def error_text(error: Exception) -> str:
    """Return an error's text in one line, without the SQL statement and its values."""
    cause = getattr(error, "orig", None) or error
    return next(iter(str(cause).splitlines()), "") or type(cause).__name__
