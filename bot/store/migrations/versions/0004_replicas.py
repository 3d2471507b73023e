"""Replicas: which process handles an update, and leases of processes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("inbox", sa.Column("owner", sa.String(32)))
    op.add_column("inbox", sa.Column("chat_id", sa.BigInteger))
    op.create_table(
        "lease",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("elected_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
    )
