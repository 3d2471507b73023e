"""The stretches that people hold while a message counts along: rows, so that the count survives a restart."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from bot.store.dialect import insert
from bot.store.schema import hold

STEP = timedelta(seconds=5)
LONGEST = timedelta(minutes=2)


@dataclass(frozen=True)
class Hold:
    """A message with the steps for ``muscle``, in an edition's ``language``, counting since ``started_at`` (UTC)."""

    chat_id: int
    message_id: int
    pictured: bool
    muscle: str
    language: str
    started_at: datetime

    def seconds(self, now: datetime) -> int | None:
        """How long it has been held; None once that is long enough."""
        lasted = now - self.started_at
        return int(lasted.total_seconds()) if lasted < LONGEST else None


def start(connection: Connection, one: Hold) -> None:
    """Begin to count, or begin again."""
    values = {**asdict(one), "due_at": one.started_at + STEP}
    statement = insert(connection, hold).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=[hold.c.chat_id, hold.c.message_id], set_=values))


def end(connection: Connection, chat_id: int, message_id: int) -> None:
    """Stop counting."""
    connection.execute(delete(hold).where(hold.c.chat_id == chat_id, hold.c.message_id == message_id))


def due(connection: Connection, now: datetime, most: int = 100) -> list[Hold]:
    """Those whose message is to be edited now."""
    columns = [column for column in hold.c if column.name != "due_at"]
    query = select(*columns).where(hold.c.due_at <= now).order_by(hold.c.due_at).limit(most)
    return [Hold(**row) for row in connection.execute(query).mappings()]


def move_on(connection: Connection, counted: Iterable[Hold], now: datetime) -> None:
    """Set the next step of each; one that has lasted long enough ends."""
    for one in counted:
        if one.seconds(now) is None:
            end(connection, one.chat_id, one.message_id)
        else:
            place = (hold.c.chat_id == one.chat_id, hold.c.message_id == one.message_id)
            connection.execute(update(hold).where(*place).values(due_at=now + STEP))
