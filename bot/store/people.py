"""What is known of each person, and every change to it."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Update, bindparam, exists, select, update

from bot.parsing.places.names import country_of
from bot.store.engine.dialect import insert, once_per_database
from bot.store.tables import diary, person
from bot.timetable import Quiet, has_rules, is_quiet, local, minute_of_day, shifted

T = TypeVar("T")
Effect = Callable[[Connection, int], T]
"""A change to what is stored of a person, given the id of the private chat. Returns the result of the change."""


@dataclass(frozen=True)
class Person:
    """One person, identified by the id of the private chat with the bot.

    Attributes:
        chat_id: Telegram's id of the private chat, which is also that of the person.
        language: The language that the person chose. None: the language of their Telegram.
        tips_seen: How many tips the person has received.
        zone: An IANA name. None until the person turns reminders on, and if the installed tzdata has no rules for it,
            for example after a downgrade.
        bedtime: A minute of the local day.
        quiet_from: A minute of the local day. The quiet hours begin with it.
        quiet_until: A minute of the local day. The quiet hours end before it.
        paused_until: The end of a pause (UTC), which may already be past. None without a pause.
        blocked: Whether the person has blocked the bot.
        telegram_language: The language of the person's Telegram, for messages that answer no update.
        awaiting: What the next text is expected to be. None: nothing in particular.
        awaiting_until: The time (UTC) after which the next text is an ordinary one again.
        end_sound: Whether a message with a sound comes after guided stretching.
        reviewed_at: When it was asked whether stretching helps (UTC). None: never.
        has_diary: Whether there is a diary, even one that is closed.
        heard_in: The first day of the month in which the person was last heard. None: not noted yet.
        erase_on: The day on which everything about the person is erased, because they are silent. None: never.

    """

    chat_id: int
    language: str | None = None
    tips_seen: int = 0
    zone: str | None = None
    bedtime: int = 22 * 60
    quiet_from: int = 22 * 60
    quiet_until: int = 7 * 60
    paused_until: datetime | None = None
    blocked: bool = False
    telegram_language: str | None = None
    awaiting: str | None = None
    awaiting_until: datetime | None = None
    end_sound: bool = False
    reviewed_at: datetime | None = None
    has_diary: bool = False
    heard_in: date | None = None
    erase_on: date | None = None

    def __post_init__(self) -> None:
        if self.zone is not None and not has_rules(self.zone):
            object.__setattr__(self, "zone", None)

    @property
    def reachable(self) -> bool:
        """Whether reminders can be sent: the zone is known, and the bot is not blocked."""
        return self.zone is not None and not self.blocked

    @property
    def country(self) -> str | None:
        """The country (ISO 3166 code) that the zone belongs to. None if it is unknown."""
        return country_of(self.zone) if self.zone else None

    @property
    def local_bedtime(self) -> time:
        """The bedtime on the person's wall clock."""
        return shifted(time.min, self.bedtime)

    @property
    def quiet(self) -> Quiet:
        """The quiet hours on the person's wall clock. Only replies are sent in them."""
        return shifted(time.min, self.quiet_from), shifted(time.min, self.quiet_until)

    def is_in_quiet_hours(self, now: datetime) -> bool:
        """Return whether it is quiet hours for the person at ``now`` (UTC)."""
        return self.zone is not None and is_quiet(local(now, self.zone).time(), self.quiet)

    def is_paused(self, now: datetime) -> bool:
        """Return whether the person's reminders are paused at ``now`` (UTC)."""
        return self.paused_until is not None and now < self.paused_until

    def awaits(self, now: datetime) -> str | None:
        """Return what a text that arrives at ``now`` (UTC) is expected to be; None if nothing is expected."""
        return self.awaiting if self.awaiting_until and now < self.awaiting_until else None


_HAS_DIARY = exists().where(diary.c.chat_id == person.c.chat_id).correlate(person)
# A column's attribute can differ from its name in the database. Without a label, a result has the database's name.
_SELECTED: dict[str, ColumnElement[Any]] = {**person.c, "has_diary": _HAS_DIARY}
_COLUMNS = tuple(column.label(name) for name, column in _SELECTED.items())
NAMES = tuple(_SELECTED)
"""The names of a person's columns."""
JOINED_COLUMNS = tuple(column.label(f"person_{name}") for name, column in _SELECTED.items())
"""A person's columns under names of their own, to be selected last in a query that joins the table."""


def get(connection: Connection, chat_id: int) -> Person:
    """Return a person, with the defaults if nothing is stored."""
    row = connection.execute(_ONE, {"chat": chat_id}).mappings().one_or_none()
    return Person(**row) if row else Person(chat_id)


def get_known(connection: Connection, chat_ids: Iterable[int]) -> dict[int, Person]:
    """Return the stored people among these chat ids, by chat id."""
    rows = connection.execute(_SOME, {"chats": [*set(chat_ids)]}).mappings()
    return {row["chat_id"]: Person(**row) for row in rows}


def from_joined(row: Sequence[Any]) -> Person | None:
    """Return the person in a row that ends with ``JOINED_COLUMNS``; None if the join found none."""
    values = dict(zip(NAMES, row[-len(NAMES) :], strict=True))
    return None if values["chat_id"] is None else Person(**values)


def note(connection: Connection, chat_id: int) -> None:
    """Make sure that the person has a row."""
    connection.execute(_insert(connection), {"chat_id": chat_id})


def set_language(connection: Connection, chat_id: int, language: str | None) -> Person:
    """Store the language that the person chose. With None, the bot follows the language of their Telegram."""
    return _set(connection, chat_id, language=language)


def count_tip(connection: Connection, chat_id: int) -> Person:
    """Count one more tip as seen."""
    note(connection, chat_id)
    # The database adds, not the caller: two presses at the same time count as two.
    return _execute(connection, _COUNT_TIP, {"chat": chat_id})


def count_tips(connection: Connection, chat_ids: Collection[int]) -> None:
    """Count one more tip as seen for each of these people, who must all be stored."""
    if chat_ids:
        connection.execute(_COUNT_TIPS, [{"chat": chat_id} for chat_id in chat_ids])


def set_zone(connection: Connection, chat_id: int, zone: str) -> Person:
    """Store the person's time zone, an IANA name."""
    return _set(connection, chat_id, zone=zone)


def set_bedtime(connection: Connection, chat_id: int, bedtime: time) -> Person:
    """Store the person's bedtime, a local time."""
    return _set(connection, chat_id, bedtime=minute_of_day(bedtime))


def set_quiet_hours(connection: Connection, chat_id: int, quiet: Quiet) -> Person:
    """Store the person's quiet hours, two local times."""
    return _set(connection, chat_id, quiet_from=minute_of_day(quiet[0]), quiet_until=minute_of_day(quiet[1]))


def pause(connection: Connection, chat_id: int, until: datetime | None) -> Person:
    """Pause all reminders until a time (UTC); None ends a pause."""
    return _set(connection, chat_id, paused_until=until)


def set_blocked(connection: Connection, chat_id: int, blocked: bool) -> Person:
    """Store whether the person has blocked the bot, if anything is stored of the person."""
    return _set_if_known(connection, chat_id, blocked=blocked)


def set_telegram_language(connection: Connection, chat_id: int, language: str) -> Person:
    """Store the language of the person's Telegram, for messages that answer no update."""
    return _set(connection, chat_id, telegram_language=language)


def set_awaiting(connection: Connection, chat_id: int, awaiting: str | None, until: datetime | None = None) -> Person:
    """Store what the person's next text is expected to be (at most 40 characters) until a time (UTC); None: nothing."""
    return _set(connection, chat_id, awaiting=awaiting, awaiting_until=until)


def set_end_sound(connection: Connection, chat_id: int, end_sound: bool) -> Person:
    """Store whether a message with a sound comes after guided stretching."""
    return _set(connection, chat_id, end_sound=end_sound)


def set_reviewed(connection: Connection, chat_id: int, at: datetime) -> Person:
    """Store when it was asked whether stretching helps (UTC), if anything is stored of the person."""
    return _set_if_known(connection, chat_id, reviewed_at=at)


def _set(connection: Connection, chat_id: int, **values: Any) -> Person:
    # Clearing a value never creates a row: nothing about an erased person may come back.
    if any(value is not None for value in values.values()):
        note(connection, chat_id)
    return _set_if_known(connection, chat_id, **values)


def _set_if_known(connection: Connection, chat_id: int, **values: Any) -> Person:
    new = {f"new_{name}": value for name, value in values.items()}
    return _execute(connection, _update(*values), {"chat": chat_id, **new})


def _execute(connection: Connection, statement: Update, parameters: dict[str, Any]) -> Person:
    """Change a person, and return the result. RETURNING saves the query that every handler would make next."""
    row = connection.execute(statement, parameters).mappings().one_or_none()
    return Person(**row) if row else Person(parameters["chat"])


# Each statement is built once: building one takes about as long as executing it, and these run for every update.
_ONE = select(*_COLUMNS).where(person.c.chat_id == bindparam("chat"))
_SOME = select(*_COLUMNS).where(person.c.chat_id.in_(bindparam("chats", expanding=True)))
_UPDATE = update(person).where(person.c.chat_id == bindparam("chat")).returning(*_COLUMNS)
_COUNT_TIP = _UPDATE.values(tips_seen=person.c.tips_seen + 1)
_COUNT_TIPS = update(person).where(person.c.chat_id == bindparam("chat")).values(tips_seen=person.c.tips_seen + 1)


@once_per_database
def _insert(connection: Connection) -> Any:
    return insert(connection, person).on_conflict_do_nothing()


@cache
def _update(*names: str) -> Update:
    # The parameters have names of their own, because SQLAlchemy reserves those of the columns for the values.
    return _UPDATE.values({name: bindparam(f"new_{name}") for name in names})
