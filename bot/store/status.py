"""Numbers for the operators: the work that waits now, and the last day. They say nothing about one person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, TextClause, extract, func, select

from bot.store.tables import ACTIVE, OPEN_INBOX, OPEN_OUTBOX, InboxState, OutboxState, diary, inbox, outbox, schedule

ON_TIME = timedelta(seconds=60)
"""A reminder that is sent more than this after it was due counts as late."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Backlog:
    """Work that waits: when the oldest waiting reminder was due (UTC; None if none waits), and the open updates."""

    oldest_due: datetime | None
    inbox_open: int


def backlog(connection: Connection, now: datetime) -> Backlog:
    """Return the work that waits at ``now`` (UTC), planned or not. The number of people does not slow this down."""
    retried_later = outbox.c.not_before.is_not(None) & (outbox.c.not_before > now)
    # OPEN_OUTBOX, OPEN_INBOX and ACTIVE are the conditions of partial indexes: without them each query would read the
    # whole table, and this runs at every health check.
    due = (OPEN_OUTBOX, outbox.c.state == OutboxState.PENDING, outbox.c.due_at <= now, ~retried_later)
    planned = connection.scalar(select(func.min(outbox.c.due_at)).where(*due))
    unplanned = connection.scalar(select(func.min(schedule.c.next_at)).where(ACTIVE, schedule.c.next_at <= now))
    oldest = min((due_at for due_at in (planned, unplanned) if due_at), default=None)
    return Backlog(oldest, _count(connection, inbox.c.update_id, OPEN_INBOX))


@dataclass(frozen=True)
class LastDay:
    """The last 24 hours, and what is turned on now.

    Attributes:
        people: How many people have reminders on.
        kinds: How many of them have each kind on.
        diaries: How many people keep a diary.
        due: How many schedules are due within the next 24 hours.
        ends: How many reminders ended in each state.
        late: How many of those sent were more than a minute late.
        inbox_dead: How many updates could not be handled.

    """

    people: int
    kinds: dict[str, int]
    due: int
    ends: dict[str, int]
    late: int
    inbox_dead: int
    diaries: int = 0


def last_day(connection: Connection, now: datetime) -> LastDay:
    """Return the numbers of the 24 hours before ``now`` (UTC).

    This takes longer the more people there are, so only the operators' command may call it.
    """
    kinds = select(schedule.c.kind, func.count()).where(ACTIVE).group_by(schedule.c.kind).order_by(schedule.c.kind)
    ended = outbox.c.ended_at >= now - DAY
    ends = select(outbox.c.state, func.count()).where(ended).group_by(outbox.c.state)
    # Both in seconds since 1970, because the databases disagree on the type of a difference of two times.
    delay = extract("epoch", outbox.c.ended_at) - extract("epoch", outbox.c.due_at)
    late = (ended, outbox.c.state == OutboxState.SENT, delay > ON_TIME.total_seconds())
    dead = (inbox.c.received_at >= now - DAY, inbox.c.state == InboxState.DEAD)
    return LastDay(
        people=_count(connection, schedule.c.chat_id.distinct(), ACTIVE),
        kinds=_counts(connection, kinds),
        due=_count(connection, schedule.c.id, ACTIVE, schedule.c.next_at <= now + DAY),
        ends=_counts(connection, ends),
        late=_count(connection, outbox.c.id, *late),
        inbox_dead=_count(connection, inbox.c.update_id, *dead),
        diaries=_count(connection, diary.c.chat_id, diary.c.withdrawn_at.is_(None)),
    )


def _count(connection: Connection, counted: ColumnElement[int], *conditions: ColumnElement[bool] | TextClause) -> int:
    return connection.execute(select(func.count(counted)).where(*conditions)).scalar_one()


def _counts(connection: Connection, query: Select[str, int]) -> dict[str, int]:
    return {row[0]: row[1] for row in connection.execute(query)}
