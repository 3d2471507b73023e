"""From what people want to what is due: occurrences into the outbox."""

from datetime import datetime
from functools import partial

from bot.app import Services
from bot.store import Connection, planning

BATCH, FAR_BATCH = 25, 50
"""So few at a time that nobody who waits for a reply notices; more where each time is a way to a server and back."""
AHEAD = 2_000
"""So many may wait to be sent, twice what can ever leave in a second: the others are as safe, and cheaper, as they are.
"""


async def tick(services: Services) -> None:
    """Plan what is due, as far as it is soon to be sent."""
    most = BATCH if services.store.is_alone else FAR_BATCH
    while await services.store.write(partial(_plan_some, now=services.clock(), most=most), patient=True):
        pass


def _plan_some(connection: Connection, now: datetime, most: int) -> int:
    return planning.plan(connection, now, most) if planning.is_wanted(connection, now, AHEAD) else 0
