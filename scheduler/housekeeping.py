"""Forgetting what is no longer needed."""

from datetime import timedelta

from bot.app import Services
from bot.store import inbox

KEEP_NUMBERS = timedelta(days=7)
"""How long the bare number of an update is kept, to know it again; ``/privacy`` says so."""


async def tick(services: Services) -> None:
    """Forget the numbers of old updates."""
    before = services.clock() - KEEP_NUMBERS
    await services.store.write(lambda connection: inbox.forget(connection, before))
