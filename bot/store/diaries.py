"""A person's diary as a whole: the consent to it, its key, and its end. Its entries are in ``bot.store.cramps``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Update, bindparam, delete, func, select, update

from bot.errors import StoreError
from bot.store import bot_state, deferred, erasure_marks, people
from bot.store.engine.dialect import insert
from bot.store.erasure_marks import Marks, Scope
from bot.store.tables import cramp, diary_key
from bot.store.tables import diary as table
from bot.store.vault import ID_BYTES, Vault, new_key

TABLES = (diary_key, table, cramp)
"""The tables of the diaries, in the order of deletion: the key goes first."""
MORNING, TRIAL_STRETCHING, TRIAL_END = "log.morning", "trial.stretching", "trial.end"
"""The kinds of deferred messages about a diary: the question for details, and the two messages of a trial."""
KEEP_WITHDRAWN = timedelta(days=30)
"""How long a diary is kept after its consent was withdrawn. Until then it can be opened again."""


@dataclass(frozen=True)
class Diary:
    """The diary of one person.

    Attributes:
        chat_id: Telegram's id of the private chat, which is also that of the person.
        key: The person's key, wrapped. Empty if it was lost, for example when a copy was restored without keys.
        consented_at: When the person agreed (UTC).
        consented_to: The version of the text that the person agreed to.
        language: The language of that text.
        withdrawn_at: When the person withdrew the consent (UTC). None while it stands.
        keep_months: For how many months entries are kept.
        trial_began: The first day of the person's own trial, a local date. None without one.

    """

    chat_id: int
    key: bytes = field(repr=False)
    consented_at: datetime
    consented_to: str
    language: str
    withdrawn_at: datetime | None
    keep_months: int
    trial_began: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether entries may be written: the consent stands."""
        return self.withdrawn_at is None


def read(connection: Connection, chat_id: int) -> Diary | None:
    """Return a person's diary; None if the person has none."""
    row = connection.execute(_READ, {"chat": chat_id}).mappings().one_or_none()
    return Diary(**{**row, "key": bytes(row["key"] or b"")}) if row else None


def agree(
    connection: Connection, chat_id: int, vault: Vault, now: datetime, *, consented_to: str, language: str
) -> Diary | None:
    """Store the person's consent. A diary whose consent was withdrawn is open again, with its old entries."""
    consent = {"consented_at": now, "consented_to": consented_to, "language": language, "withdrawn_at": None}
    if read(connection, chat_id) is None:  # a lost key is not replaced: another one opens no old entry
        _store_key(connection, chat_id, vault.wrap(new_key(), _place(chat_id)))
    erasure_marks.remove(connection, chat_id, Scope.CLOSED_DIARY)
    people.note(connection, chat_id)  # whose ``has_diary`` is read with every update
    statement = insert(connection, table).values(chat_id=chat_id, **consent)
    connection.execute(statement.on_conflict_do_update(index_elements=[table.c.chat_id], set_=consent))
    return read(connection, chat_id)


def _store_key(connection: Connection, chat_id: int, wrapped: bytes) -> None:
    statement = insert(connection, diary_key).values(chat_id=chat_id, wrapped=wrapped)
    connection.execute(statement.on_conflict_do_update(index_elements=[diary_key.c.chat_id], set_={"wrapped": wrapped}))


def withdraw(connection: Connection, chat_id: int, now: datetime) -> None:
    """Store that the person withdrew the consent: from now on nothing is written, and a trial is over.

    The withdrawal is marked, so that no copy of the database opens the diary again.
    """
    if connection.execute(_update_open(chat_id).values(withdrawn_at=now, trial_began=None)).rowcount:
        erasure_marks.add(connection, chat_id, now, Scope.CLOSED_DIARY)
    deferred.cancel(connection, chat_id, None, MORNING, TRIAL_STRETCHING, TRIAL_END)


def withdraw_again(connection: Connection, marks: Marks, since: datetime) -> None:
    """Close the diaries again that were closed after ``since`` (UTC), when this database was copied."""
    for chat_id in connection.scalars(select(table.c.chat_id).where(table.c.withdrawn_at.is_(None))).all():
        closed_at = marks.moment_of(chat_id, Scope.CLOSED_DIARY)
        if closed_at and closed_at > since:
            withdraw(connection, chat_id, closed_at)


def begin_trial(connection: Connection, chat_id: int, today: date) -> bool:
    """Store that the person's own trial begins on a local date; false if the consent does not stand."""
    return connection.execute(_update_open(chat_id).values(trial_began=today)).rowcount == 1


def _update_open(chat_id: int) -> Update:
    """Return an update statement that changes a person's diary only if the consent stands."""
    return update(table).where(table.c.chat_id == chat_id, table.c.withdrawn_at.is_(None))


def is_in_trial(connection: Connection, chat_id: int) -> bool:
    """Return whether the person has begun a trial of their own that has not ended."""
    return connection.scalar(select(table.c.trial_began).where(table.c.chat_id == chat_id)) is not None


def end_trial(connection: Connection, chat_id: int) -> None:
    """End the person's own trial, and send nothing more about it."""
    connection.execute(update(table).where(table.c.chat_id == chat_id).values(trial_began=None))
    deferred.cancel(connection, chat_id, None, TRIAL_STRETCHING, TRIAL_END)


def end_trials(connection: Connection, before: date) -> None:
    """End the trials that began before a date, because their result is not shown any more."""
    connection.execute(update(table).where(table.c.trial_began < before).values(trial_began=None))


def set_keep_months(connection: Connection, chat_id: int, months: int) -> None:
    """Store how long the person's entries are kept."""
    connection.execute(update(table).where(table.c.chat_id == chat_id).values(keep_months=months))


def erase(connection: Connection, chat_id: int, now: datetime) -> None:
    """Delete a person's diary with its key, and leave a mark so that restoring a copy does not bring it back."""
    for personal in TABLES:
        connection.execute(delete(personal).where(personal.c.chat_id == chat_id))
    deferred.cancel(connection, chat_id, None, MORNING, TRIAL_STRETCHING, TRIAL_END)
    bot_state.put(connection, bot_state.ERASED, now.isoformat())
    erasure_marks.add(connection, chat_id, now, Scope.DIARY)


def erase_withdrawn(connection: Connection, before: datetime, now: datetime, limit: int) -> int:
    """Erase up to ``limit`` diaries whose consent was withdrawn before a time (UTC); return how many were erased."""
    chats = connection.scalars(select(table.c.chat_id).where(table.c.withdrawn_at < before).limit(limit)).all()
    for chat_id in chats:
        erase(connection, chat_id, now)
    return len(chats)


def key_of(diary: Diary, vault: Vault) -> bytes:
    """Return the person's own key. Raises ``bot.store.vault.SealError``."""
    return vault.unwrap(diary.key, _place(diary.chat_id))


def master_keys(connection: Connection) -> set[bytes]:
    """Return the ids of the master keys that are needed to open the stored diaries."""
    key_id = func.substr(diary_key.c.wrapped, 1, ID_BYTES)
    return {bytes(number) for number in connection.scalars(select(key_id).distinct())}


def wrap_again(connection: Connection, vault: Vault, after: int | None, limit: int) -> tuple[int, int | None]:
    """Wrap with the first master key what another one has wrapped. Then the other master keys can be thrown away.

    Looks at up to ``limit`` diaries whose chat ids are above ``after``, in order. A key that the vault cannot open
    stays as it is.

    Returns:
        How many keys were wrapped again, and the last chat id looked at. The chat id is None when none was left.

    """
    behind = diary_key.c.chat_id > after if after is not None else diary_key.c.chat_id.is_not(None)
    query = select(diary_key).where(behind).order_by(diary_key.c.chat_id).limit(limit).with_for_update()
    keys = {row.chat_id: bytes(row.wrapped) for row in connection.execute(query)}
    outdated = {chat: key for chat, key in keys.items() if not vault.is_current(key) and key[:ID_BYTES] in vault.ids}
    for chat_id, key in outdated.items():
        _store_key(connection, chat_id, vault.wrap(vault.unwrap(key, _place(chat_id)), _place(chat_id)))
    return len(outdated), max(keys, default=None)


def erase_unreadable(connection: Connection, vault: Vault, now: datetime) -> int:
    """Erase the diaries that no master key of the vault opens; return how many."""
    keys, chats = read_keys(connection), connection.scalars(select(table.c.chat_id)).all()
    unreadable = [chat_id for chat_id in chats if keys.get(chat_id, b"")[:ID_BYTES] not in vault.ids]
    for chat_id in unreadable:
        erase(connection, chat_id, now)
    return len(unreadable)


def read_keys(connection: Connection) -> dict[int, bytes]:
    """Return the wrapped key of each person."""
    return {row.chat_id: bytes(row.wrapped) for row in connection.execute(select(diary_key))}


def restore_keys(connection: Connection, keys: Mapping[int, bytes]) -> int:
    """Store ``keys`` for the diaries without a key, as after a restore; return how many diaries still have none."""
    missing = set(connection.scalars(select(table.c.chat_id))) - read_keys(connection).keys()
    for chat_id in missing & keys.keys():
        _store_key(connection, chat_id, keys[chat_id])
    return len(missing - keys.keys())


def format_keys(keys: Mapping[int, bytes]) -> list[str]:
    """Return wrapped keys as text, a line for each."""
    return [f"{chat_id} {wrapped.hex()}" for chat_id, wrapped in sorted(keys.items())]


def parse_keys(lines: Iterable[str]) -> dict[int, bytes]:
    """Return the keys that ``format_keys`` has written. Raises ``StoreError``."""
    try:
        return {int(chat_id): bytes.fromhex(wrapped) for chat_id, wrapped in map(str.split, lines)}
    except ValueError:
        raise StoreError("the file of keys is not one that `python -m bot diary-keys` has written") from None


def _place(chat_id: int) -> str:
    return f"key:{chat_id}"


# Built once, as building it takes about as long as executing it: relief for somebody with a diary runs it.
_READ = (
    select(table, diary_key.c.wrapped.label("key"))
    .select_from(table.outerjoin(diary_key, diary_key.c.chat_id == table.c.chat_id))
    .where(table.c.chat_id == bindparam("chat"))
)
