"""Which database it is, and what goes wrong with it, in words."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StoreError
from bot.store.engine.sqlite import SQLite

T = TypeVar("T")
AWAY = (SQLAlchemyError, OSError)
"""What is raised when the database cannot be used; a server that cannot be reached is an OSError."""
PASSING = ("08", "40", "53", "55", "57")
"""The classes of PostgreSQL errors for which no statement is to blame: no connection, no room, a lock, an operator."""


class Database(Protocol):
    """What runs work: ``read`` and ``write`` give what it gives, and raise what it and SQLAlchemy raise."""

    engine: Engine
    is_alone: bool

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work``, which sees everything written before."""
        ...

    async def look(self, work: Callable[[Connection], T]) -> T:
        """As ``read``, for what is over at once and is not to wait."""
        ...

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction, committed if it raises nothing."""
        ...

    async def wipe(self, *, anew: bool) -> bool:
        """Let its files keep no bytes of what was deleted; false if not now."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...


def is_sqlite(url: str) -> bool:
    """Whether the address is that of a file."""
    return url.startswith("sqlite")


def make(url: str, *, patient: bool = False) -> Database:
    """The database at this address, whose statements may take any time if it is ``patient``.

    Raises ``ValueError`` and what SQLAlchemy raises.
    """
    if is_sqlite(url):
        return SQLite(url)
    from bot.store.engine.postgresql import PostgreSQL  # noqa: PLC0415  # asyncio, asyncpg and all: 13 MiB that SQLite spares

    return PostgreSQL(url, patient=patient)


@contextlib.contextmanager
def told() -> Iterator[None]:
    """What goes wrong at the start, as a line for the operator: raises ``StoreError`` for it."""
    try:
        yield
    except AWAY as error:
        raise StoreError(f"DATABASE_URL: the database cannot be used ({reason(error)})") from None
    except ValueError:  # its text may be a part of the address, and so of the password
        raise StoreError("DATABASE_URL: is no address; write / @ : in a password as %2F %40 %3A") from None


def is_passing(error: BaseException) -> bool:
    """Whether a statement failed for no fault of its own, so that it may do better soon."""
    state = str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")
    return isinstance(error, OSError) or is_disconnect(error) or state.startswith(PASSING)


def is_disconnect(error: BaseException) -> bool:
    """Whether the connection is lost."""
    return bool(getattr(error, "connection_invalidated", False))


def reason(error: Exception) -> str:
    """What is wrong in one line, without the statement and its values."""
    cause = getattr(error, "orig", None) or error
    return next(iter(str(cause).splitlines()), "") or type(cause).__name__
