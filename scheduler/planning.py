"""From what people want to what is due: occurrences into the outbox."""

from bot.app import Services
from bot.store import planning

BATCH = 50
"""So few at a time that nobody who waits for a reply notices."""


async def tick(services: Services) -> None:
    """Plan everything that is due."""
    while await services.store.write(lambda each: planning.plan(each, services.clock(), BATCH), patient=True):
        pass
