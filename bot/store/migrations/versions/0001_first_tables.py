"""The inbox, the people, the holds, and what the bot remembers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(8), nullable=False, server_default=sa.text("'new'")),
        sa.Column("raw", sa.LargeBinary),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    )
    unended = sa.text("state IN ('new', 'applied')")
    op.create_index("ix_inbox_open", "inbox", ["update_id"], sqlite_where=unended, postgresql_where=unended)
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"])
    op.create_table(
        "person",
        sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("language", sa.String(2)),
        sa.Column("tips_seen", sa.Integer, nullable=False, server_default=sa.text("0")),
    )
    op.create_table(
        "memory",
        sa.Column("key", sa.String(120), primary_key=True),
        sa.Column("value", sa.String(250), nullable=False),
    )
    op.create_table(
        "hold",
        sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("message_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("muscle", sa.String(12), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("pictured", sa.Boolean, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_hold_due_at", "hold", ["due_at"])
