"""The inbox: every update is a row here before Telegram is told that it arrived."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

from bot.store import leases
from bot.store.engine.dialect import insert, once
from bot.store.tables import OPEN_INBOX, inbox

OPEN = ("new", "applied")


def add(
    connection: Connection,
    updates: Sequence[tuple[int, bytes]],
    now: datetime,
    owner: str,
    chats: Mapping[int, int] | None = None,
) -> set[int]:
    """Store updates (number, raw) for ``owner``, with their chats by number, if they are not stored yet.

    Returns the numbers among them that are still to be handled by that process.
    """
    known = chats or {}
    rows = [
        {"update_id": number, "raw": raw, "received_at": now, "owner": owner, "chat_id": known.get(number)}
        for number, raw in updates
    ]
    connection.execute(_add(connection), rows)
    numbers = [number for number, _ in updates]
    return set(connection.scalars(_OPEN_OF, {"numbers": numbers, "by": owner}))


def known(connection: Connection, numbers: Collection[int]) -> set[int]:
    """Those of these updates that are stored, whatever has become of them."""
    return set(connection.scalars(_KNOWN, {"numbers": [*numbers]}))


def adopt(connection: Connection, owner: str) -> list[tuple[int, bytes]]:
    """Take over what processes left that are no more; returns it (number, raw), in Telegram's order."""
    left = select(inbox.c.update_id).where(OPEN_INBOX, func.coalesce(inbox.c.owner, "") != owner)
    left = left.where(~leases.alive(connection, inbox.c.owner)).with_for_update(skip_locked=True)
    taken = update(inbox).where(inbox.c.update_id.in_(left)).values(owner=owner)
    rows = connection.execute(taken.returning(inbox.c.update_id, inbox.c.raw)).all()
    return sorted((row.update_id, row.raw) for row in rows)


def behind(connection: Connection, chats: Mapping[int, int], owner: str) -> set[int]:
    """Those of these updates (chats by number) that an older one of their chat comes before, with another process."""
    query = select(inbox.c.chat_id, func.min(inbox.c.update_id).label("oldest")).group_by(inbox.c.chat_id)
    query = query.where(OPEN_INBOX, inbox.c.chat_id.in_(set(chats.values())), inbox.c.owner != owner)
    oldest = {row.chat_id: row.oldest for row in connection.execute(query)}
    return {number for number, chat in chats.items() if oldest.get(chat, number) < number}


def apply(connection: Connection, number: int) -> bool:
    """Claim the one right to carry out an update's effects; false if they are stored already."""
    return connection.execute(_APPLY, {"number": number}).rowcount == 1


def finish(connection: Connection, ended: Sequence[tuple[int, str]], now: datetime) -> None:
    """End updates (number, ``done`` or ``dead``), also such that were never stored; what they said is forgotten."""
    rows = [{"update_id": number, "state": state, "received_at": now} for number, state in ended]
    connection.execute(_finish(connection), rows)


def forget(connection: Connection, before: datetime) -> int:
    """Delete ended updates received before that time; returns how many."""
    old = delete(inbox).where(inbox.c.received_at < before, inbox.c.state.not_in(OPEN))
    return connection.execute(old).rowcount


_NUMBERED = inbox.c.update_id.in_(bindparam("numbers", expanding=True))
_KNOWN = select(inbox.c.update_id).where(_NUMBERED)
_OPEN_OF = _KNOWN.where(inbox.c.state.in_(OPEN), inbox.c.owner == bindparam("by"))
_APPLY = update(inbox).where(inbox.c.update_id == bindparam("number"), inbox.c.state == "new").values(state="applied")


@once
def _add(connection: Connection) -> Any:
    return insert(connection, inbox).on_conflict_do_nothing()


@once
def _finish(connection: Connection) -> Any:
    statement = insert(connection, inbox)
    ended = {"state": statement.excluded.state, "raw": None, "owner": None, "chat_id": None}
    return statement.on_conflict_do_update(index_elements=[inbox.c.update_id], set_=ended)
