"""People with a reminder, inserted into the tables directly: a million take a minute instead of hours."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from sqlalchemy import insert

from bot.store import Connection, Store
from bot.store.tables import person, schedule

FIRST = 1_000_001
"""The number of the first chat. The simulator counts from there too."""
BATCH = 5_000
DAY_SECONDS = 24 * 60 * 60
ZONES = ("Europe/Stockholm", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "America/Sao_Paulo")
Row = dict[str, Any]


async def at_once(store: Store, number: int, kind: str, due: datetime) -> None:
    """Store people who all have a reminder of ``kind`` due at one moment."""
    await _add(store, ((chat, due) for chat in range(FIRST, FIRST + number)), kind)


async def over_a_day(store: Store, number: int, kind: str, begin: datetime) -> None:
    """Store people whose reminders are evenly spread over the day after ``begin``."""
    apart = DAY_SECONDS / number
    await _add(store, ((FIRST + index, begin + timedelta(seconds=index * apart)) for index in range(number)), kind)


async def _add(store: Store, due: Iterator[tuple[int, datetime]], kind: str) -> None:
    while batch := list(islice(due, BATCH)):
        await store.write(partial(_insert, due=batch, kind=kind))


def _insert(connection: Connection, due: list[tuple[int, datetime]], kind: str) -> None:
    connection.execute(insert(person), [_person(chat) for chat, _ in due])
    connection.execute(insert(schedule), [_schedule(chat, kind, at) for chat, at in due])


def _person(chat: int) -> Row:
    return {
        "chat_id": chat,
        "zone": ZONES[chat % len(ZONES)],
        "quiet_from": 0,
        "quiet_until": 0,
        "telegram_language": "en",
    }


def _schedule(chat: int, kind: str, due: datetime) -> Row:
    next_one = {"next_at": due, "next_date": due.date(), "next_slot": 600}
    wish = {"times": "600,840,1080", "days": "1234567", "silent": False, "consented_at": due}
    return {"chat_id": chat, "kind": kind, "active": True, "version": 1, **wish, **next_one}
