"""When people were last heard, so that silent ones can be erased; and the start of a person's own trial."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("heard_in", sa.Date))
    op.add_column("person", sa.Column("erase_on", sa.Date))
    op.create_index("ix_person_heard_in", "person", ["heard_in"])
    told = sa.text("erase_on IS NOT NULL")
    op.create_index("ix_person_erase_on", "person", ["erase_on"], sqlite_where=told, postgresql_where=told)
    op.add_column("diary", sa.Column("trial_began", sa.Date))
    # From now on, everybody who keeps a diary has a row in `person`.
    op.execute(
        "INSERT INTO person (chat_id) SELECT chat_id FROM diary WHERE chat_id NOT IN (SELECT chat_id FROM person)"
    )
