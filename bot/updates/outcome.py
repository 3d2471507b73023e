"""How an update ends: done, or dead. The database is to blame for neither before some time has passed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.counters import count
from bot.errors import UnavailableError
from bot.updates.inbound import Arrival

AGAIN_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""After how long an update is tried again that the database kept from being handled."""
Handle = Callable[[Arrival], Awaitable[None]]
log = logging.getLogger(__name__)


async def outcome(handle: Handle, each: Arrival) -> str:
    """Handle one, and give the state in which it ends, which is counted."""
    state = await _end(handle, each)
    count("updates", state)
    return state


async def _end(handle: Handle, each: Arrival) -> str:
    try:
        await _insist(handle, each)
    except UnavailableError:
        log.warning("an update could not be handled while the database was away; it is kept as dead")
        return "dead"
    except Exception:
        log.exception("an update could not be handled; it is kept as dead")
        return "dead"
    return "done"


async def _insist(handle: Handle, each: Arrival) -> None:
    """Again for as long as the database is away: the effects are stored once, whatever is known of that here."""
    for pause in AGAIN_SECONDS:
        try:
            return await handle(each)
        except UnavailableError:
            await asyncio.sleep(pause)
    each.is_last_try = True
    return await handle(each)
