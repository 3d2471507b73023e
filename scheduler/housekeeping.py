"""Forgetting what is no longer needed, and learning what has changed about the world's clocks."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import tzdata

from bot.app import Services
from bot.store import Connection, Store, erasure, inbox, memory, outbox, schedules

KEEP_NUMBERS = timedelta(days=7)
"""How long the bare number of an update is kept, to know it again; ``/privacy`` says so."""
KEEP_REMINDERS = timedelta(days=30)
"""How long a reminder is kept that has ended; ``/privacy`` says so."""
BATCH = 500
"""So few rows at a time that nobody who waits for a reply notices."""
ZONES = "tzdata"
"""Under this name it is remembered by which rules of the zones reminders were reckoned."""


async def tick(services: Services) -> None:
    """Forget the numbers of old updates and old reminders, and wipe out what has been deleted since the last time."""
    await learn_zones(services)
    now = services.clock()
    await services.store.write(lambda connection: inbox.forget(connection, now - KEEP_NUMBERS))
    await _all(services, lambda connection: outbox.forget(connection, now - KEEP_REMINDERS, BATCH))
    await _wipe(services.store)


async def _wipe(store: Store) -> None:
    """Let the database's files keep nothing of what was deleted; write them anew if somebody was erased."""
    erased = (await store.read(memory.recall)).get(erasure.ERASED)
    if await store.wipe(anew=erased is not None) and erased:
        await store.write(lambda connection: memory.forget(connection, erasure.ERASED, erased))


async def _all(services: Services, work: Callable[[Connection], int]) -> None:
    while await services.store.write(work) == BATCH:
        pass


async def learn_zones(services: Services) -> None:
    """Reckon anew when reminders are next due, if the rules of the zones are others than last time."""
    known = await services.store.read(memory.recall)
    if known.get(ZONES) == tzdata.IANA_VERSION:
        return
    last: int | None = 0
    while last is not None:
        last = await services.store.write(partial(schedules.retime, after=last, most=BATCH))
    await services.store.write(lambda connection: memory.remember(connection, ZONES, tzdata.IANA_VERSION))
