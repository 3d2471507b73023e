"""What all processes of one bot may send together: one row, which is locked for the moment of a question."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select, update

from bot.messages.limits import Asked, Granted, Quota, Rates
from bot.messages.limits.quota import UNKNOWN
from bot.store.engine.dialect import insert
from bot.store.tables import rate

MESSAGES = "messages"
FROZEN = "1s"
"""A process that stands still while it has the row loses it after so long."""


def ask(connection: Connection, asked: Asked, rates: Rates) -> Granted:
    """Ask, by the database's clock.

    What Telegram has limited is stored for good. Of grants the database may forget the last moment when it falls: so,
    when it has just come back, no reminder leaves until they would count no more.
    """
    commit = {"commit": "on" if asked.limited else "off"}
    row = connection.execute(_LOCKED, commit).one_or_none()
    if row is None:
        connection.execute(insert(connection, rate).values(key=MESSAGES, quota="").on_conflict_do_nothing())
        row = connection.execute(_LOCKED, commit).one()
    quota, unknown = Quota(row.quota), UNKNOWN / 1000 - float(row.up)
    if unknown > 0:
        asked = replace(asked, reminders=0, keeps=0, returned={})
    granted = quota.ask(asked, rates, int(row.now * 1000))
    connection.execute(update(rate).where(rate.c.key == MESSAGES).values(quota=quota.text))
    return replace(granted, queued=float(row.queued), wait=max(granted.wait, unknown))


def _locked() -> Select[Any]:
    """The row; what the time is once it is locked; for how long the transaction is there, and the server, unfallen.

    When it recovers from a fall of one of its processes alone, it says so only by counting anew.
    """
    up_since = func.greatest(func.pg_postmaster_start_time(), func.pg_stat_get_bgwriter_stat_reset_time())
    row = select(rate.c.quota).where(rate.c.key == MESSAGES).with_for_update().subquery()
    now = func.clock_timestamp()
    return select(
        row.c.quota,
        func.extract("epoch", now).label("now"),
        func.extract("epoch", now - func.now()).label("queued"),
        func.extract("epoch", now - up_since).label("up"),
        func.set_config("synchronous_commit", bindparam("commit"), True),  # for this transaction only
        func.set_config("idle_in_transaction_session_timeout", FROZEN, True),
    )


_LOCKED = _locked()
