"""Reminders: the schedules of people, and the outbox with every occurrence."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("person") as person:
        person.add_column(sa.Column("zone", sa.String(64)))
        for name, minutes in (("bedtime", "1320"), ("quiet_from", "1320"), ("quiet_until", "420")):
            person.add_column(sa.Column(name, sa.Integer, nullable=False, server_default=sa.text(minutes)))
        person.add_column(sa.Column("paused_until", MOMENT))
        person.add_column(sa.Column("blocked", sa.Boolean, nullable=False, server_default=sa.false()))
        person.add_column(sa.Column("told", sa.String(2)))
        person.add_column(sa.Column("awaiting", sa.String(40)))
        person.add_column(sa.Column("awaiting_until", MOMENT))
    op.create_table(
        "schedule",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("times", sa.String(60), nullable=False),
        sa.Column("days", sa.String(7), nullable=False),
        sa.Column("silent", sa.Boolean, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("next_at", MOMENT),
        sa.Column("next_date", sa.Date),
        sa.Column("next_slot", sa.Integer),
        sa.Column("consented_at", MOMENT, nullable=False),
        sa.Column("asked_at", MOMENT),
        sa.UniqueConstraint("chat_id", "kind"),
    )
    active = sa.text("active")
    op.create_index("ix_schedule_next_at", "schedule", ["next_at"], sqlite_where=active, postgresql_where=active)
    op.create_table(
        "outbox",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("schedule_id", sa.BigInteger),
        sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("local_date", sa.Date),
        sa.Column("slot", sa.Integer),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("silent", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("data", sa.String(250)),
        sa.Column("state", sa.String(9), nullable=False, server_default=sa.text("'pending'")),
        sa.Column("owner", sa.String(32)),
        sa.Column("lease_until", MOMENT),
        sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("reason", sa.String(60)),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("ended_at", MOMENT),
        sa.Column("answer", sa.String(8)),
        sa.UniqueConstraint("schedule_id", "local_date", "slot"),
    )
    op.create_index("ix_outbox_chat_id", "outbox", ["chat_id"])
    unended = sa.text("state IN ('pending', 'claimed', 'handed')")
    op.create_index("ix_outbox_due", "outbox", ["due_at"], sqlite_where=unended, postgresql_where=unended)
