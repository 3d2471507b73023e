"""A person's diary as a whole: the consent to it, its key, and its end. Its entries are in ``bot.store.cramps``."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update

from bot.store import memory
from bot.store.engine.dialect import insert
from bot.store.tables import cramp as entries
from bot.store.tables import diary as table
from bot.store.vault import ID_BYTES, Vault, new_key

KEEP_WITHDRAWN = timedelta(days=30)
"""How long a diary is kept whose consent was taken back. It can be opened again until then."""


@dataclass(frozen=True)
class Diary:
    """The diary of one person.

    Attributes:
        chat_id: Telegram's id of the private chat, which is also that of the person.
        key: The person's key, wrapped.
        consented_at: When the person agreed (UTC).
        consented_to: The version of the text that the person agreed to.
        language: The language of that text.
        withdrawn_at: When the person took the consent back (UTC). None while it stands.
        keep_months: How long entries are kept.

    """

    chat_id: int
    key: bytes = field(repr=False)
    consented_at: datetime
    consented_to: str
    language: str
    withdrawn_at: datetime | None
    keep_months: int

    @property
    def is_open(self) -> bool:
        """Whether entries may be written: the consent stands."""
        return self.withdrawn_at is None


def read(connection: Connection, chat_id: int) -> Diary | None:
    """Return a person's diary; None if the person has none."""
    row = connection.execute(select(table).where(table.c.chat_id == chat_id)).mappings().one_or_none()
    return Diary(**row) if row else None


def agree(
    connection: Connection, chat_id: int, vault: Vault, now: datetime, *, consented_to: str, language: str
) -> Diary | None:
    """Store the person's consent. A diary whose consent was taken back goes on with its entries."""
    consent = {"consented_at": now, "consented_to": consented_to, "language": language, "withdrawn_at": None}
    statement = insert(connection, table).values(chat_id=chat_id, key=vault.wrap(new_key(), _place(chat_id)), **consent)
    connection.execute(statement.on_conflict_do_update(index_elements=[table.c.chat_id], set_=consent))
    return read(connection, chat_id)


def withdraw(connection: Connection, chat_id: int, now: datetime) -> None:
    """Store that the person took the consent back: from now on nothing is written."""
    still_open = (table.c.chat_id == chat_id, table.c.withdrawn_at.is_(None))
    connection.execute(update(table).where(*still_open).values(withdrawn_at=now))


def set_keep_months(connection: Connection, chat_id: int, months: int) -> None:
    """Store how long the person's entries are kept."""
    connection.execute(update(table).where(table.c.chat_id == chat_id).values(keep_months=months))


def erase(connection: Connection, chat_id: int, now: datetime) -> None:
    """Delete a person's diary, its key first of all."""
    for personal in (table, entries):
        connection.execute(delete(personal).where(personal.c.chat_id == chat_id))
    memory.remember(connection, memory.ERASED, now.isoformat())


def erase_withdrawn(connection: Connection, before: datetime, now: datetime, limit: int) -> int:
    """Erase up to ``limit`` diaries whose consent was taken back before that time (UTC); return how many."""
    chats = connection.scalars(select(table.c.chat_id).where(table.c.withdrawn_at < before).limit(limit)).all()
    for chat_id in chats:
        erase(connection, chat_id, now)
    return len(chats)


def key_of(diary: Diary, vault: Vault) -> bytes:
    """Return the person's own key. Raises ``bot.store.vault.SealError``."""
    return vault.unwrap(diary.key, _place(diary.chat_id))


def master_keys(connection: Connection) -> set[bytes]:
    """Return the ids of the master keys that open the diaries there are."""
    return {bytes(key_id) for key_id in connection.scalars(select(func.substr(table.c.key, 1, ID_BYTES)).distinct())}


def wrap_again(connection: Connection, vault: Vault, after: int | None, limit: int) -> tuple[int, int | None]:
    """Wrap keys with the first master key that another one has wrapped, so that the others can be thrown away.

    Looks at up to ``limit`` diaries whose chat ids are above ``after``, in order. A key that the vault cannot open
    stays as it is.

    Returns:
        How many keys were wrapped again, and the last chat id looked at; None at the end.

    """
    ours = table.c.chat_id > after if after is not None else table.c.chat_id.is_not(None)
    rows = connection.execute(select(table).where(ours).order_by(table.c.chat_id).limit(limit).with_for_update())
    diaries = [Diary(**row) for row in rows.mappings()]
    outdated = [diary for diary in diaries if not vault.is_current(diary.key) and diary.key[:ID_BYTES] in vault.ids]
    for diary in outdated:
        wrapped = vault.wrap(key_of(diary, vault), _place(diary.chat_id))
        connection.execute(update(table).where(table.c.chat_id == diary.chat_id).values(key=wrapped))
    return len(outdated), diaries[-1].chat_id if diaries else None


def erase_unreadable(connection: Connection, vault: Vault, now: datetime) -> int:
    """Erase the diaries that no master key of the vault opens; return how many."""
    chats = list(_unreadable(connection, vault))
    for chat_id in chats:
        erase(connection, chat_id, now)
    return len(chats)


def _unreadable(connection: Connection, vault: Vault) -> Iterable[int]:
    rows = connection.execute(select(table.c.chat_id, table.c.key)).all()
    return (row.chat_id for row in rows if bytes(row.key[:ID_BYTES]) not in vault.ids)


def _place(chat_id: int) -> str:
    return f"key:{chat_id}"
