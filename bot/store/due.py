"""What is due now, found with one statement, so that a bot with nothing to do does next to nothing."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, Connection, bindparam, exists, select

from bot.store.claiming import sendable
from bot.store.tables import ACTIVE, Priority, run, schedule


class Due(NamedTuple):
    """Whether there are schedules that are due, rows of the outbox that may be claimed, and runs to be edited.

    Runs of people in pain are left out.
    """

    schedules: bool
    messages: bool
    runs: bool


def find(connection: Connection, now: datetime) -> Due:
    """Return what is due at ``now`` (UTC). Only rows that are due, and rows that are to be sent again, are read."""
    return Due(*map(bool, connection.execute(_FIND, {"now": now}).one()))


_NOW: BindParameter[datetime] = bindparam("now")
_FIND = select(
    exists().where(ACTIVE, schedule.c.next_at <= _NOW),
    # Each priority has a condition of its own, because the index begins with the priority.
    exists().where(*sendable(Priority.URGENT)) | exists().where(*sendable(Priority.NORMAL)),
    exists().where(run.c.priority == Priority.NORMAL, run.c.due_at <= _NOW),
)
