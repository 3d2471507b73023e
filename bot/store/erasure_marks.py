"""Marks of erased people, so that restoring an older copy of the database does not bring them back.

Whoever has only closed their diary has a mark as well, so that a copy does not open it again.

A mark is a keyed hash of the chat id: whoever reads it learns no id, unless they have the key and try all ids.
"""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Delete, delete, select

from bot.errors import StoreError
from bot.store import bot_state
from bot.store.tables import bot_state as table

KEPT = timedelta(days=30)
"""How long a mark is kept, and so how old a copy may be; the screen of /deletedata says so."""
PREFIX = "erased:"
"""The beginning of a mark's key in the table ``memory``; the value is when the person was erased."""
KEY = "erasure_key"


class Scope(StrEnum):
    """What was erased: the whole person or the diary. The value is hashed together with the chat id."""

    EVERYTHING = ""
    DIARY = ":diary"
    CLOSED_DIARY = ":closed diary"


@dataclass(frozen=True)
class Marks:
    """Marks, each with the time (UTC) at which its person was erased, and the key with which they are hashed."""

    key: str
    erased_at: dict[str, datetime]

    def erased_after(self, chat_id: int, moment: datetime, scope: Scope = Scope.EVERYTHING) -> bool:
        """Return whether this person, or only their diary, was erased after ``moment``."""
        erased_at = self.moment_of(chat_id, scope)
        return erased_at is not None and erased_at > moment

    def moment_of(self, chat_id: int, scope: Scope) -> datetime | None:
        """Return when this person was erased, or closed their diary (UTC); None without such a mark."""
        return self.erased_at.get(_mark(self.key, chat_id, scope))

    def lines(self) -> list[str]:
        """Return the marks as text."""
        return [self.key, *(f"{mark} {moment.isoformat()}" for mark, moment in sorted(self.erased_at.items()))]


def parse(lines: Iterable[str]) -> Marks:
    """Return the marks that ``Marks.lines`` has written. Raises ``StoreError``."""
    try:
        key, *rest = (line.strip() for line in lines)
        pairs = [line.split() for line in rest if line]
        return Marks(key, {mark: datetime.fromisoformat(moment) for mark, moment in pairs})
    except ValueError:
        raise StoreError("the file of erasures is not one that `python -m bot erasures` has written") from None


def add(connection: Connection, chat_id: int, now: datetime, scope: Scope = Scope.EVERYTHING) -> None:
    """Note that a person, or only their diary, is erased now, or that the diary is closed."""
    key = bot_state.read_all(connection).get(KEY)
    if key is None:
        key = secrets.token_hex(32)
        bot_state.put(connection, KEY, key)
    bot_state.put(connection, PREFIX + _mark(key, chat_id, scope), now.isoformat())


def remove(connection: Connection, chat_id: int, scope: Scope) -> None:
    """Delete a mark, as when a closed diary is opened again."""
    if key := bot_state.read_all(connection).get(KEY):
        connection.execute(delete(table).where(table.c.key == PREFIX + _mark(key, chat_id, scope)))


def load(connection: Connection) -> Marks:
    """Return the marks of everybody who was erased."""
    rows = connection.execute(select(table).where(table.c.key.startswith(PREFIX, autoescape=True)))
    erased_at = {row.key.removeprefix(PREFIX): datetime.fromisoformat(row.value) for row in rows}
    return Marks(bot_state.read_all(connection).get(KEY, ""), erased_at)


def store(connection: Connection, marks: Marks) -> None:
    """Replace the stored marks by these, which are hashed with another key."""
    connection.execute(_all_marks())
    bot_state.put(connection, KEY, marks.key or secrets.token_hex(32))
    for mark, moment in marks.erased_at.items():
        bot_state.put(connection, PREFIX + mark, moment.isoformat())


def forget(connection: Connection, before: datetime) -> None:
    """Delete the marks of people who were erased before a time (UTC)."""
    connection.execute(_all_marks().where(table.c.value < before.isoformat()))


def _all_marks() -> Delete:
    return delete(table).where(table.c.key.startswith(PREFIX, autoescape=True))


def _mark(key: str, chat_id: int, scope: Scope) -> str:
    return hmac.digest(key.encode(), f"{chat_id}{scope}".encode(), "sha256").hex()
