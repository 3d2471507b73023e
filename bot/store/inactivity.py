"""People who have been silent for a year: each gets one notice, and four weeks later everything about them is erased.

Only the month in which a person last wrote or pressed something is kept: they were heard in it. Somebody who has
blocked the bot gets no notice.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, exists, select, update

from bot.store import deferred, erasure
from bot.store.people import Person, get_known
from bot.store.tables import OutboxState, outbox, person
from bot.timetable import after_quiet, month_of

NOTICE = "inactivity.notice"
"""The kind of the message that announces the erasure to a silent person."""
TOLD_AFTER, ERASED_AFTER = 12, 13
"""Months until the notice, and until the erasure of somebody who has blocked the bot and gets no notice.

The month in which the person was last heard counts too. So nobody is erased within twelve whole months.
"""
NOTICE_PERIOD = timedelta(weeks=4)
"""The time between the notice and the erasure. The notice's row, which proves that it was sent, is kept for longer."""


def unnoted(persons: Iterable[Person], now: datetime) -> list[int]:
    """Return the chat ids of the people whose row does not say yet that they were heard in this month."""
    month = month_of(now.date())
    return [known.chat_id for known in persons if known.heard_in != month]


def note_heard(connection: Connection, chat_ids: Iterable[int], now: datetime) -> None:
    """Store that these people were heard at ``now`` (UTC), and call off their erasure. Unknown people stay unknown."""
    month = month_of(now.date())
    connection.execute(_HEARD, [{"chat": chat_id, "month": month} for chat_id in sorted(chat_ids)])


def begin_counting(connection: Connection, now: datetime, limit: int) -> int:
    """Begin at ``now`` (UTC) to count the silence of up to ``limit`` people who have no month yet; return how many."""
    some = select(person.c.chat_id).where(person.c.heard_in.is_(None)).limit(limit)
    starting = update(person).where(person.c.chat_id.in_(some)).values(heard_in=month_of(now.date()))
    return connection.execute(starting).rowcount


def tell(connection: Connection, now: datetime, limit: int) -> int:
    """Plan the notice for up to ``limit`` people who are due to get it, outside their quiet hours; return how many."""
    is_silent = person.c.heard_in <= month_of(now.date(), TOLD_AFTER)
    silent = select(person.c.chat_id).where(is_silent, person.c.erase_on.is_(None), ~person.c.blocked).limit(limit)
    recipients = get_known(connection, connection.scalars(silent))
    for chat_id, recipient in recipients.items():
        due = after_quiet(now, recipient.zone, recipient.quiet) if recipient.zone else now
        deferred.send(connection, NOTICE, chat_id, due)
        erase_on = (due + NOTICE_PERIOD).date()
        connection.execute(update(person).where(person.c.chat_id == chat_id).values(erase_on=erase_on))
    return len(recipients)


def erase(connection: Connection, now: datetime, limit: int) -> int:
    """Erase up to ``limit`` people whose notice period is over, or who blocked the bot and were not heard for a year.

    If the notice could not be sent, for example during an outage, the person is not erased and will get it again.
    Returns how many were erased.
    """
    is_due = person.c.erase_on <= now.date()
    connection.execute(update(person).where(is_due, ~_IS_TOLD, ~person.c.blocked).values(erase_on=None))
    is_gone = person.c.blocked & (person.c.heard_in <= month_of(now.date(), ERASED_AFTER))
    chat_ids = connection.scalars(
        select(person.c.chat_id).where(is_gone | (is_due & ~person.c.blocked)).limit(limit)
    ).all()
    for chat_id in chat_ids:
        erasure.erase_person(connection, chat_id, now)
    return len(chat_ids)


_HEARD = update(person).where(person.c.chat_id == bindparam("chat")).values(heard_in=bindparam("month"), erase_on=None)
_IS_TOLD = exists().where(
    outbox.c.chat_id == person.c.chat_id,
    outbox.c.kind == NOTICE,
    outbox.c.state.in_([OutboxState.SENT, OutboxState.PRESUMED]),
)
