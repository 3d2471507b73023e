"""Counts what a transaction does, once it is committed."""

from collections import Counter

from sqlalchemy import Connection, Engine, event

from bot.counters import count

NOTED = "noted"


def note(connection: Connection, *what: str, times: int = 1) -> None:
    """Count this (``bot.counters``) if the transaction is committed, and not if it is undone."""
    if times:
        connection.info.setdefault(NOTED, Counter())[what] += times


def listen(engine: Engine) -> None:
    """Follow the transactions of this engine."""
    event.listen(engine, "commit", _count)
    event.listen(engine, "rollback", _forget)


def _count(connection: Connection) -> None:
    for what, times in connection.info.pop(NOTED, {}).items():
        count(*what, times=times)


def _forget(connection: Connection) -> None:
    connection.info.pop(NOTED, None)
