"""Whether the bot does what it is there for: fetches updates, sends what is due, and reaches its database."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import StoreError
from bot.store import Connection, Store, figures

LONGEST_FETCH_SECONDS = 90.0
"""A poll is answered after 50 seconds at the latest."""
LONGEST_UNSET_SECONDS = 90.0
"""Setting the webhook is one request, repeated until Telegram takes it."""
LONGEST_DUE_SECONDS = 120.0
PATIENCE_SECONDS = 2.0
"""How long the database may take to answer."""


@dataclass(frozen=True)
class Health:
    """What was seen. Ages in seconds; None if nobody could tell.

    ``fetch_age`` is None where nobody polls, ``unset_age`` (for how long Telegram has not known where to call) where
    there is no webhook.
    """

    fetch_age: float | None
    database: bool
    due_age: float | None = None
    inbox_open: int | None = None
    unset_age: float | None = None

    @property
    def problems(self) -> list[str]:
        """What is not as it should be."""
        found = {
            "no updates could be fetched for too long": (self.fetch_age or 0.0) > LONGEST_FETCH_SECONDS,
            "the webhook could not be set for too long": (self.unset_age or 0.0) > LONGEST_UNSET_SECONDS,
            "the database does not answer": not self.database,
            "a reminder that is due has not been sent for too long": (self.due_age or 0.0) > LONGEST_DUE_SECONDS,
        }
        return [problem for problem, is_so in found.items() if is_so]


class Examination:
    """Looks how the bot is.

    ``last_fetch`` tells when updates were last fetched, ``is_set`` whether the webhook is set; each is None where
    updates come the other way.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        last_fetch: Callable[[], datetime | None] | None = None,
        is_set: Callable[[], bool] | None = None,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._store = store
        self._clock = clock
        self._last_fetch = last_fetch
        self._is_set = is_set
        self._patience = patience
        self._began = clock()
        self._asking: asyncio.Task[figures.Waiting] | None = None

    async def look(self) -> Health:
        """How it is now; never takes much longer than the database may."""
        seen = Health(self._fetch_age(), database=False, unset_age=self._unset_age())
        try:
            waiting = await self._ask()
        except (StoreError, TimeoutError):
            return seen
        due_age = self._age(waiting.oldest_due)
        return replace(seen, database=True, due_age=due_age, inbox_open=waiting.inbox_open)

    async def _ask(self) -> figures.Waiting:
        """Ask the database, and never a second time while it still owes an answer."""
        if self._asking is None:
            now = self._clock()

            def work(connection: Connection) -> figures.Waiting:
                return figures.waiting(connection, now)

            self._asking = asyncio.create_task(self._store.read(work))
        asked = self._asking
        await asyncio.wait([asked], timeout=self._patience)
        if not asked.done():
            raise TimeoutError
        self._asking = None
        return asked.result()

    def _fetch_age(self) -> float | None:
        return None if self._last_fetch is None else self._age(self._last_fetch() or self._began)

    def _unset_age(self) -> float | None:
        return None if self._is_set is None else self._age(None if self._is_set() else self._began)

    def _age(self, moment: datetime | None) -> float:
        return max(0.0, (self._clock() - moment).total_seconds()) if moment else 0.0
