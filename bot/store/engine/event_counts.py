"""Event counts of a transaction: a commit adds them to ``bot.counters``, and a rollback drops them."""

from collections import Counter

from sqlalchemy import Connection, Engine, event

from bot.counters import count

_UNCOMMITTED = "uncommitted"


def count_on_commit(connection: Connection, *labels: str, times: int = 1) -> None:
    """Count an event (``bot.counters``) when the transaction is committed. A rollback counts nothing."""
    if times:
        connection.info.setdefault(_UNCOMMITTED, Counter())[labels] += times


def listen(engine: Engine) -> None:
    """Publish or drop the counts of every transaction of this engine."""
    event.listen(engine, "commit", _publish)
    event.listen(engine, "rollback", _drop)


def _publish(connection: Connection) -> None:
    for labels, times in connection.info.pop(_UNCOMMITTED, {}).items():
        count(*labels, times=times)


def _drop(connection: Connection) -> None:
    if not connection.invalidated:  # if it is, `info` is gone, and reading it would raise an error that hides the cause
        connection.info.pop(_UNCOMMITTED, None)
