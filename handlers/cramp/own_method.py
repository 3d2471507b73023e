"""What has helped this person most often, by their own diary, on top of the steps.

The steps are sent first. Nobody in pain waits until a diary is read.
"""

import asyncio
import logging
from functools import partial

from bot.app import BotContext
from bot.diary.counting import best_method
from bot.errors import StoreError
from bot.messages.sender import MessageRef
from bot.store import cramps
from bot.store.vault import SealError
from handlers.cramp.screens import helped_before

READ_SECONDS = 1.0
"""Longest wait for the diary. A line that comes later would move the steps while they are being followed."""
log = logging.getLogger(__name__)


async def show(context: BotContext, place: MessageRef, muscle: str) -> None:
    """Add the line to the steps at ``place``, in a private chat, if three cramps of an open diary were rated."""
    if not (context.is_private and context.person.has_diary):
        return
    services, method = context.services, None
    try:
        async with asyncio.timeout(READ_SECONDS):
            sealed = await services.store.read(partial(cramps.read, chat_id=context.sender_id))
            if sealed and sealed.diary.is_open:
                method = best_method(await asyncio.to_thread(sealed.open, services.vault))
    except (StoreError, SealError, TimeoutError) as error:
        why = str(error) or "the database is slow"
        log.warning("Cannot read what has helped before (%s); the steps stay as they are", why)
    if method:
        await services.sender.edit(place, helped_before(context.edition, muscle, method))
