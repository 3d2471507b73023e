"""The inbox: every update is a row here before Telegram is told that it arrived."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from bot.store.dialect import insert
from bot.store.schema import inbox

OPEN = ("new", "applied")


def add(connection: Connection, updates: Sequence[tuple[int, bytes]], now: datetime) -> set[int]:
    """Store updates (number, raw) and return the numbers among them that are still to be handled."""
    rows = [{"update_id": number, "raw": raw, "received_at": now} for number, raw in updates]
    connection.execute(insert(connection, inbox).on_conflict_do_nothing(), rows)
    numbers = [number for number, _ in updates]
    found = connection.scalars(select(inbox.c.update_id).where(inbox.c.update_id.in_(numbers), inbox.c.state.in_(OPEN)))
    return set(found)


def unfinished(connection: Connection) -> list[tuple[int, bytes]]:
    """What an earlier run left, in Telegram's order."""
    query = select(inbox.c.update_id, inbox.c.raw).where(inbox.c.state.in_(OPEN)).order_by(inbox.c.update_id)
    return [(row.update_id, row.raw) for row in connection.execute(query)]


def apply(connection: Connection, number: int) -> bool:
    """Claim the one right to carry out an update's effects; false if they are stored already."""
    claim = update(inbox).where(inbox.c.update_id == number, inbox.c.state == "new").values(state="applied")
    return connection.execute(claim).rowcount == 1


def finish(connection: Connection, ended: Sequence[tuple[int, str]], now: datetime) -> None:
    """End updates (number, ``done`` or ``dead``), also such that were never stored; what they said is forgotten."""
    statement = insert(connection, inbox)
    statement = statement.on_conflict_do_update(
        index_elements=[inbox.c.update_id], set_={"state": statement.excluded.state, "raw": None}
    )
    connection.execute(
        statement, [{"update_id": number, "state": state, "received_at": now} for number, state in ended]
    )


def forget(connection: Connection, before: datetime) -> int:
    """Delete ended updates received before that time; returns how many."""
    old = delete(inbox).where(inbox.c.received_at < before, inbox.c.state.not_in(OPEN))
    return connection.execute(old).rowcount
