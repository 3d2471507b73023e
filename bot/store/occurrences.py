"""What the outbox has of one schedule: the latest occurrence, and what waits to be sent."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.store import tally
from bot.store.schema import outbox
from bot.timetable import Occurrence


def last(connection: Connection, schedule_id: int) -> Occurrence | None:
    """The latest occurrence that was planned, if there was one; snoozes do not count."""
    query = (
        select(outbox.c.due_at, outbox.c.local_date, outbox.c.slot)
        .where(outbox.c.schedule_id == schedule_id, outbox.c.local_date.is_not(None), outbox.c.state != "cancelled")
        .order_by(outbox.c.local_date.desc(), outbox.c.slot.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return row and Occurrence(row.local_date, row.slot, row.due_at)


def keep_put_off(connection: Connection, schedule_id: int, version: int) -> None:
    """Carry what was put off over to the next version of its schedule: it hangs on no time of the schedule."""
    put_off = (outbox.c.schedule_id == schedule_id, outbox.c.local_date.is_(None))
    unended = outbox.c.state.in_(["pending", "claimed"])
    connection.execute(update(outbox).where(*put_off, unended).values(version=version))


def cancel(connection: Connection, schedule_id: int, version: int, now: datetime) -> None:
    """Cancel what is planned by older versions of a schedule and has not been claimed."""
    planned = (outbox.c.schedule_id == schedule_id, outbox.c.version < version, outbox.c.state == "pending")
    ended = connection.execute(update(outbox).where(*planned).values(state="cancelled", reason="changed", ended_at=now))
    tally.note(connection, "reminders", "cancelled", times=ended.rowcount)
