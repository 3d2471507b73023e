"""Anna's schedules, and the rows that are planned for her."""

from datetime import datetime, time, timedelta, timezone
from typing import Any

from sqlalchemy import select

from bot.store import Store, planning, schedules
from bot.store.schedules import Schedule, Wish
from bot.store.tables import outbox as outbox_table

NOW = datetime(2026, 11, 1, 20, 0, tzinfo=timezone.utc)
ANNA, BO = 1_000_001, 2**51
DAY = timedelta(days=1)
EVERY_DAY = frozenset(range(1, 8))
EVENING = Wish((time(21, 30),), EVERY_DAY, silent=True)
DUE = datetime(2026, 11, 1, 20, 30, tzinfo=timezone.utc)  # 21:30 in Stockholm
SENT = DUE


async def on(store: Store, kind: str = "stretch", wish: Wish = EVENING, now: datetime = NOW, chat: int = ANNA) -> None:
    await store.write(lambda connection: schedules.turn_on(connection, chat, kind, wish, now))


async def off(store: Store, *kinds: str, now: datetime = NOW) -> list[str]:
    return await store.write(lambda connection: schedules.turn_off(connection, ANNA, now, kinds or None))


async def plan(store: Store, now: datetime, most: int = 100) -> int:
    return await store.write(lambda connection: planning.plan(connection, now, most))


async def planned(store: Store) -> list[Any]:
    return list(
        await store.read(lambda connection: connection.execute(select(outbox_table).order_by(outbox_table.c.id)).all())
    )


async def stored_schedule(store: Store, kind: str = "stretch") -> Schedule:
    return (await store.read(lambda connection: schedules.by_kind(connection, ANNA)))[kind]
