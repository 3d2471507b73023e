"""From what people want to what is due: occurrences into the outbox."""

from functools import partial

from bot.app import Services
from bot.store import planning

BATCH = 50
"""So few at a time that nobody who waits for a reply notices."""
AHEAD = 2_000
"""So many may wait to be sent, twice what can ever leave in a second: the others are as safe, and cheaper, as they are.
"""


async def tick(services: Services) -> None:
    """Plan what is due, as far as it is soon to be sent."""
    store, now = services.store, services.clock()
    while await store.read(partial(planning.is_wanted, now=now, most=AHEAD)):
        if not await store.write(partial(planning.plan, now=now, most=BATCH), patient=True):
            return
