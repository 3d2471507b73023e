"""What all processes of one bot may send together: one row, which is locked for the moment of a question."""

from sqlalchemy import Connection, func, select, update

from bot.limiter import Asked, Granted, Quota, Rates
from bot.store.dialect import insert
from bot.store.schema import rate

MESSAGES = "messages"


def ask(connection: Connection, asked: Asked, rates: Rates) -> Granted:
    """Ask, by the database's clock. It is no loss if the database forgets the last moment in a power cut."""
    hasty = func.set_config("synchronous_commit", "off", True)
    locked = select(rate.c.quota, hasty).where(rate.c.key == MESSAGES).with_for_update()
    row = connection.execute(locked).one_or_none()
    if row is None:
        connection.execute(insert(connection, rate).values(key=MESSAGES, quota="").on_conflict_do_nothing())
        row = connection.execute(locked).one()
    quota = Quota(row.quota)
    now = connection.execute(select(func.extract("epoch", func.clock_timestamp()))).scalar_one()  # after the lock
    granted = quota.ask(asked, rates, int(now * 1000))
    connection.execute(update(rate).where(rate.c.key == MESSAGES).values(quota=quota.text))
    return granted
