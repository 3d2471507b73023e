"""How long before bedtime each kind of reminder stops."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("schedule") as schedule:
        schedule.add_column(sa.Column("hours_before_bed", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.execute("UPDATE schedule SET hours_before_bed = 2 WHERE kind = 'water'")  # as the content has always said
