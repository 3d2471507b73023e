"""Adds guided stretching: runs (at most one is active in a chat), evenings, and two things about each person.

These are whether a hold ends with a sound, and when to ask whether the stretching helps.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ACTIVE = sa.text("state IN ('running', 'paused')")


def upgrade() -> None:
    op.create_table(
        "run",
        sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("message_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("lane", sa.SmallInteger, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("phase", sa.SmallInteger, nullable=False),
        sa.Column("shown_until", sa.SmallInteger, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("lag", sa.SmallInteger, nullable=False),
        sa.Column("skipped", sa.SmallInteger, nullable=False),
        sa.Column("picture", sa.String(32)),
        sa.Column("pictured", sa.Boolean, nullable=False),
        sa.Column("reminder_id", sa.BigInteger),
        sa.Column("edits", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_run_active", "run", ["chat_id"], unique=True, sqlite_where=ACTIVE, postgresql_where=ACTIVE)
    op.create_index("ix_run_due", "run", ["lane", "due_at"])
    op.create_table(
        "evening",
        sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Date, primary_key=True),
    )
    op.create_index("ix_evening_day", "evening", ["day"])
    op.add_column("person", sa.Column("end_sound", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("person", sa.Column("reviewed_at", MOMENT))
    op.execute("DELETE FROM outbox WHERE kind IN ('cramp.hold', 'cramp.steps')")  # these counts are runs from now on
