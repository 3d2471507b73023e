"""The evenings on which a person stretched: each local date counts once."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, bindparam, delete, func, select

from bot.store.engine.dialect import insert
from bot.store.tables import diary, evening

WEEK_DAYS = 7
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Evenings:
    """How often a person stretched in the last week.

    Attributes:
        done: On how many of the last ``days`` evenings the person stretched.
        days: Seven, or fewer if the first stored evening is more recent.
        first: The local date of the first stored evening. None if there is none.

    """

    done: int
    days: int
    first: date | None


def log(connection: Connection, chat_id: int, day: date) -> None:
    """Store that a person stretched on a local date. A second time on the same date changes nothing."""
    connection.execute(insert(connection, evening).on_conflict_do_nothing(), [{"chat_id": chat_id, "day": day}])


def read(connection: Connection, chat_id: int, day: date) -> Evenings:
    """Return how often a person stretched in the week that ends with a local date."""
    first = connection.execute(_FIRST, {"chat": chat_id}).scalar_one()
    if first is None or first > day:
        return Evenings(0, 0, first)
    begin = max(first, day - (WEEK_DAYS - 1) * _DAY)
    return Evenings(count(connection, chat_id, begin, day), (day - begin).days + 1, first)


def count(connection: Connection, chat_id: int, first: date, last: date) -> int:
    """Return on how many evenings a person stretched from the local date ``first`` to ``last``."""
    return connection.execute(_COUNT, {"chat": chat_id, "begin": first, "last": last}).scalar_one()


def delete_old(connection: Connection, before: date, most: int) -> int:
    """Delete up to ``most`` evenings before a date, except those of people in a trial; return how many were deleted."""
    in_trial = select(diary.c.chat_id).where(diary.c.trial_began.is_not(None))
    is_old = (evening.c.day < before) & evening.c.chat_id.not_in(in_trial)
    old = select(evening.c.chat_id, evening.c.day).where(is_old).limit(most)
    rows = [{"chat": row.chat_id, "of_day": row.day} for row in connection.execute(old)]
    if rows:
        connection.execute(_DELETE, rows)
    return len(rows)


# Each statement is built once: building one takes about as long as executing it.
_FIRST = select(func.min(evening.c.day)).where(evening.c.chat_id == bindparam("chat"))
_COUNT = select(func.count(evening.c.day)).where(
    evening.c.chat_id == bindparam("chat"), evening.c.day.between(bindparam("begin"), bindparam("last"))
)
_DELETE = delete(evening).where(evening.c.chat_id == bindparam("chat"), evening.c.day == bindparam("of_day"))
