"""What a topic puts off: messages to be sent and edits to be made at a time of its own, as rows of the outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, update

from bot.store.due_rows import URGENT, USUAL
from bot.store.tables import RowType, outbox

Message = tuple[int, int, bool]
"""A message in a chat: the numbers of both, and whether its text is the caption of a picture."""


def edit(connection: Connection, kind: str, message: Message, due_at: datetime, data: str) -> None:
    """Edit a message of somebody in pain at that time (UTC), once more than what is put off for it already."""
    chat_id, message_id, pictured = message
    which = {"type": RowType.EDIT, "chat_id": chat_id, "message_id": message_id, "pictured": pictured}
    _put(connection, {**which, "kind": kind, "lane": URGENT, "due_at": due_at, "data": data})


def send(connection: Connection, kind: str, chat_id: int, due_at: datetime) -> None:
    """Send a message without a sound at that time (UTC), in place of an earlier one of the same kind."""
    leave(connection, chat_id, None, kind)
    _put(connection, {"type": RowType.NOTICE, "chat_id": chat_id, "kind": kind, "lane": USUAL, "due_at": due_at})


def change(connection: Connection, kind: str, message: Message, data: str) -> bool:
    """Make another edit of it at the same time; false if none is to be made."""
    row = update(outbox).where(*_which(message[0], message[1], (kind,)))
    return connection.execute(row.values(data=data)).rowcount == 1


def turn_into(connection: Connection, kind: str, another: str, message: Message, due_at: datetime) -> None:
    """Make an edit of another kind of it, at that time (UTC)."""
    row = update(outbox).where(*_which(message[0], message[1], (kind,)))
    connection.execute(row.values(kind=another, due_at=due_at))


def put_off(connection: Connection, kind: str, message: Message, until: datetime) -> None:
    """Make an edit not before that time (UTC)."""
    row = update(outbox).where(*_which(message[0], message[1], (kind,)), outbox.c.due_at < until)
    connection.execute(row.values(due_at=until))


def leave(connection: Connection, chat_id: int, message_id: int | None, *kinds: str) -> None:
    """Do none of it; what is under way is not repeated."""
    connection.execute(delete(outbox).where(*_which(chat_id, message_id, kinds)))


_PUT = insert(outbox)


def _put(connection: Connection, row: dict[str, Any]) -> None:
    connection.execute(_PUT, [{**row, "silent": True}])  # a list: nobody asks for the number, which costs as much again


def _which(chat_id: int, message_id: int | None, kinds: tuple[str, ...]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [outbox.c.chat_id == chat_id, outbox.c.kind.in_(kinds)]
    return conditions if message_id is None else [*conditions, outbox.c.message_id == message_id]
