"""The tables. A change here needs a migration beside it, and ``REVISION`` set to that migration's name."""

from datetime import datetime, timezone
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
    Text,
    TextClause,
    TypeDecorator,
    UniqueConstraint,
    event,
    false,
)
from sqlalchemy import text as sql

REVISION = "0006"
"""The newest migration: a database that says so is not migrated, and Alembic is not even imported."""

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
"""The indexes over a part of their table, and over which."""


def partial_index(name: str, *columns: Column[Any], where: TextClause) -> None:
    """Index these columns of the rows ``where`` this is so."""
    PARTIAL[Index(name, *columns, sqlite_where=where)] = where


@event.listens_for(metadata, "before_create")
def _tell_postgresql(_: object, connection: Connection, **__: object) -> None:
    """Only now: an index that names another database loads all that SQLAlchemy has for it, 2.3 MiB."""
    if connection.dialect.name == "postgresql":
        for index, where in PARTIAL.items():
            index.dialect_options["postgresql"]["where"] = where


class Moment(TypeDecorator[datetime]):
    """An aware time in UTC, also in SQLite, which keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """To the database: a naive time is refused."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without its zone")
        return value and value.astimezone(timezone.utc)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """From the database."""
        return value and value.replace(tzinfo=timezone.utc) if value is None or value.tzinfo is None else value


inbox = Table(
    "inbox",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("state", String(8), nullable=False, server_default=sql("'new'")),
    Column("raw", LargeBinary),
    Column("received_at", Moment, nullable=False),
    Column("owner", String(32)),
    Column("chat_id", BigInteger),
)
"""Updates by Telegram's number. States: new, applied (its effects are stored), done, dead. ``raw`` is the update as it
came, ``chat_id`` where, and ``owner`` the process that has it in hand: until it is done, and never longer."""
OPEN_INBOX = sql("inbox.state IN ('new', 'applied')")
"""What has not ended, in the words of the index."""

partial_index("ix_inbox_open", inbox.c.update_id, where=sql("state IN ('new', 'applied')"))
Index("ix_inbox_received_at", inbox.c.received_at)

lease = Table(
    "lease",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("owner", String(32), nullable=False),
    Column("elected_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
)
"""What one process at a time has, by the database's clock: to be alive (``process:<owner>``), or to poll."""

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
    Column("told", String(2)),
    Column("awaiting", String(40)),
    Column("awaiting_until", Moment),
)
"""What is known of a person: Telegram's number, the chosen language (none: as Telegram says), how many tips came, the
IANA zone (none until reminders are wanted), minutes of the local day: bedtime and quiet hours; the language that
Telegram told when reminders were turned on; and what the next text is expected to be, until when."""

memory = Table(
    "memory",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("value", String(250), nullable=False),
)
"""What the bot itself remembers over a restart: the file ids of its pictures, what it last told Telegram of itself."""

rate = Table(
    "rate",
    metadata,
    Column("key", String(20), primary_key=True),
    Column("quota", Text, nullable=False),
)
"""What several processes of the bot have sent together lately (``bot.messages.limits.quota``): one row."""

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

``next_at`` is when the next occurrence, that of ``next_date`` and ``next_slot``, is to be sent; none while there is
none. ``version`` rises with every change, so that an occurrence planned before it is known to be out of date.
``consented_to`` names the text that was on the screen when it was turned on. ``unanswered``: how many reminders in a
row were planned and had no answer, the first of them at ``unanswered_since``; ``asked_at``: when it was to be asked
whether they are still wanted. What came of these, and so what counts, the outbox tells."""
ACTIVE = sql("active")
"""What is on. SQLite uses the index only for a query that says so in the same words."""
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
    Column("owner", String(32)),
    Column("lease_until", Moment),
    Column("attempts", Integer, nullable=False, server_default=sql("0")),
    Column("reason", String(60)),
    Column("message_id", BigInteger),
    Column("ended_at", Moment),
    Column("answer", String(8)),
    Column("lane", SmallInteger, nullable=False, server_default=sql("1")),
    Column("pictured", Boolean),
    UniqueConstraint("schedule_id", "local_date", "slot"),
    sqlite_autoincrement=True,  # or a number that is in hand, and deleted meanwhile, would be another row's
)
"""All that is sent or edited later: what a topic has put off, and every occurrence of every reminder, once for each
schedule, local date and slot (the minute of the local day).

``lane`` 0 is for people in pain and goes first, 1 for everything else. A row that says from the start whether its
message is ``pictured`` edits that message; another sends a new one. ``kind`` and ``data`` say what is drawn.

States: pending (not before ``lease_until``, if set); claimed (by the process ``owner``, while it is alive); handed
(its bytes have left); and the ends: sent, presumed (handed when its process died), missed (with ``reason``), dead (with
``reason``), cancelled."""
OPEN_OUTBOX = sql("state IN ('pending', 'claimed', 'handed')")
"""What has not ended. SQLite uses the index only for a query that says so in the same words."""
partial_index("ix_outbox_due", outbox.c.lane, outbox.c.due_at, where=OPEN_OUTBOX)
ENDED = sql("ended_at IS NOT NULL")
partial_index("ix_outbox_ended_at", outbox.c.ended_at, where=ENDED)
