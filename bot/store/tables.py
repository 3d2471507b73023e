"""The tables. A change here needs a migration, and ``REVISION`` set to that migration's name."""

import math
from datetime import datetime, timezone
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    TextClause,
    TypeDecorator,
    UniqueConstraint,
    event,
    false,
)
from sqlalchemy import text as sql

REVISION = "0010"
"""The newest migration. A database at this revision is not migrated, and Alembic is not even imported."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)

revisions = Table("alembic_version", metadata, Column("version_num", String(32), primary_key=True))
"""Alembic's own table: which migration the database is at."""


PARTIAL: dict[Index, TextClause] = {}
"""The indexes over only some rows of their table, and the condition of these rows."""


def partial_index(name: str, *columns: Column[Any], where: TextClause, unique: bool = False) -> None:
    """Add an index of these columns over the rows for which ``where`` is true."""
    PARTIAL[Index(name, *columns, unique=unique, sqlite_where=where)] = where


@event.listens_for(metadata, "before_create")
def _tell_postgresql(_: object, connection: Connection, **__: object) -> None:
    """Add the conditions for PostgreSQL only when it is used: they load SQLAlchemy's part for it, 2.3 MiB."""
    if connection.dialect.name == "postgresql":
        for index, where in PARTIAL.items():
            index.dialect_options["postgresql"]["where"] = where


class InboxState(StrEnum):
    """The state of an update: it waits, its effects are stored, or it has ended in one of two ways."""

    NEW = "new"
    APPLIED = "applied"
    DONE = "done"
    DEAD = "dead"


class Priority(IntEnum):
    """Which rows of the outbox are sent first, and which runs are edited first.

    The column is called ``lane`` in the database, where processes of an earlier version look for it.
    """

    URGENT = 0
    """For people in pain."""
    NORMAL = 1


class RowType(StrEnum):
    """What a row of the outbox is."""

    OCCURRENCE = "occurrence"
    """A reminder at a time of its schedule."""

    SNOOZE = "snooze"
    """A reminder that the person put off."""

    NOTICE = "notice"
    """A message that a topic sends later."""

    ASKED_FOR = "asked_for"
    """A message that the person has asked for, so it may come in quiet hours."""

    EDIT = "edit"
    """A change that a topic makes later to a message it has sent."""


class OutboxState(StrEnum):
    """How far a row of the outbox has come."""

    PENDING = "pending"
    CLAIMED = "claimed"
    """The active process is about to send it."""

    HANDED = "handed"
    """The last byte of its request has left."""

    SENT = "sent"
    PRESUMED = "presumed"
    """It was handed over, and nobody can know whether it arrived."""

    MISSED = "missed"
    DEAD = "dead"
    CANCELLED = "cancelled"


class Reason(StrEnum):
    """Why a row is missed, cancelled or dead. If Telegram's answer ended it, the reason is Telegram's wording."""

    CHANGED = "changed"
    BLOCKED = "blocked"
    LATE = "late"
    QUIET = "quiet"
    SKIPPED = "skipped"
    DONE = "done"
    CRASHED_TWICE = "was tried twice and its process died"


class RunState(StrEnum):
    """The state of a run of guided stretching. A run that is over keeps its row until its message shows the end."""

    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    STOPPED = "stopped"


class Moment(TypeDecorator[datetime]):
    """An aware time in UTC, even in SQLite, which stores no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Convert a time for the database. Raises ``ValueError`` for a naive one."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without its zone")
        return value and value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Convert a time from the database. SQLite forgets the zone, which is always UTC."""
        return value and value.replace(tzinfo=timezone.utc) if value is None or value.tzinfo is None else value


class Moments(TypeDecorator[tuple[datetime, ...]]):
    """Some moments in UTC, the latest last, as seconds since 1970 with spaces between them."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: tuple[datetime, ...] | None, dialect: Any) -> str | None:
        """Convert moments for the database. Each is rounded up to a whole second."""
        return None if value is None else " ".join(str(math.ceil(moment.timestamp())) for moment in value)

    def process_result_value(self, value: str | None, dialect: Any) -> tuple[datetime, ...]:
        """Convert moments from the database. They are aware and in UTC."""
        return tuple(datetime.fromtimestamp(int(seconds), timezone.utc) for seconds in (value or "").split())


inbox = Table(
    "inbox",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("state", String(8), nullable=False, server_default=sql("'new'")),
    Column("raw", LargeBinary),
    Column("received_at", Moment, nullable=False),
)
"""Updates by Telegram's update_id, with an ``InboxState``. ``raw`` is the update as it came, deleted when it ends."""
OPEN_INBOX = sql("inbox.state IN ('new', 'applied')")
"""Updates that have not ended. SQLite uses the partial index only for a query with exactly its condition."""

partial_index("ix_inbox_open", inbox.c.update_id, where=sql("state IN ('new', 'applied')"))
Index("ix_inbox_received_at", inbox.c.received_at)

lease = Table(
    "lease",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("term", Integer, nullable=False),
    Column("until", Moment, nullable=False),
)
"""Which process is active (``owner``), and until when by the database's clock. Each new owner raises ``term``."""

person = Table(
    "person",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("language", String(2)),
    Column("tips_seen", Integer, nullable=False, server_default=sql("0")),
    Column("zone", String(64)),
    Column("bedtime", Integer, nullable=False, server_default=sql("1320")),
    Column("quiet_from", Integer, nullable=False, server_default=sql("1320")),
    Column("quiet_until", Integer, nullable=False, server_default=sql("420")),
    Column("paused_until", Moment),
    Column("blocked", Boolean, nullable=False, server_default=false()),
    Column("told", String(2), key="telegram_language"),
    Column("awaiting", String(40)),
    Column("awaiting_until", Moment),
    Column("end_sound", Boolean, nullable=False, server_default=false()),
    Column("reviewed_at", Moment),
    Column("heard_in", Date, index=True),
    Column("erase_on", Date),
)
"""The people. ``bot.store.people.Person`` describes the columns. ``telegram_language`` is called ``told`` in the
database, as it was released."""
partial_index("ix_person_erase_on", person.c.erase_on, where=sql("erase_on IS NOT NULL"))

evening = Table(
    "evening",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
)
"""The local dates on which a person did the routine of their reminder."""
Index("ix_evening_day", evening.c.day)

diary = Table(
    "diary",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("consented_at", Moment, nullable=False),
    Column("consented_to", String(24), nullable=False),
    Column("language", String(2), nullable=False),
    Column("withdrawn_at", Moment),
    Column("keep_months", SmallInteger, nullable=False, server_default=sql("24")),
    Column("trial_began", Date),
)
"""The diaries, one for each person at most. ``bot.store.diaries.Diary`` describes the columns."""

diary_key = Table(
    "diary_key",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("wrapped", LargeBinary, nullable=False),
)
"""The key of a person's diary, wrapped by the master key (``bot.store.vault``).

It is a table of its own because a copy of the database is made without it (``bot.store.backup``). So when a key is
deleted here, its diary cannot be read in any copy.
"""

cramp = Table(
    "cramp",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("month", Date, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""A cramp in a diary. ``sealed`` has all that is known of it, sealed with the person's key. ``number`` looks random.
``month`` is the first day of the month of the cramp, so that old entries can be deleted without a key."""
Index("ix_cramp_month", cramp.c.month)

bot_state = Table(
    "memory",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("value", String(250), nullable=False),
)
"""What the bot itself remembers across restarts. The table is called ``memory`` in the database, as it was released."""

schedule = Table(
    "schedule",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("times", String(60), nullable=False),
    Column("days", String(7), nullable=False),
    Column("silent", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("next_at", Moment),
    Column("next_date", Date),
    Column("next_slot", Integer),
    Column("consented_at", Moment, nullable=False),
    Column("asked_at", Moment),
    Column("consented_to", String(24)),
    Column("unanswered", Integer, nullable=False, server_default=sql("0")),
    Column("unanswered_since", Moment),
    Column("hours_before_bed", Integer, nullable=False, server_default=sql("0")),
    UniqueConstraint("chat_id", "kind"),
)
"""What a person wants to be reminded of: local ``times`` (minutes of the day, with commas) on ISO weekdays ``days``.

``next_at`` is when the next occurrence, that of ``next_date`` and ``next_slot``, is due; null while there is none.
``version`` rises with every change. An occurrence of an older version is out of date. ``consented_to`` names the text
that was on the screen when the kind was turned on. ``unanswered`` counts planned reminders in a row without an answer,
and the first of them was due at ``unanswered_since``. ``asked_at`` is when the question was due that asks whether these
reminders are still wanted. Whether these messages arrived is known only in the outbox."""
ACTIVE = sql("active")
"""Schedules that are on. SQLite uses the partial index only for a query with exactly its condition."""
partial_index("ix_schedule_next_at", schedule.c.next_at, where=ACTIVE)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("chat_id", BigInteger, nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("schedule_id", BigInteger),
    Column("version", Integer, nullable=False, server_default=sql("0")),
    Column("local_date", Date),
    Column("slot", Integer),
    Column("due_at", Moment, nullable=False),
    Column("silent", Boolean, nullable=False, server_default=false()),
    Column("data", String(250)),
    Column("state", String(9), nullable=False, server_default=sql("'pending'")),
    Column("not_before", Moment),
    Column("attempts", Integer, nullable=False, server_default=sql("0")),
    Column("reason", String(60)),
    Column("message_id", BigInteger),
    Column("ended_at", Moment),
    Column("answer", String(8)),
    Column("lane", SmallInteger, key="priority", nullable=False, server_default=sql("1")),
    Column("pictured", Boolean),
    Column("term", Integer),
    Column("type", String(10), nullable=False, server_default=sql("'notice'")),
    UniqueConstraint("schedule_id", "local_date", "slot"),
    sqlite_autoincrement=True,  # otherwise a new row could get the id of a deleted one that is still being sent
)
"""Everything that is sent or edited later, one row each; ``type`` is a ``RowType``, ``state`` an ``OutboxState``.

An occurrence is unique by schedule, local date and slot (the minute of the local day). ``kind`` and ``data`` say what
the message shows, and ``priority`` is a ``Priority``. An edit has the ``message_id`` and whether that message is
``pictured``. ``term`` is that of the active process that claimed the row: a process of an earlier term can record
nothing. A pending row is not sent before ``not_before``, if that is set."""
OPEN_OUTBOX = sql("state IN ('pending', 'claimed', 'handed')")
"""Rows that have not ended. SQLite uses the partial index only for a query with exactly its condition."""
partial_index("ix_outbox_due", outbox.c.priority, outbox.c.due_at, where=OPEN_OUTBOX)
ENDED = sql("ended_at IS NOT NULL")
partial_index("ix_outbox_ended_at", outbox.c.ended_at, where=ENDED)

run = Table(
    "run",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("name", String(16), nullable=False),
    Column("language", String(2), nullable=False),
    Column("lane", SmallInteger, key="priority", nullable=False),
    Column("state", String(8), nullable=False),
    Column("phase", SmallInteger, nullable=False),
    Column("shown_until", SmallInteger, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("lag", SmallInteger, nullable=False),
    Column("skipped", SmallInteger, nullable=False),
    Column("picture", String(32)),
    Column("pictured", Boolean, nullable=False),
    Column("reminder_id", BigInteger),
    Column("edits", Moments(200), nullable=False),
    Column("version", Integer, nullable=False),
)
"""Guided stretching: a message that is edited until its run is over, with a ``RunState``. A row is deleted when the
message shows the end. ``bot.store.runs.Run`` describes the columns."""
ACTIVE_RUN = sql("state IN ('running', 'paused')")
partial_index("ix_run_active", run.c.chat_id, where=ACTIVE_RUN, unique=True)
Index("ix_run_due", run.c.priority, run.c.due_at)
