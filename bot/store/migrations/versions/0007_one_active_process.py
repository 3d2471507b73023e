"""One active process: one lease with a term, instead of one lease per process; and clearer names of columns."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.drop_table("rate")
    op.drop_table("lease")
    op.create_table(
        "lease",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("term", sa.Integer, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
    )
    op.drop_column("inbox", "owner")
    op.drop_column("inbox", "chat_id")
    op.drop_column("outbox", "owner")
    op.add_column("outbox", sa.Column("term", sa.Integer))
    op.execute("ALTER TABLE outbox RENAME COLUMN lease_until TO not_before")
    op.add_column("outbox", sa.Column("type", sa.String(10), nullable=False, server_default=sa.text("'notice'")))
    op.execute("UPDATE outbox SET type = 'edit' WHERE pictured IS NOT NULL")
    op.execute("UPDATE outbox SET type = 'occurrence' WHERE local_date IS NOT NULL")
    op.execute("UPDATE outbox SET type = 'snooze' WHERE schedule_id IS NOT NULL AND local_date IS NULL")
