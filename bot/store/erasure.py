"""Erasure: removes everything about a person from the tables, and from the bytes of the files."""

from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, select

from bot.store import bot_state, diaries, erasure_marks, inbox
from bot.store.erasure_marks import Marks, Scope
from bot.store.people import Person
from bot.store.tables import InboxState, evening, outbox, person, run, schedule

PERSONAL_TABLES = (schedule, outbox, run, evening, *diaries.TABLES, person)
"""The tables about people, in the order of deletion.

Schedules go first, because planning locks them. So planning either has ended, and the rows it made are deleted next, or
it finds no schedule.
"""
BUSY_SECONDS = 0.25
"""How long ``wipe`` waits for readers to end. Writers wait for it in the meantime."""
MOST_BYTES = 100_000_000
"""A larger file, or table, is not rewritten, because writers would wait: two seconds per 100 MB."""


def erase(connection: Connection, chat_id: int, update_id: int, now: datetime) -> Person:
    """Delete everything about a person, and the text of the update with this id, which asks for it.

    A message that is being sent to the person is neither repeated nor recorded. The update is done even if the reply
    to it fails, because a second try would need its text.
    """
    erase_person(connection, chat_id, now)
    inbox.finish(connection, [(update_id, InboxState.DONE)], now)
    return Person(chat_id)


def erase_person(connection: Connection, chat_id: int, now: datetime) -> None:
    """Delete everything about a person, and leave a mark so that restoring a copy does not bring it back."""
    for table in PERSONAL_TABLES:
        connection.execute(delete(table).where(table.c.chat_id == chat_id))
    bot_state.put(connection, bot_state.ERASED, now.isoformat())
    erasure_marks.add(connection, chat_id, now)


def erase_again(connection: Connection, marks: Marks, since: datetime) -> int:
    """Erase in a restored copy every person and diary that was erased after the copy was made (``since``, UTC).

    Returns the number of people whose data was deleted.
    """
    erased: set[int] = set()
    for tables, scope in ((PERSONAL_TABLES, Scope.EVERYTHING), (diaries.TABLES, Scope.DIARY)):
        for table in tables:
            for chat in connection.scalars(select(table.c.chat_id).distinct()).all():
                if marks.erased_after(chat, since, scope):
                    connection.execute(delete(table).where(table.c.chat_id == chat))
                    erased.add(chat)
    diaries.withdraw_again(connection, marks, since)
    erasure_marks.store(connection, marks)
    return len(erased)


def wipe(path: str, *, rewrite: bool = False) -> bool:
    """Remove the bytes of deleted rows from the files of an SQLite database; false if that is not possible now.

    With ``rewrite``, the whole file is written again, unless it is too large.
    """
    import sqlite3  # noqa: PLC0415  # PostgreSQL does without

    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
            # ``secure_delete`` overwrites rows as they are deleted. But when SQLite moves rows from page to page, it
            # leaves copies in the gap between them: the chat id of about one erased person in a hundred. Only
            # rewriting the file removes these.
            if fits := rewrite and Path(path).stat().st_size <= MOST_BYTES:
                connection.execute("VACUUM")
            # Old pages stay in the write-ahead log until all of it is in the database and the log is truncated.
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error:
        return False
    return not busy and fits is rewrite
