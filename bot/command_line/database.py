"""The commands about the database: its tables, its copies, and the keys of the diaries in it."""

import asyncio
from argparse import Namespace
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from bot import config
from bot.errors import SettingsError, StoreError
from bot.operations import key_rotation
from bot.store import Store, diaries, erasure, erasure_marks
from bot.store import backup as copies


async def migrate(options: Namespace) -> None:
    """Create or update the tables."""
    async with _open_store():
        print("The database is up to date.")


async def backup(options: Namespace) -> None:
    """Copy the SQLite database, which the bot may be using."""
    file = _database_file("pg_dump copies it")
    await asyncio.to_thread(copies.copy, file, options.path, options.clock())
    print(f"Copied {file} to {options.path} ({options.path.stat().st_size:,} bytes).")


async def restore(options: Namespace) -> None:
    """Replace the SQLite database with a copy."""
    file = _database_file("pg_restore puts a copy back")
    marks = erasure_marks.parse(_lines(options.erasures)) if options.erasures else None
    keys = diaries.parse_keys(_lines(options.keys)) if options.keys else None
    restored = await copies.restore(
        options.path, file, options.clock(), marks=marks, keys=keys, without_erasures=options.without_erasures
    )
    print(f"{file} is as it was at {restored.copied_at:%Y-%m-%d %H:%M} UTC.")
    print(f"People who were erased since then, and are erased again: {restored.erased_again}.")
    _report_closed_diaries(restored.closed_diaries)
    if restored.old_file:
        print(f"The old database is kept as {restored.old_file}, and not replaced by another restore.")
        print("When all is well, delete it, and the files whose names begin with its name.")


async def erasures(options: Namespace) -> None:
    """Print the marks of erased people. With SQLite, the bot may be running."""
    if file := config.read(config.LocalSettings).database_file:
        marks = copies.marks_in(file)
        if marks is None:
            raise StoreError(f"DATABASE_URL: {file} cannot be read")
    else:
        async with _open_store() as store:
            marks = await store.read(erasure_marks.load)
    print("\n".join(marks.lines()))


async def erase_again(options: Namespace) -> None:
    """Erase people whom a restored copy has brought back, and add the keys of diaries that the copy lacks."""
    marks = erasure_marks.parse(_lines(options.path))
    keys = diaries.parse_keys(_lines(options.keys)) if options.keys else {}
    async with _open_store() as store:
        erased = await store.write(lambda connection: erasure.erase_again(connection, marks, options.since))
        closed = await store.write(lambda connection: diaries.restore_keys(connection, keys))
        await store.wipe(rewrite=True)
    print(f"People who were erased again: {erased}.")
    _report_closed_diaries(closed)


async def diary_keys(options: Namespace) -> None:
    """Print the keys of the diaries. With SQLite, the bot may be running."""
    if file := config.read(config.LocalSettings).database_file:
        keys = copies.keys_in(file)
        if keys is None:  # nobody must take an empty list for a copy of the keys
            raise StoreError(f"DATABASE_URL: {file} cannot be read")
    else:
        async with _open_store() as store:
            keys = await store.read(diaries.read_keys)
    for line in diaries.format_keys(keys):
        print(line)


async def rotate_key(options: Namespace) -> None:
    """Make the first key in DATA_KEY_FILE open all diaries."""
    settings = config.read(config.LocalSettings)
    print(await key_rotation.rotate(settings, options.clock(), erase_unreadable=options.erase_unreadable))


def _open_store() -> AbstractAsyncContextManager[Store]:
    return Store.open(config.read(config.LocalSettings).database_url.get_secret_value())


def _database_file(alternative: str) -> Path:
    """Return the SQLite file. With PostgreSQL, raise ``SettingsError``, which names the ``alternative``."""
    file = config.read(config.LocalSettings).database_file
    if file is None:
        raise SettingsError(f"DATABASE_URL: this is for SQLite; with PostgreSQL, {alternative}: docs/operations.md")
    return file


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path}: cannot be read ({error})") from None


def _report_closed_diaries(number: int) -> None:
    if number:
        print("Some diaries have no key, so nobody can read them. --keys takes what diary-keys has printed.")
