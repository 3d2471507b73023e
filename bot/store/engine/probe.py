"""Find out whether the database stores anything. With a full disk, or if it is read-only, it still answers queries."""

from datetime import datetime, timezone

from sqlalchemy import Connection, delete

from bot.store.tables import InboxState, inbox

PROBE_ID = -1
"""No update has this id."""
PROBE_BYTES = 8192
"""The size of a long update. On an almost full disk, a few bytes might still fit where thousands do not."""
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
