"""One active process; the others stand by until the lease is free, and then simply start.

The active process renews a lease row every second. When the last renewal is five seconds old, the lease may have run
out, and another process may be active. A monotonic clock shows this, even after the process was frozen. From that
moment no reminder leaves. Replies still leave as long as the database cannot say who is active, because somebody may be
in pain and a second copy does no harm. If the database says that another process is active, this one ends.

With SQLite the lock of the file is the lease: the process that has the file is the active one.
"""

import asyncio
import logging
import math
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from bot.errors import LeaseLostError, StoreError
from bot.log import Outage
from bot.store import Connection, Store, lease
from bot.store.lease import VALID_SECONDS

RENEW_SECONDS = 1.0
ATTEMPT_SECONDS = 2.0
"""Time limit of one renewal. Two renewals that reach it fit into the validity of the lease."""
REPLY_PROOF_SECONDS = 0.25
"""How long a reply waits for the database to say who is active."""
REACHABLE_SECONDS = 2.0
"""A standby takes over only after the database was reachable this long: after an outage, the active one goes first."""
log = logging.getLogger(__name__)


class Leadership:
    """Knows whether this process is active. ``monotonic`` returns and ``sleep`` takes seconds; tests pass their own."""

    def __init__(
        self,
        store: Store,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._monotonic = monotonic
        self._sleep = sleep
        self._owner = uuid.uuid4().hex
        self._proven_until = -math.inf
        self._renewal: asyncio.Task[bool] | None = None
        self.term = 0
        self.is_lost = False

    @property
    def is_active(self) -> bool:
        """Whether this process has taken the lease, and does not know that another one has taken it since."""
        return self.term > 0 and not self.is_lost

    @property
    def is_proven(self) -> bool:
        """Whether no other process can be active at this moment."""
        return self.is_active and self._monotonic() < self._proven_until

    async def may_reply(self) -> bool:
        """Return false only if another process is known to be active. Asks the database, but not for long."""
        if not self.is_proven and not self.is_lost:
            with suppress(TimeoutError):
                async with asyncio.timeout(REPLY_PROOF_SECONDS):
                    await self._renew()
        return not self.is_lost

    async def acquire(self) -> None:
        """Stand by until this process is the active one, whatever the database does meanwhile."""
        take_from = -math.inf
        is_logged = False
        trouble = Outage(log, "lease_unavailable", "The database says again who is active", self._monotonic)
        while True:
            began = self._monotonic()
            try:
                if began < take_from:
                    await self._store.write_alone(lease.is_reachable)
                elif await self._take_lease(began):
                    if not self._store.is_exclusive:
                        log.info("This process is active (term %d)", self.term, extra={"action": "active"})
                    return
                elif not is_logged:
                    log.info("Standing by: another process is active", extra={"action": "standby"})
                    is_logged = True
                take_from = min(take_from, began + REACHABLE_SECONDS)
                trouble.succeeded()
            except StoreError as error:
                take_from = math.inf
                trouble.failed(f"Cannot become active: {error}; retrying")
            await self._sleep(RENEW_SECONDS)

    async def _take_lease(self, began: float) -> bool:
        is_exclusive = self._store.is_exclusive

        def take(connection: Connection) -> int | None:
            return lease.acquire(connection, self._owner, by_force=is_exclusive)

        term = await self._store.write_alone(take)
        if term is None:
            return False
        self.term, self._proven_until = term, math.inf if is_exclusive else began + VALID_SECONDS
        return True

    @asynccontextmanager
    async def held(self) -> AsyncIterator[asyncio.Task[None]]:
        """Renew the lease during the block, and give it up at its end. The yielded task fails if the lease is lost."""
        keeping = asyncio.create_task(self._keep_renewing())
        try:
            yield keeping
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            with suppress(StoreError, TimeoutError):
                async with asyncio.timeout(ATTEMPT_SECONDS):
                    await self._store.write_alone(lambda connection: lease.release(connection, self._owner, self.term))

    async def _keep_renewing(self) -> None:
        if self._store.is_exclusive:
            await asyncio.Event().wait()  # the lock of the file lasts as long as the process
        while not self.is_lost:
            await self._sleep(RENEW_SECONDS)
            await self._renew()
        raise LeaseLostError("another process has become active; start this one again to let it stand by")

    async def _renew(self) -> bool:
        """Renew the lease once; callers during an attempt share that attempt. Returns whether the renewal succeeded."""
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew_once())
        return await asyncio.shield(self._renewal)

    async def _renew_once(self) -> bool:
        began = self._monotonic()
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                is_ours = await self._store.write_alone(
                    lambda connection: lease.renew(connection, self._owner, self.term)
                )
        except (StoreError, TimeoutError):
            return False
        if is_ours:
            self._proven_until = began + VALID_SECONDS
        else:
            self.is_lost = True
        return is_ours
