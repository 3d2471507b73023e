"""Messages that a topic sends later, and edits that it makes later, as rows of the outbox."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, update

from bot.store.tables import Priority, RowType, outbox

Message = tuple[int, int, bool]
"""A message in a chat: the chat's id, the message's id, and whether its text is the caption of a picture."""


@dataclass(frozen=True)
class Edit:
    """An edit of ``message`` at ``due_at`` (UTC). The topic that exports ``kind`` writes the new text from ``data``."""

    kind: str
    message: Message
    due_at: datetime
    data: str


def edit(connection: Connection, *edits: Edit) -> None:
    """Store edits to be made later, for somebody in pain. Earlier edits of the same messages are kept."""
    rows = [
        {
            **dict(zip(("chat_id", "message_id", "pictured"), planned.message, strict=True)),
            "type": RowType.EDIT,
            "kind": planned.kind,
            "priority": Priority.URGENT,
            "due_at": planned.due_at,
            "data": planned.data,
        }
        for planned in edits
    ]
    _insert_rows(connection, *rows)


def send(connection: Connection, kind: str, chat_id: int, due_at: datetime) -> None:
    """Send a message without a sound at ``due_at`` (UTC). It replaces a waiting one of the same kind."""
    cancel(connection, chat_id, None, kind)
    _insert_rows(
        connection,
        {"type": RowType.NOTICE, "chat_id": chat_id, "kind": kind, "priority": Priority.NORMAL, "due_at": due_at},
    )


def send_asked_for(connection: Connection, kind: str, chat_id: int, due_at: datetime, data: str) -> None:
    """Store a message for ``due_at`` (UTC). It has a sound even in quiet hours, because the person has asked for it."""
    row = {"type": RowType.ASKED_FOR, "chat_id": chat_id, "kind": kind, "priority": Priority.NORMAL, "due_at": due_at}
    _insert_rows(connection, {**row, "data": data, "silent": False})


def replace_data(connection: Connection, kind: str, message: Message, data: str) -> bool:
    """Change what a waiting edit will show; false if none waits."""
    row = update(outbox).where(*_conditions(message[0], message[1], (kind,)))
    return connection.execute(row.values(data=data)).rowcount == 1


def postpone(connection: Connection, kind: str, message: Message, until: datetime) -> None:
    """Make a waiting edit no earlier than ``until`` (UTC)."""
    row = update(outbox).where(*_conditions(message[0], message[1], (kind,)), outbox.c.due_at < until)
    connection.execute(row.values(due_at=until))


def cancel(connection: Connection, chat_id: int, message_id: int | None, *kinds: str) -> None:
    """Delete what waits to be sent in a chat, or the edits of one of its messages.

    A message that is being sent still leaves, but is not sent again.
    """
    connection.execute(delete(outbox).where(*_conditions(chat_id, message_id, kinds)))


_INSERT = insert(outbox)


def _insert_rows(connection: Connection, *rows: dict[str, Any]) -> None:
    # A list even for one row: SQLAlchemy would fetch the new id of a single row, which costs as much as inserting it.
    connection.execute(_INSERT, [{"silent": True, **row} for row in rows])


def _conditions(chat_id: int, message_id: int | None, kinds: tuple[str, ...]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [outbox.c.chat_id == chat_id, outbox.c.kind.in_(kinds)]
    return conditions if message_id is None else [*conditions, outbox.c.message_id == message_id]
