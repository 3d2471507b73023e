"""The tables. A change here needs a migration beside it, and ``REVISION`` set to that migration's name."""

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
)
from sqlalchemy import text as sql

REVISION = "0001"
"""The newest migration: a database that says so is not migrated, and Alembic is not even imported."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

revisions = Table("alembic_version", metadata, Column("version_num", String(32), primary_key=True))
"""Alembic's own table: which migration the database is at."""


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
)
"""Updates by Telegram's number. States: new, applied (its effects are stored), done, dead. ``raw`` is the update as it
came, until it is done; it is never kept longer."""

_OPEN = sql("state IN ('new', 'applied')")
Index("ix_inbox_open", inbox.c.update_id, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("ix_inbox_received_at", inbox.c.received_at)

person = Table(
    "person",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("language", String(2)),
    Column("tips_seen", Integer, nullable=False, server_default=sql("0")),
)
"""What is known of a person: Telegram's number, the chosen language (none: as Telegram says), how many tips came."""

memory = Table(
    "memory",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("value", String(250), nullable=False),
)
"""What the bot itself remembers over a restart: the file ids of its pictures, what it last told Telegram of itself."""

hold = Table(
    "hold",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("muscle", String(12), nullable=False),
    Column("language", String(2), nullable=False),
    Column("pictured", Boolean, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False, index=True),
)
"""Messages that count along while someone holds a stretch: two minutes at most."""
