"""The rate that several processes of the bot share."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rate",
        sa.Column("key", sa.String(20), primary_key=True),
        sa.Column("quota", sa.Text, nullable=False),
    )
