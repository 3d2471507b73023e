"""Find out whether the database stores anything: with a full disk, or read-only, it still answers every question."""

from datetime import datetime, timezone

from sqlalchemy import Connection, delete

from bot.store.tables import InboxState, inbox

PROBE_ID = -1
"""No update has this id."""
PROBE_BYTES = 8192
"""As much as a long update takes: a few bytes might still fit in where thousands do not."""
_ROW = {
    "update_id": PROBE_ID,
    "raw": bytes(PROBE_BYTES),
    "state": InboxState.DONE,
    "received_at": datetime.fromtimestamp(0, timezone.utc),
}
_INSERT = inbox.insert()
_DELETE = delete(inbox).where(inbox.c.update_id == PROBE_ID)


def probe(connection: Connection) -> None:
    """Store a row and delete it. Raises what SQLAlchemy raises."""
    connection.execute(_INSERT, _ROW)
    connection.execute(_DELETE)
