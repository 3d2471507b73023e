"""One process among its equals on one database: it shows that it is alive, and takes over from those that are not.

One of those that poll does so, and the others wait for its lease to end. That two believe it for a moment does no
harm: each update is stored once. With SQLite there is one process, and nothing to agree on.
"""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Self

from bot.errors import StoreError
from bot.store import Connection, Store, leases

BEAT_SECONDS = 5.0
TRUST_SECONDS = 20.0
"""How long a lease is relied on, from before it was asked for: well below the time for which it is given."""
POLLER = "poller"
Turn = Callable[[], Awaitable[None]]
"""Returns when it is this process that polls."""
log = logging.getLogger(__name__)


class Replica:
    """``adopt`` takes over what processes that are no more have left; ``monotonic`` gives, ``sleep`` takes seconds."""

    def __init__(
        self,
        store: Store,
        adopt: Callable[[], Awaitable[None]],
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._adopt = adopt
        self._monotonic = monotonic
        self._sleep = sleep
        self._polls = False
        self._is_poller = False
        self._trusted_until = 0.0
        self._well_since = math.inf

    async def __aenter__(self) -> Self:
        """Show that this process is alive, and from now on again and again."""
        await self.beat()
        self._beating = asyncio.create_task(self._beat_on())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let the others take over at once."""
        self._beating.cancel()
        await asyncio.gather(self._beating, return_exceptions=True)
        if not self._store.is_alone:
            with suppress(StoreError):
                await self._store.write(lambda connection: leases.release(connection, self._store.owner))

    async def _beat_on(self) -> None:
        while True:
            await self._sleep(BEAT_SECONDS)
            await self.beat()

    async def beat(self) -> None:
        """Renew the leases of this process, and look for what others have left.

        When the database has been away, so that nobody could renew anything, the others get a chance to do so first.
        """
        began = self._monotonic()
        try:
            if not self._store.is_alone:
                granted = await self._store.write(self._renew)
                self._believe(granted, began + TRUST_SECONDS)
            self._well_since = min(self._well_since, began)
            if self._store.is_alone or began >= self._well_since + BEAT_SECONDS:
                await self._adopt()
        except StoreError:
            self._well_since = math.inf

    async def turn(self) -> None:
        """Return when it is this process that polls.

        The one that does goes on while the database is away: then nobody can take its place, and a call for relief
        needs no database.
        """
        self._polls = True
        while not self._store.is_alone and self._monotonic() >= self._trusted_until:
            await self.beat()
            if self._is_poller:
                return
            await self._sleep(BEAT_SECONDS)

    def _renew(self, connection: Connection) -> bool:
        leases.live(connection, self._store.owner)
        return self._polls and leases.renew(connection, POLLER, self._store.owner)

    def _believe(self, granted: bool, until: float) -> None:
        if self._polls and granted != self._is_poller:
            log.info("this process polls now" if granted else "another process polls; this one is ready to")
        self._is_poller = granted
        self._trusted_until = until if granted else 0.0
