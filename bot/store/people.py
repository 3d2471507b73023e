"""What is known of each person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from typing import Any

from sqlalchemy import Connection, Update, bindparam, select, update

from bot.store.engine.dialect import insert, once
from bot.store.tables import person
from bot.timetable import Quiet, has_rules, is_quiet, local, minute_of_day, shifted

PERSON = tuple(column.name for column in person.c)
"""The columns of a person."""
BESIDE = tuple(column.label(f"person_{column.name}") for column in person.c)
"""The same, to be read beside something else, at the end of its row."""
_ONE = select(person).where(person.c.chat_id == bindparam("chat"))
_SOME = select(person).where(person.c.chat_id.in_(bindparam("chats", expanding=True)))
"""Made once: this is asked for every update, and to put a query together takes nearly as long as to answer it."""


@dataclass(frozen=True)
class Person:
    """One person, by the number of the private chat.

    ``language`` is None until chosen: then Telegram's word counts. ``zone`` is an IANA name, None until reminders are
    wanted, and if there are no rules for it, as after a step back to older ones. ``bedtime``, ``quiet_from`` and
    ``quiet_until`` are minutes of the local day. ``paused_until`` is UTC.
    ``told`` is the language of the person's Telegram, as far as it is needed when nobody writes.
    ``awaiting`` is what the next text is expected to be, until ``awaiting_until`` (UTC).
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
    told: str | None = None
    awaiting: str | None = None
    awaiting_until: datetime | None = None

    def __post_init__(self) -> None:
        if self.zone is not None and not has_rules(self.zone):
            object.__setattr__(self, "zone", None)

    @property
    def reachable(self) -> bool:
        """Whether reminders can be sent: the zone is known, and the bot is not blocked."""
        return self.zone is not None and not self.blocked

    @property
    def goes_to_bed(self) -> time:
        """The bedtime by the wall clock."""
        return shifted(time.min, self.bedtime)

    @property
    def quiet(self) -> Quiet:
        """The hours in which nothing is sent unasked."""
        return shifted(time.min, self.quiet_from), shifted(time.min, self.quiet_until)

    def rests(self, now: datetime) -> bool:
        """Whether these hours have begun on the person's clock, and not ended."""
        return self.zone is not None and is_quiet(local(now, self.zone).time(), self.quiet)

    def is_paused(self, now: datetime) -> bool:
        """Whether a pause has begun and not ended."""
        return self.paused_until is not None and now < self.paused_until

    def awaits(self, now: datetime) -> str | None:
        """What the next text is expected to be; None if nothing is, or no longer."""
        return self.awaiting if self.awaiting_until and now < self.awaiting_until else None


def beside(row: Sequence[Any]) -> Person | None:
    """The person at the end of a row, if one is known."""
    known = dict(zip(PERSON, row[-len(PERSON) :], strict=True))
    return None if known["chat_id"] is None else Person(**known)


def load(connection: Connection, chats: Iterable[int]) -> dict[int, Person]:
    """Those of these people who are known."""
    rows = connection.execute(_SOME, {"chats": [*set(chats)]}).mappings()
    return {row["chat_id"]: Person(**row) for row in rows}


def one(connection: Connection, chat_id: int) -> Person:
    """A person, known or not."""
    row = connection.execute(_ONE, {"chat": chat_id}).mappings().one_or_none()
    return Person(**row) if row else Person(chat_id)


def choose_language(connection: Connection, chat_id: int, language: str | None) -> Person:
    """Answer in this language from now on; None follows Telegram."""
    return _change(connection, chat_id, language=language)


def see_tip(connection: Connection, chat_id: int) -> Person:
    """Count one more tip as seen."""
    connection.execute(_meet(connection), {"chat_id": chat_id})
    return _changed(connection, _SEE_TIP, {"chat": chat_id})


def live_in(connection: Connection, chat_id: int, zone: str) -> Person:
    """Read the person's clock by this IANA zone from now on."""
    return _change(connection, chat_id, zone=zone)


def sleep_at(connection: Connection, chat_id: int, bedtime: time) -> Person:
    """Take this local time as bedtime."""
    return _change(connection, chat_id, bedtime=minute_of_day(bedtime))


def rest(connection: Connection, chat_id: int, quiet: Quiet) -> Person:
    """Send nothing unasked in these hours."""
    return _change(connection, chat_id, quiet_from=minute_of_day(quiet[0]), quiet_until=minute_of_day(quiet[1]))


def pause(connection: Connection, chat_id: int, until: datetime | None) -> Person:
    """Send no reminders before ``until`` (UTC); None ends a pause."""
    return _change(connection, chat_id, paused_until=until)


def block(connection: Connection, chat_id: int, blocked: bool) -> Person:
    """Take note that the person, if known, has blocked the bot or has come back."""
    return _correct(connection, chat_id, blocked=blocked)


def speak(connection: Connection, chat_id: int, told: str) -> Person:
    """Take note of the language that Telegram tells, for messages that answer nothing."""
    return _change(connection, chat_id, told=told)


def expect(connection: Connection, chat_id: int, awaiting: str | None, until: datetime | None = None) -> Person:
    """Take the next text as this (at most 40 characters) until then (UTC); None takes none."""
    return _change(connection, chat_id, awaiting=awaiting, awaiting_until=until)


def _change(connection: Connection, chat_id: int, **changes: Any) -> Person:
    """Nobody becomes known by what is only taken back."""
    if any(value is not None for value in changes.values()):
        connection.execute(_meet(connection), {"chat_id": chat_id})
    return _correct(connection, chat_id, **changes)


def _correct(connection: Connection, chat_id: int, **changes: Any) -> Person:
    """Change what is known; nobody becomes known by it."""
    new = {f"new_{name}": value for name, value in changes.items()}
    return _changed(connection, _change_of(*changes), {"chat": chat_id, **new})


def _changed(connection: Connection, change: Update, given: dict[str, Any]) -> Person:
    row = connection.execute(change, given).mappings().one_or_none()
    return Person(**row) if row else Person(given["chat"])


@once
def _meet(connection: Connection) -> Any:
    return insert(connection, person).on_conflict_do_nothing()


@cache
def _change_of(*names: str) -> Update:
    return _UPDATE.values({name: bindparam(f"new_{name}") for name in names})


_UPDATE = update(person).where(person.c.chat_id == bindparam("chat")).returning(person)
_SEE_TIP = _UPDATE.values(tips_seen=person.c.tips_seen + 1)
