"""What is due now, found with one statement, so that a bot with nothing to do does next to nothing."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, Connection, bindparam, exists, select

from bot.store.claiming import sendable
from bot.store.tables import ACTIVE, Priority, run, schedule


class Due(NamedTuple):
    """Whether there are due schedules, rows of the outbox that may be claimed, and runs to be edited."""

    schedules: bool
    messages: bool
    urgent_runs: bool
    normal_runs: bool


def find(connection: Connection, now: datetime) -> Due:
    """Return what is due at ``now`` (UTC). The number of people does not slow this down."""
    return Due(*map(bool, connection.execute(_FIND, {"now": now}).one()))


_NOW: BindParameter[datetime] = bindparam("now")
# Each priority is asked for alone: the indexes begin with it.
_FIND = select(
    exists().where(ACTIVE, schedule.c.next_at <= _NOW),
    exists().where(*sendable(Priority.URGENT)) | exists().where(*sendable(Priority.NORMAL)),
    *(exists().where(run.c.priority == priority, run.c.due_at <= _NOW) for priority in Priority),
)
