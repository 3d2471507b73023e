"""How much there is, for those who run the bot: numbers only, and never anything of a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, extract, func, select

from bot.store.tables import ACTIVE, OPEN_INBOX, OPEN_OUTBOX, InboxState, OutboxState, inbox, outbox, schedule

ON_TIME = timedelta(seconds=60)
"""What is sent later than this is late."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Waiting:
    """When what has waited longest was due (UTC), if anything waits, and how many updates are not handled yet."""

    oldest_due: datetime | None
    inbox_open: int


def waiting(connection: Connection, now: datetime) -> Waiting:
    """What waits now, planned or not. Takes no longer however many people there are."""
    put_off = outbox.c.not_before.is_not(None) & (outbox.c.not_before > now)
    sendable = (OPEN_OUTBOX, outbox.c.state == OutboxState.PENDING, outbox.c.due_at <= now)
    due = select(func.min(outbox.c.due_at)).where(*sendable)
    unplanned = select(func.min(schedule.c.next_at)).where(ACTIVE, schedule.c.next_at <= now)
    oldest = [found for query in (due.where(~put_off), unplanned) if (found := connection.scalar(query))]
    return Waiting(min(oldest, default=None), _number(connection, _rows(inbox.c.update_id).where(OPEN_INBOX)))


@dataclass(frozen=True)
class Day:
    """The last 24 hours, and what is on.

    ``people`` have reminders on, ``kinds`` of them how often each; ``due`` schedules remind within the next 24 hours.
    ``ends``: how reminders ended, by their end; ``late``: how many of those sent were more than a minute late.
    """

    people: int
    kinds: dict[str, int]
    due: int
    ends: dict[str, int]
    late: int
    inbox_dead: int


def day(connection: Connection, now: datetime) -> Day:
    """How it was and is; takes the longer the more people there are, so it is for the few who may ask."""
    kinds = select(schedule.c.kind, func.count()).where(ACTIVE).group_by(schedule.c.kind).order_by(schedule.c.kind)
    ended = outbox.c.ended_at >= now - DAY
    ends = select(outbox.c.state, func.count()).where(ended).group_by(outbox.c.state)
    lateness = extract("epoch", outbox.c.ended_at) - extract("epoch", outbox.c.due_at)
    late = _rows(outbox.c.id).where(ended, outbox.c.state == OutboxState.SENT, lateness > ON_TIME.total_seconds())
    dead = _rows(inbox.c.update_id).where(inbox.c.received_at >= now - DAY, inbox.c.state == InboxState.DEAD)
    return Day(
        people=_number(connection, select(func.count(schedule.c.chat_id.distinct())).where(ACTIVE)),
        kinds=_by_name(connection, kinds),
        due=_number(connection, _rows(schedule.c.id).where(ACTIVE, schedule.c.next_at <= now + DAY)),
        ends=_by_name(connection, ends),
        late=_number(connection, late),
        inbox_dead=_number(connection, dead),
    )


def _rows(key: ColumnElement[int]) -> Select[int]:
    return select(func.count(key))


def _number(connection: Connection, query: Select[int]) -> int:
    return connection.execute(query).scalar_one()


def _by_name(connection: Connection, query: Select[str, int]) -> dict[str, int]:
    return {row[0]: row[1] for row in connection.execute(query)}
