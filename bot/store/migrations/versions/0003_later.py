"""Later edits are rows of the outbox too; unanswered reminders are counted; the text of consent is stored by name."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.drop_table("hold")  # counts of two minutes at most
    with op.batch_alter_table("schedule") as schedule:
        schedule.add_column(sa.Column("consented_to", sa.String(24)))
        schedule.add_column(sa.Column("unanswered", sa.Integer, nullable=False, server_default=sa.text("0")))
        schedule.add_column(sa.Column("unanswered_since", MOMENT))
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    anew = {"recreate": "always", "table_kwargs": {"sqlite_autoincrement": True}} if is_sqlite else {}
    with op.batch_alter_table("outbox", **anew) as outbox:
        outbox.add_column(sa.Column("lane", sa.SmallInteger, nullable=False, server_default=sa.text("1")))
        outbox.add_column(sa.Column("pictured", sa.Boolean))
    op.drop_index("ix_outbox_due", "outbox")
    unended, ended = sa.text("state IN ('pending', 'claimed', 'handed')"), sa.text("ended_at IS NOT NULL")
    op.create_index("ix_outbox_due", "outbox", ["lane", "due_at"], sqlite_where=unended, postgresql_where=unended)
    op.create_index("ix_outbox_ended_at", "outbox", ["ended_at"], sqlite_where=ended, postgresql_where=ended)
