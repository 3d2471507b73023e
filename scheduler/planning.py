"""From schedules to the outbox: plans the occurrences that are due."""

from datetime import datetime
from functools import partial

from bot.app import Services
from bot.store import Connection, claiming, planning

BATCH, REMOTE_BATCH = 25, 50
"""Occurrences per transaction: few enough that nobody who waits for a reply notices.

For a database server there are more, because each transaction costs a round trip.
"""
MOST_WAITING = 2_000
"""How many planned rows may wait to be sent: twice as many as can leave in a second.

Further occurrences are left unplanned for now. Their schedules keep them just as safe, and cost less.
"""


async def tick(services: Services) -> None:
    """Plan the occurrences that are due, but no more than will soon be sent."""
    limit = BATCH if services.store.is_exclusive else REMOTE_BATCH
    tips = [kind for kind, block in services.content.edition().reminders.items() if block.is_tip]

    def plan(connection: Connection, now: datetime) -> int:
        if claiming.has_claimable(connection, MOST_WAITING, now):
            return 0
        return planning.plan(connection, now, limit, tips)

    while await services.store.write(partial(plan, now=services.clock()), patient=True):
        pass
