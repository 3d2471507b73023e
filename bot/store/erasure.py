"""Erasure: nothing stays of a person, neither in the tables nor, with SQLite, in the bytes of its files."""

from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete

from bot.store import inbox, memory
from bot.store.people import Person
from bot.store.tables import InboxState, outbox, person, schedule

OF_A_PERSON = (schedule, outbox, person)
"""The tables of what is known of people. Schedules go first: who plans them meanwhile ends before, or plans nothing."""
ERASED = "erased"
"""Under this name it is remembered when somebody was last erased, until the file is written anew."""
BUSY_SECONDS = 0.25
"""How long wiping waits for those who read; writers wait for it."""
MOST_BYTES = 100_000_000
"""A larger file is not written anew: that takes two seconds for each 100 MB, and writers wait for it."""


def erase(connection: Connection, chat_id: int, number: int, now: datetime) -> Person:
    """Delete all that is known of a person, and what the update of this number says, which asks for it.

    What is under way to them is neither repeated nor recorded. The update is done with this, whatever comes: to be
    carried out once more it would have to be kept.
    """
    for table in OF_A_PERSON:
        connection.execute(delete(table).where(table.c.chat_id == chat_id))
    inbox.finish(connection, [(number, InboxState.DONE)], now)
    memory.remember(connection, ERASED, now.isoformat())
    return Person(chat_id)


def wipe(path: str, *, anew: bool = False) -> bool:
    """Let the files of an SQLite database keep no bytes of what was deleted; false if that cannot be now.

    Rows are overwritten as they are deleted (``secure_delete``), but older pages stay in the log until all of it is in
    the database. And when SQLite moves rows from page to page, copies may stay in the gap between them, even with
    ``secure_delete``: the account's number of about one erased person in a hundred. They go when all is written
    ``anew``.
    """
    import sqlite3  # noqa: PLC0415  # PostgreSQL does without

    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
            if fits := anew and Path(path).stat().st_size <= MOST_BYTES:
                connection.execute("VACUUM")
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error:
        return False
    return not busy and fits is anew
