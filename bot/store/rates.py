"""What all processes of one bot may send together: one row, which is locked for the moment of a question."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, func, select, update

from bot.limiter import Asked, Granted, Quota, Rates
from bot.store.dialect import insert
from bot.store.schema import rate

MESSAGES = "messages"


def ask(connection: Connection, asked: Asked, rates: Rates) -> Granted:
    """Ask, by the database's clock. It is no loss if the database forgets the last moment in a power cut."""
    row = connection.execute(_LOCKED).one_or_none()
    if row is None:
        connection.execute(insert(connection, rate).values(key=MESSAGES, quota="").on_conflict_do_nothing())
        row = connection.execute(_LOCKED).one()
    quota = Quota(row.quota)
    granted = quota.ask(asked, rates, int(row.now * 1000))
    connection.execute(update(rate).where(rate.c.key == MESSAGES).values(quota=quota.text))
    return replace(granted, queued=float(row.queued))


def _locked() -> Select[Any]:
    """The row; what the time is once it is locked, and how long that took since the transaction began."""
    row = select(rate.c.quota).where(rate.c.key == MESSAGES).with_for_update().subquery()
    now = func.clock_timestamp()
    return select(
        row.c.quota,
        func.extract("epoch", now).label("now"),
        func.extract("epoch", now - func.now()).label("queued"),
        func.set_config("synchronous_commit", "off", True),  # for this transaction only
    )


_LOCKED = _locked()
