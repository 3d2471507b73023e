"""The entries of the diaries: each is a cramp, sealed with its person's key."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, or_, select, update

from bot.parsing import lenient_json
from bot.store import diaries
from bot.store.diaries import Diary
from bot.store.engine.dialect import insert
from bot.store.tables import cramp as table
from bot.store.tables import diary as diary_table
from bot.store.vault import Vault, seal, unseal
from bot.timetable import month_of

MOST_CRAMPS = 5000
"""Entries in one diary: seven a day for two years. More would be a mistake, or an attack."""
NUMBER_BITS = 48
"""Bits of a new entry's number, so that two messages do not share one."""
WORST_PAIN = 10
OLDEST = timedelta(days=2 * 366)
"""The greatest age of a new entry's cramp. Nobody keeps entries for longer."""
LONGEST_NOTE = 4096
"""Characters of a note: as many as a message can have."""


class Side(StrEnum):
    """The leg, or both legs, that cramped."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


class Muscle(StrEnum):
    """The muscle that cramped. A doctor is interested in cramps outside calf and foot."""

    CALF = "calf"
    FOOT = "foot"
    HAMSTRING = "hamstring"
    THIGH = "thigh"
    OTHER = "other"


class Lasted(StrEnum):
    """How many minutes the cramp lasted."""

    UNDER_1 = "under_1"
    TO_5 = "to_5"
    TO_10 = "to_10"
    OVER_10 = "over_10"


class Situation(StrEnum):
    """What the person was doing. ``WALKING``: the cramp came while they walked, and went at rest."""

    ASLEEP = "asleep"
    RESTING = "resting"
    EXERCISING = "exercising"
    AFTER_EXERCISE = "after_exercise"
    WALKING = "walking"


class Helped(StrEnum):
    """What the person did that helped."""

    STRETCH = "stretch"
    RUB = "rub"
    WARM = "warm"
    WALK = "walk"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Cramp:
    """One cramp. Only the time is always known; a field is None if the person has not said it.

    Raises ``ValueError`` for an impossible pain or note, which a made-up button may send.

    Attributes:
        at: When it was (UTC, whole minutes).
        zone: The IANA zone in which the person was then. None if it was not known.
        pain: 0 to 10.
        note: The person's own words.
        number: Identifies the entry in its diary.

    """

    at: datetime
    zone: str | None = None
    side: Side | None = None
    muscle: Muscle | None = None
    lasted: Lasted | None = None
    pain: int | None = None
    situation: Situation | None = None
    helped: Helped | None = None
    woke: bool | None = None
    note: str | None = None
    number: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        if self.pain is not None and not 0 <= self.pain <= WORST_PAIN:
            raise ValueError("a pain is from 0 to 10")
        if self.note is not None and len(self.note) > LONGEST_NOTE:
            raise ValueError("the note is too long")
        object.__setattr__(self, "at", self.at.astimezone(timezone.utc).replace(second=0, microsecond=0))

    def as_dict(self) -> dict[str, Any]:
        """Return the known fields of the cramp, as JSON values, without ``number``."""
        values = {name: value for name, value in asdict(self).items() if value is not None and name != "number"}
        return {**values, "at": self.at.isoformat()}


KINDS = {"side": Side, "muscle": Muscle, "lasted": Lasted, "situation": Situation, "helped": Helped}
"""The fields whose answer is one of a list, and the list."""


def from_dict(values: Mapping[str, Any], number: int = 0) -> Cramp:
    """Return the cramp that ``as_dict`` described. Raises ``ValueError`` and ``TypeError`` for anything else."""
    kinds = {name: kind(values[name]) for name, kind in KINDS.items() if name in values}
    return Cramp(**{**values, **kinds, "at": datetime.fromisoformat(values["at"])}, number=number)


@dataclass(frozen=True)
class SealedCramps:
    """A diary and its entries as they are stored. Opening them takes a while, so the caller does it in a thread.

    Attributes:
        diary: The diary.
        rows: The number of each entry, and its sealed fields.
        has_older: Whether older entries were left out.

    """

    diary: Diary
    rows: Sequence[tuple[int, bytes]]
    has_older: bool = False

    def open(self, vault: Vault) -> list[Cramp]:
        """Return the entries, the oldest first. Raises ``bot.store.vault.SealError``."""
        if not self.rows:
            return []
        key, chat_id = diaries.key_of(self.diary, vault), self.diary.chat_id
        return sorted((_open(key, chat_id, *row) for row in self.rows), key=lambda cramp: (cramp.at, cramp.number))


@dataclass(frozen=True)
class SealedPage:
    """One page of a diary as it is stored: ``number`` entries, the latest first, after skipping ``first`` of them.

    ``sealed`` has the entries of the months that the page needs, and ``first`` counts from the latest of these.
    """

    sealed: SealedCramps
    first: int
    number: int

    def open(self, vault: Vault) -> list[Cramp]:
        """Return the entries, the latest first. Raises ``bot.store.vault.SealError``."""
        return self.sealed.open(vault)[::-1][self.first : self.first + self.number]


def read(connection: Connection, chat_id: int, since: date | None = None) -> SealedCramps | None:
    """Return a person's diary with its entries; None if the person has none.

    With ``since``, entries of earlier months are left out. Earlier entries of the same month are not, because only the
    month of an entry can be read before it is opened.
    """
    diary = diaries.read(connection, chat_id)
    if diary is None:
        return None
    query, has_older = select(table.c.number, table.c.sealed).where(table.c.chat_id == chat_id), False
    if since:  # a local date: in UTC, its cramps may be of the day before
        first_month = month_of(since - timedelta(days=1))
        older = exists().where(table.c.chat_id == chat_id, table.c.month < first_month)
        query, has_older = query.where(table.c.month >= first_month), bool(connection.scalar(select(older)))
    rows = connection.execute(query)
    return SealedCramps(diary, [(row.number, row.sealed) for row in rows], has_older)


def read_page(connection: Connection, chat_id: int, first: int, number: int) -> SealedPage | None:
    """Return up to ``number`` entries, the latest first, after skipping ``first``; None if the person has no diary.

    Only the months that have these entries are read.
    """
    diary = diaries.read(connection, chat_id)
    if diary is None:
        return None
    query = select(table.c.month, func.count()).where(table.c.chat_id == chat_id).group_by(table.c.month)
    newer = position = 0
    months: list[int] = []
    for month, entries in connection.execute(query.order_by(table.c.month.desc())).all():
        if position + entries <= first:
            newer = position + entries
        elif position < first + number:
            months.append(month)
        position += entries
    chosen = select(table.c.number, table.c.sealed).where(table.c.chat_id == chat_id, table.c.month.in_(months))
    rows = connection.execute(chosen)
    return SealedPage(SealedCramps(diary, [(row.number, row.sealed) for row in rows]), first - newer, number)


def get(connection: Connection, chat_id: int, vault: Vault, number: int) -> Cramp | None:
    """Return one entry; None if the person has none of this number."""
    diary = diaries.read(connection, chat_id)
    return _get(connection, diary, vault, number) if diary else None


def _get(connection: Connection, diary: Diary, vault: Vault, number: int) -> Cramp | None:
    row = connection.execute(select(table).where(*_is(diary.chat_id, number))).first()
    return _open(diaries.key_of(diary, vault), diary.chat_id, row.number, row.sealed) if row else None


def of_message(connection: Connection, chat_id: int, vault: Vault, message_id: int) -> Cramp | None:
    """Return the entry that was logged from a message; None if there is none."""
    diary = diaries.read(connection, chat_id)
    return _get(connection, diary, vault, _number(diary, vault, message_id)) if diary else None


def _number(diary: Diary, vault: Vault, message_id: int) -> int:
    """Return the number of the entry of a message. Only the person's key shows which message it was."""
    digest = hmac.digest(diaries.key_of(diary, vault), f"number:{message_id}".encode(), hashlib.sha256)
    return int.from_bytes(digest[: NUMBER_BITS // 8], "big")


def add(
    connection: Connection, chat_id: int, vault: Vault, cramp: Cramp, *, message_id: int, now: datetime
) -> Cramp | None:
    """Store a new entry and return it with its number.

    A message makes one entry, however often its buttons are pressed. Later calls return the first entry.

    Returns:
        None if the diary is not open or is full, or if the cramp is later than ``now`` (UTC) or older than ``OLDEST``.

    """
    diary = diaries.read(connection, chat_id)
    if diary is None or not diary.is_open:
        return None
    number = _number(diary, vault, message_id)
    if stored := _get(connection, diary, vault, number):
        return stored
    if is_full(connection, chat_id) or not _is_possible(cramp.at, now):
        return None
    numbered = replace(cramp, number=number)
    connection.execute(insert(connection, table).values(chat_id=chat_id, **_columns(diary, vault, numbered)))
    return numbered


def is_full(connection: Connection, chat_id: int) -> bool:
    """Return whether a diary has as many entries as it can have."""
    return count(connection, chat_id) >= MOST_CRAMPS


def count(connection: Connection, chat_id: int) -> int:
    """Return how many entries a diary has."""
    return connection.scalar(select(func.count()).select_from(table).where(table.c.chat_id == chat_id)) or 0


def change(
    connection: Connection, chat_id: int, vault: Vault, number: int, *, now: datetime, **values: Any
) -> Cramp | None:
    """Change some fields of an entry and return it. A new time must be one that ``add`` would accept.

    Returns:
        None if there is no such entry, if the new time is not acceptable, or if the diary is not open.

    """
    diary = diaries.read(connection, chat_id)
    if diary is None or not diary.is_open or not (cramp := _get(connection, diary, vault, number)):
        return None
    changed = replace(cramp, **values)
    if changed.at != cramp.at and not _is_possible(changed.at, now):
        return None
    connection.execute(update(table).where(*_is(chat_id, number)).values(_columns(diary, vault, changed)))
    return changed


def _is_possible(at: datetime, now: datetime) -> bool:
    return now - OLDEST <= at <= now


def remove(connection: Connection, chat_id: int, number: int) -> None:
    """Delete an entry."""
    connection.execute(delete(table).where(*_is(chat_id, number)))


def delete_old(connection: Connection, now: datetime) -> int:
    """Delete the entries that are older than the person chose to keep them; return how many were deleted."""
    choices = connection.scalars(select(diary_table.c.keep_months).distinct()).all()
    conditions = [
        and_(
            table.c.month < month_of(now.date(), months),
            table.c.chat_id.in_(select(diary_table.c.chat_id).where(diary_table.c.keep_months == months)),
        )
        for months in choices
    ]
    return connection.execute(delete(table).where(or_(*conditions))).rowcount if conditions else 0


def _columns(diary: Diary, vault: Vault, cramp: Cramp) -> dict[str, Any]:
    data = lenient_json.dumps(cramp.as_dict())
    sealed = seal(diaries.key_of(diary, vault), data, _place(diary.chat_id, cramp.number))
    return {"number": cramp.number, "month": month_of(cramp.at.date()), "sealed": sealed}


def _open(key: bytes, chat_id: int, number: int, sealed: bytes) -> Cramp:
    return from_dict(lenient_json.loads(unseal(key, bytes(sealed), _place(chat_id, number))), number)


def _place(chat_id: int, number: int) -> str:
    return f"cramp:{chat_id}:{number}"


def _is(chat_id: int, number: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return table.c.chat_id == chat_id, table.c.number == number
