"""Everything that is stored about a person, for the file that /export sends."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Connection, select

from bot.store.erasure import PERSONAL_TABLES
from bot.store.tables import cramp, diary_key

SEALED_TABLES = (diary_key, cramp)
"""Their bytes would tell nobody anything. ``bot.store.cramps`` gives the readable entries for the export."""


def read(connection: Connection, chat_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return the rows about a person, as JSON values, by table; tables without any are left out.

    What can be exported is what can be erased, so a new table about people cannot be forgotten here.
    """
    exported: dict[str, list[dict[str, Any]]] = {}
    for table in PERSONAL_TABLES:
        if table in SEALED_TABLES:
            continue
        for row in connection.execute(select(table).where(table.c.chat_id == chat_id)).mappings():
            known = {str(name): value for name, value in row.items() if value is not None}
            values = {
                name: value.isoformat() if isinstance(value, date | datetime | time) else value
                for name, value in known.items()
            }
            exported.setdefault(table.name, []).append(values)
    return exported
