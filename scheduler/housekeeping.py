"""Deletes data that is no longer needed, every hour, and applies new rules of time zones.

The constants below say how long each kind of data is kept. ``scheduler.running`` has the intervals.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import tzdata

from bot.app import Services
from bot.diary.trial import COUNTING, SHOWN, STRETCHING
from bot.store import (
    Connection,
    bot_state,
    cramps,
    diaries,
    erasure_marks,
    evenings,
    inactivity,
    inbox,
    outbox,
    runs,
    schedules,
)

KEEP_UPDATE_IDS = timedelta(days=7)
"""How long the id of an update is kept without its text, to recognise a repetition; ``/privacy`` says so."""
KEEP_ENDED_ROWS = timedelta(days=30)
"""How long the row of a reminder is kept after its end; ``/privacy`` says so."""
KEEP_EVENINGS = timedelta(days=60)
"""How long an evening on which somebody stretched is kept; ``/privacy`` says so."""
KEEP_TRIAL = COUNTING + STRETCHING + SHOWN
"""How long the first day of a trial and its evenings are kept; the page on the diary says so."""
KEEP_ENDED_RUNS = timedelta(days=1)
"""How long the bot keeps trying to edit the message of an ended run."""
BATCH = 500
"""Rows per transaction: few enough that nobody who waits for a reply notices."""
ZONE_RULES_KEY = "tzdata"
"""The key in ``bot.store.bot_state`` of the ``rules_version`` with which every ``next_at`` was computed."""


async def tick(services: Services) -> None:
    """Delete old ids and rows, and wipe the bytes of everything that was deleted since the last tick."""
    await apply_new_zone_rules(services)
    now = services.clock()
    await services.store.write(lambda connection: inbox.delete_ended(connection, now - KEEP_UPDATE_IDS))
    await services.store.write(lambda connection: erasure_marks.forget(connection, now - erasure_marks.KEPT))
    await _in_batches(services, lambda connection: outbox.delete_ended(connection, now - KEEP_ENDED_ROWS, BATCH))
    await _in_batches(services, lambda connection: evenings.delete_old(connection, (now - KEEP_EVENINGS).date(), BATCH))
    await services.store.write(lambda connection: runs.delete_ended(connection, now - KEEP_ENDED_RUNS))
    await services.store.write(partial(diaries.end_trials, before=(now - KEEP_TRIAL).date()))
    # Erase the people whose notice was four weeks ago, and send the notice to some who have long been silent. The
    # notices are sent in small numbers, an hour apart, so that nobody else's message waits for them.
    await _in_batches(services, partial(inactivity.begin_counting, now=now, limit=BATCH))
    await _in_batches(services, partial(inactivity.erase, now=now, limit=BATCH))
    await services.store.write(partial(inactivity.tell, now=now, limit=BATCH))
    await services.store.write(partial(cramps.delete_old, now=now))
    await _in_batches(
        services, partial(diaries.erase_withdrawn, before=now - diaries.KEEP_WITHDRAWN, now=now, limit=BATCH)
    )
    # Remove the bytes of deleted rows from the database's files; rewrite the files if somebody was erased.
    erased = (await services.store.read(bot_state.read_all)).get(bot_state.ERASED)
    if await services.store.wipe(rewrite=erased is not None) and erased:
        await services.store.write(partial(bot_state.delete, key=bot_state.ERASED, value=erased))


async def wipe_answered_texts(services: Services) -> None:
    """Remove the texts of answered updates from the write-ahead log, which keeps them after they are deleted."""
    await services.store.wipe()


async def _in_batches(services: Services, work: Callable[[Connection], int]) -> None:
    while await services.store.write(work) == BATCH:
        pass


def rules_version() -> str:
    """Return a name for the way in which ``next_at`` is computed. If it is new, every ``next_at`` is computed again."""
    # Versions without ", exact" stored a moment up to two minutes after the time that the person chose.
    return f"{tzdata.IANA_VERSION}, exact"


async def apply_new_zone_rules(services: Services) -> None:
    """Compute again when each reminder is next due, if ``rules_version`` has changed since the last time."""
    remembered = await services.store.read(bot_state.read_all)
    if remembered.get(ZONE_RULES_KEY) == rules_version():
        return
    last: int | None = 0
    while last is not None:
        last = await services.store.write(partial(schedules.apply_zone_rules, after=last, limit=BATCH))
    await services.store.write(lambda connection: bot_state.put(connection, ZONE_RULES_KEY, rules_version()))
