"""Copies of an SQLite database: made while the bot runs, and restored while it does not."""

import asyncio
import contextlib
import glob
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from pathlib import Path

from bot import sqlite_file
from bot.errors import StoreError
from bot.sent_log import ANSWERED, LEFT
from bot.store import bot_state, diaries, erasure, erasure_marks
from bot.store.engine.store import Store
from bot.store.erasure_marks import Marks
from bot.store.tables import diary_key

COPIED_AT = "copied_at"
"""The key under which a copy of the database says when it was made."""
COPY_SUFFIX, RESTORE_SUFFIX, OLD_SUFFIX = ".part", ".restoring", ".before-restore"
SIDE_FILES = ("-wal", "-shm", "-journal", LEFT, ANSWERED)
"""The endings of the files next to the database that are only valid together with it."""
KEYS_TABLE = diary_key.name
COPY_STATEMENTS = (
    "PRAGMA journal_mode = DELETE",
    # The running bot answers the updates that wait, and nobody's words belong in a copy.
    "UPDATE inbox SET state = 'done', raw = NULL WHERE raw IS NOT NULL OR state IN ('new', 'applied')",
)


@dataclass(frozen=True)
class Restored:
    """What a restore has done.

    Attributes:
        copied_at: When the copy was made.
        erased_again: How many people were erased again.
        closed_diaries: How many diaries have no key, so that nobody can read them.
        old_file: The file that keeps the replaced database; None if there was none.

    """

    copied_at: datetime
    erased_again: int
    closed_diaries: int
    old_file: Path | None


def copy(file: Path, target: Path, now: datetime) -> None:
    """Copy the database, which may be in use, to a new file ``target`` that only this user can read.

    The copy has neither the updates that wait to be handled nor the keys of the diaries. Raises ``StoreError``.
    """
    part = target.with_name(target.name + COPY_SUFFIX)
    with _errors(target):
        if target.exists():
            raise StoreError(f"{target} is there already; name a new file")
        if not file.exists():
            raise StoreError(f"DATABASE_URL: there is no {file} yet; the first start of the bot makes it")
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            _copy(file, part, now)
            part.rename(target)
        finally:  # after a failure, the unfinished file may still have the keys of the diaries
            _delete(part)


def _copy(file: Path, part: Path, now: datetime) -> None:
    _delete(part)
    os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(_opened(file)) as source, closing(sqlite3.connect(part)) as part_database:
        source.backup(part_database)
        with part_database:
            for statement in COPY_STATEMENTS:
                part_database.execute(statement)
            if _has_keys(part_database):
                part_database.execute(f"DELETE FROM {KEYS_TABLE}")  # noqa: S608  # it is a constant
            part_database.execute("INSERT OR REPLACE INTO memory VALUES (?, ?)", (COPIED_AT, now.isoformat()))
        part_database.execute("VACUUM")
        _check(part_database, part)


async def restore(
    source: Path,
    file: Path,
    now: datetime,
    *,
    marks: Marks | None = None,
    keys: Mapping[int, bytes] | None = None,
    without_erasures: bool = False,
) -> Restored:
    """Replace the database with a copy. People who were erased since the copy was made are erased again.

    The replaced database is kept under a new name. A second restore does not overwrite it.

    Args:
        source: the copy.
        file: the database, which no process may be using.
        now: aware UTC.
        marks: the marks of erased people; by default those in the replaced database.
        keys: the keys of the diaries; by default those in the replaced database and in those replaced earlier.
        without_erasures: restore even if it is unknown who was erased since the copy was made.

    Raises:
        StoreError: the copy is damaged or no copy of a database, the database is in use, or erasures are unknown.

    """
    with sqlite_file.locked(file, may_be_damaged=True), _errors(source):
        source.open("rb").close()  # SQLite would say only "unable to open database file", and not why
        marks = marks or marks_in(file)
        written_at = _memory_of(source).get(COPIED_AT)
        copied_at = datetime.fromisoformat(written_at) if written_at else None  # None if `copy` did not make it
        is_known = marks is not None and copied_at is not None and now - copied_at <= erasure_marks.KEPT
        if not (is_known or without_erasures):
            raise StoreError(
                f"{source}: nobody can know who was erased since this copy was made: it is older than "
                f"{erasure_marks.KEPT.days} days, or the database that it replaces cannot be read. Give the file that "
                "`python -m bot erasures` has written (--erasures), or restore all the same (--without-erasures)"
            )
        staging = file.with_name(file.name + RESTORE_SUFFIX)
        await asyncio.to_thread(_stage, source, staging)
        since = copied_at or datetime.min.replace(tzinfo=now.tzinfo)
        keys = _kept_keys(file) if keys is None else keys
        erased, closed = await _prepare(staging, marks or Marks("", {}), since, keys)
        old = _keep(file, now)
        staging.replace(file)
        _delete(staging)
        return Restored(since, erased, closed, old)


def _stage(source: Path, staging: Path) -> None:
    """Copy ``source`` to ``staging``, next to the database, so that the last step is only a renaming."""
    _delete(staging)
    os.close(os.open(staging, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(_opened(source)) as database, closing(sqlite3.connect(staging)) as staged:
        database.backup(staged)
        _check(staged, source)


async def _prepare(staging: Path, marks: Marks, since: datetime, keys: Mapping[int, bytes]) -> tuple[int, int]:
    """Bring the tables up to date, erase again, and add the keys.

    Returns how many people were erased, and how many diaries have no key.
    """
    async with Store.open(f"sqlite:///{staging}") as store:
        erased = await store.write(lambda connection: erasure.erase_again(connection, marks, since))
        closed = await store.write(lambda connection: diaries.restore_keys(connection, keys))
        await store.write(lambda connection: bot_state.delete(connection, COPIED_AT, since.isoformat()))
        await store.wipe(rewrite=True)
    return erased, closed


def _keep(file: Path, now: datetime) -> Path | None:
    """Rename the database and the files that belong to it; return its new path, or None if the database was empty."""
    had_content = file.stat().st_size > 0
    with contextlib.suppress(sqlite3.Error), closing(_opened(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    name = f"{file.name}{OLD_SUFFIX}-{now:%Y-%m-%d-%H%M%S}"
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    old = next(path for path in map(file.with_name, names) if not path.exists())
    for suffix in ("", *SIDE_FILES):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{file}{suffix}").rename(f"{old}{suffix}")
    return old if had_content else None


def _kept_keys(file: Path) -> dict[int, bytes]:
    """Return the keys of the diaries in the database, and further ones from databases that were replaced earlier."""
    old_files = file.parent.glob(f"{glob.escape(file.name + OLD_SUFFIX)}*")
    databases = [old for old in old_files if not old.name.endswith(SIDE_FILES)]
    oldest_first = sorted(databases, key=lambda old: old.stat().st_mtime)
    return {chat_id: key for database in [*oldest_first, file] for chat_id, key in (keys_in(database) or {}).items()}


def _delete(file: Path) -> None:
    for suffix in ("", ".lock", *SIDE_FILES):
        Path(f"{file}{suffix}").unlink(missing_ok=True)


def _opened(file: Path) -> sqlite3.Connection:
    """Open an existing database. Without ``mode=rw``, SQLite would create a missing one."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True)


def _check(database: sqlite3.Connection, file: Path) -> None:
    (result,) = database.execute("PRAGMA integrity_check").fetchone()
    if result != "ok":
        raise StoreError(f"{file}: the database is damaged ({result})")


def marks_in(file: Path) -> Marks | None:
    """Return the marks in a database of any version; None if it cannot be read."""
    try:
        rows = _memory_of(file)
    except sqlite3.Error:
        return None
    marks = {name: moment for name, moment in rows.items() if name.startswith(erasure_marks.PREFIX)}
    erased_at = {name.removeprefix(erasure_marks.PREFIX): datetime.fromisoformat(at) for name, at in marks.items()}
    return Marks(rows.get(erasure_marks.KEY, ""), erased_at)


def keys_in(file: Path) -> dict[int, bytes] | None:
    """Return the keys of the diaries in a database of any version; None if it cannot be read."""
    try:
        with closing(_opened(file)) as database:
            query = f"SELECT chat_id, wrapped FROM {KEYS_TABLE}"  # noqa: S608  # it is a constant
            return dict(database.execute(query).fetchall()) if _has_keys(database) else {}
    except sqlite3.Error:
        return None


def _has_keys(database: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return database.execute(query, (KEYS_TABLE,)).fetchone() is not None


def _memory_of(file: Path) -> dict[str, str]:
    """Return the table ``memory`` of a database of any version."""
    with closing(_opened(file)) as database:
        return dict(database.execute("SELECT key, value FROM memory").fetchall())


@contextlib.contextmanager
def _errors(file: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"{file}: cannot be used as a copy of the database ({error})") from None
    except OSError as error:
        raise StoreError(f"{file}: this process (uid {os.geteuid()}) cannot use it ({error.strerror})") from None
