"""Counting along with those who hold a stretch."""

import asyncio
from collections.abc import Callable
from typing import TypeAlias

from bot.app import Services
from bot.edition import Edition
from bot.sender import Draft, Place
from bot.store import holds
from bot.store.holds import Hold

Count: TypeAlias = Callable[[Edition, str, int | None], Draft]


async def tick(services: Services, count: Count) -> None:
    """Edit every message that is due, and set when it is next."""
    now = services.clock()
    due = await services.store.read(lambda connection: holds.due(connection, now))
    if due:
        await services.store.write(lambda connection: holds.move_on(connection, due, now))
        await asyncio.gather(*(_edit(services, count, one) for one in due))


async def _edit(services: Services, count: Count, one: Hold) -> None:
    draft = count(services.content.edition(one.language), one.muscle, one.seconds(services.clock()))
    await services.sender.reword(Place(one.chat_id, one.message_id, one.pictured), draft)
