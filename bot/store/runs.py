"""The runs of guided stretching: one row for each message that is kept up to date.

Every change raises the row's version. The result of an edit is stored only if the row still has the version that was
read before the edit. So an edit on its way never undoes a press of a button.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Integer, Row, bindparam, func, insert, select, update
from sqlalchemy import delete as sql_delete

from bot.store.people import JOINED_COLUMNS, Person, from_joined
from bot.store.tables import ACTIVE_RUN, Priority, RunState, person
from bot.store.tables import run as table


@dataclass(frozen=True)
class Run:
    """One person's run through a routine, which one message shows.

    Attributes:
        chat_id: The chat of the message.
        message_id: The message.
        kind: The name under which a topic exports its guide for such runs.
        name: The routine, or another name that tells the guide what to show.
        language: The language of the message.
        priority: Urgent for people in pain, normal for all others.
        state: Running, paused, done or stopped.
        phase: The index of the first phase that the message shows, or of the one that it shows next.
        shown_until: The index after the last phase that the message shows; ``phase`` if it shows none.
        began_at: When ``phase`` begins (UTC), or when the run came into ``state``.
        due_at: When the message is to be edited next (UTC).
        lag: How many seconds earlier the next edit leaves, because the last one was slow.
        skipped: How many holds the person has skipped.
        picture: The name of the picture in the message. None if there is none, or if it is unknown.
        pictured: Whether the message has a picture.
        reminder_id: The reminder that the run answers, if any.
        edits: The moments (UTC) of the latest edits of the message, the last one last.
        version: Rises with every change.

    """

    chat_id: int
    message_id: int
    kind: str
    name: str
    language: str
    priority: Priority
    began_at: datetime
    due_at: datetime
    state: RunState = RunState.RUNNING
    phase: int = 0
    shown_until: int = 0
    lag: int = 0
    skipped: int = 0
    picture: str | None = None
    pictured: bool = False
    reminder_id: int | None = None
    edits: tuple[datetime, ...] = ()
    version: int = 0

    @property
    def is_active(self) -> bool:
        """Whether the run goes on, now or after a pause."""
        return self.state in {RunState.RUNNING, RunState.PAUSED}


@dataclass(frozen=True)
class DueRun:
    """A run whose message is to be edited, and the person it is for."""

    run: Run
    person: Person


def begin(connection: Connection, run: Run) -> None:
    """Store a new run. Stop the active run of the chat first, and delete an older run in the same message."""
    stop(connection, run.chat_id, run.began_at)
    if older := find(connection, run.chat_id, run.message_id):
        delete(connection, older)
        run = replace(run, version=older.version + 1)  # an edit of the older run may still be on its way
    connection.execute(_INSERT, [{field.name: getattr(run, field.name) for field in fields(run)}])


def find(connection: Connection, chat_id: int, message_id: int) -> Run | None:
    """Return the run that a message shows, if it has one."""
    row = connection.execute(_FIND, {"chat": chat_id, "message": message_id}).one_or_none()
    return _from_row(row) if row else None


def change(connection: Connection, run: Run) -> Run | None:
    """Store a changed run, and return it with its new version; None if something else has changed it meanwhile."""
    changed = replace(run, version=run.version + 1)
    values = {f"new_{name}": getattr(changed, name) for name in _CHANGING}
    saved = connection.execute(_CHANGE, _version_of(run) | values).rowcount == 1
    return changed if saved else None


def delete(connection: Connection, run: Run) -> bool:
    """Delete a run, unless it was changed meanwhile; return whether it was deleted. Its message stays as it is."""
    return connection.execute(_DELETE, _version_of(run)).rowcount == 1


def postpone(connection: Connection, run: Run, due_at: datetime) -> None:
    """Edit the message of a run no earlier than ``due_at`` (UTC), unless the run was changed meanwhile.

    The picture and the edits of ``run`` are stored too. The version stays, because the result of an edit on its way is
    still right.
    """
    connection.execute(_POSTPONE, _version_of(run) | _seen(run) | {"new_due": due_at})


def show_again(connection: Connection, run: Run, now: datetime) -> None:
    """Make the message due now, with the present phase from its start. Call this after an edit of an older version.

    The picture and the edits of ``run`` are stored, because they include that edit.
    """
    which = {"chat": run.chat_id, "message": run.message_id}
    connection.execute(_SHOW_AGAIN, which | _seen(run) | {"new_due": now, "new_begin": now})


def stop(
    connection: Connection, chat_id: int, now: datetime, priority: Priority | None = None, message_id: int | None = None
) -> bool:
    """Stop the active run of a chat, and return whether there was one.

    With ``priority`` or ``message_id``, a run of another priority or in another message goes on.
    """
    which = {"chat": chat_id, "of_priority": priority, "of_message": message_id, "now": now}
    return connection.execute(_STOP, which).rowcount > 0


def stop_normal(connection: Connection, moments: Iterable[tuple[int, datetime]]) -> None:
    """Stop the active run of normal priority in many chats; ``moments`` has each chat id, and when to stop (UTC)."""
    which, now = {"of_priority": Priority.NORMAL, "of_message": None}, dict(moments)
    active = connection.scalars(_ACTIVE, {"chats": [*now], "priority": Priority.NORMAL}).all()
    if active:
        connection.execute(_STOP, [{"chat": chat_id, "now": now[chat_id], **which} for chat_id in active])


def discard(connection: Connection, chat_id: int, message_id: int | None, kind: str) -> None:
    """Delete the runs of a kind in a message, or in the whole chat. Their messages stay as they are."""
    discarded = sql_delete(table).where(table.c.chat_id == chat_id, table.c.kind == kind)
    connection.execute(discarded if message_id is None else discarded.where(table.c.message_id == message_id))


def due(connection: Connection, priority: Priority, now: datetime, most: int) -> list[DueRun]:
    """Return up to ``most`` runs of a priority that are due for an edit at ``now`` (UTC), the longest due first."""
    rows = connection.execute(_DUE, {"priority": priority, "now": now, "most": most})
    return [DueRun(_from_row(row), from_joined(row) or Person(row.chat_id)) for row in rows]


def running(connection: Connection) -> int:
    """Return how many runs of normal priority are running."""
    return connection.execute(_RUNNING).scalar_one()


def delete_ended(connection: Connection, before: datetime) -> None:
    """Delete runs that ended before a time (UTC). They are still here because their message could not be edited."""
    ended = table.c.state.in_([RunState.DONE, RunState.STOPPED])
    connection.execute(sql_delete(table).where(ended, table.c.began_at < before))


_COLUMNS = tuple(table.c[field.name] for field in fields(Run))
_CHANGING = (
    *("state", "phase", "shown_until", "began_at", "due_at", "lag", "skipped"),
    *("picture", "pictured", "edits", "version"),
)
# Each statement is built once: building one takes about as long as executing it.
_INSERT = insert(table)
_THIS = (table.c.chat_id == bindparam("chat"), table.c.message_id == bindparam("message"))
_FIND = select(*_COLUMNS).where(*_THIS)
_OF_VERSION = (*_THIS, table.c.version == bindparam("of_version"))
_DELETE = sql_delete(table).where(*_OF_VERSION)
_CHANGE = (
    update(table)
    .where(*_OF_VERSION)
    .values({name: bindparam(f"new_{name}", type_=table.c[name].type) for name in _CHANGING})
)
_SEEN = ("picture", "pictured", "edits")
_NEW_SEEN: dict[str, Any] = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in _SEEN}
_POSTPONE = update(table).where(*_OF_VERSION).values(due_at=bindparam("new_due"), **_NEW_SEEN)
_AGAIN = {"shown_until": table.c.phase, "began_at": bindparam("new_begin"), "due_at": bindparam("new_due")}
_SHOW_AGAIN = update(table).where(*_THIS).values(version=table.c.version + 1, **_AGAIN, **_NEW_SEEN)
_OF_PRIORITY, _OF_MESSAGE = bindparam("of_priority", type_=Integer), bindparam("of_message", type_=BigInteger)
_STOP = (
    update(table)
    .where(table.c.chat_id == bindparam("chat"), ACTIVE_RUN)
    .where(_OF_PRIORITY.is_(None) | (table.c.priority == _OF_PRIORITY))
    .where(_OF_MESSAGE.is_(None) | (table.c.message_id == _OF_MESSAGE))
    .values(state=RunState.STOPPED, began_at=bindparam("now"), due_at=bindparam("now"), version=table.c.version + 1)
)
_ACTIVE = select(table.c.chat_id).where(
    table.c.chat_id.in_(bindparam("chats", expanding=True)), table.c.priority == bindparam("priority"), ACTIVE_RUN
)
_DUE = (
    select(*_COLUMNS, *JOINED_COLUMNS)
    .join(person, person.c.chat_id == table.c.chat_id, isouter=True)
    .where(table.c.priority == bindparam("priority"), table.c.due_at <= bindparam("now"))
    .order_by(table.c.due_at)
    .limit(bindparam("most"))
)
_RUNNING = select(func.count(table.c.chat_id)).where(
    table.c.priority == Priority.NORMAL, table.c.state == RunState.RUNNING
)


def _version_of(run: Run) -> dict[str, int]:
    return {"chat": run.chat_id, "message": run.message_id, "of_version": run.version}


def _seen(run: Run) -> dict[str, Any]:
    return {f"new_{name}": getattr(run, name) for name in _SEEN}


def _from_row(row: Row[Any]) -> Run:
    values = dict(zip([field.name for field in fields(Run)], row, strict=False))
    return Run(**values | {"priority": Priority(values["priority"]), "state": RunState(row.state)})
