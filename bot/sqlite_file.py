"""The file of an SQLite database: locked for one process, and closed to other users of the machine.

This module imports hardly anything, so that the lock can be taken before the rest is loaded.
"""

import contextlib
import fcntl
import glob
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from bot.errors import StoreError

OTHERS = stat.S_IRWXO
"""The permissions of everybody who is neither the user nor in the group of a file."""

SQLITE_HEADER = b"SQLite format 3\0"
"""The first bytes of every SQLite database (sqlite.org/fileformat.html)."""


@contextlib.contextmanager
def locked(path: Path, *, may_be_damaged: bool = False) -> Iterator[None]:
    """Hold the lock of the database at this path during the block, and create the file if there is none.

    Raises ``StoreError`` if the file cannot be used or another process holds the lock, or if the file was not made by
    SQLite. With ``may_be_damaged``, any file is accepted, because it is about to be replaced.
    """
    with usable(path):
        if not may_be_damaged:  # new permissions could harm another program
            with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
                if file.read(len(SQLITE_HEADER)) not in {b"", SQLITE_HEADER}:
                    raise StoreError(f"DATABASE_URL: {path} is not an SQLite database; name another file")
        _make_private(path)
        lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(lock)
        yield
    finally:
        os.close(lock)


@contextlib.contextmanager
def usable(path: Path) -> Iterator[None]:
    """Turn an error of the file system into a line for the operator, a ``StoreError``."""
    try:
        yield
    except OSError as error:
        line = f"DATABASE_URL: this process (uid {os.geteuid()}) cannot use {path} ({error.strerror})"
        if isinstance(error, PermissionError):
            line += f"; give it the folder: chown -R {os.geteuid()} {path.parent}"
        raise StoreError(line) from None


def _lock(file: int) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StoreError("DATABASE_URL: another process is using this SQLite file") from None
    except OSError as error:  # ENOLCK, for example: a network disk without locks
        raise StoreError(
            f"DATABASE_URL: this disk cannot lock files ({error.strerror}); put the SQLite file on a disk of this "
            "machine, or use PostgreSQL"
        ) from None


def _make_private(path: Path) -> None:
    """Create the file and its folder for this user only. Existing files stay open only to their user and group.

    SQLite gives its write-ahead log the permissions of the database.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    for file in path.parent.glob(f"{glob.escape(path.name)}*"):
        if (mode := file.stat().st_mode) & OTHERS:
            file.chmod(stat.S_IMODE(mode) & ~OTHERS)
