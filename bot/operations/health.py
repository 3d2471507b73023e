"""Whether the bot does its work: it fetches updates, sends what is due, and its database answers and stores."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.errors import StoreError
from bot.store import Connection, Store, status

LONGEST_FETCH_SECONDS = 90.0
"""Telegram answers a poll after 50 seconds at the latest."""
LONGEST_UNSET_SECONDS = 90.0
"""Setting the webhook is one request, repeated until Telegram accepts it."""
LONGEST_DUE_SECONDS = 120.0
DATABASE_SECONDS = 2.0
"""How long the database may take to answer."""


class Role(StrEnum):
    """What this process does."""

    ACTIVE = "active"
    STANDBY = "standby"


@dataclass(frozen=True)
class Health:
    """The health of the process at one moment. A value that does not apply, or is not known, is None.

    Attributes:
        role: A standby neither fetches nor sends. It is well as long as its database answers.
        database: Whether the database answers.
        fetch_age: Seconds since updates were last fetched, for a process that polls.
        unset_age: Seconds for which Telegram has not known where to call, for a process with a webhook.
        due_age: Seconds for which the oldest reminder that is due has waited.
        inbox_open: The number of updates that are not handled yet.
        write_error: Why the database stores nothing, although it answers; empty while it stores.
    """

    role: Role
    database: bool
    fetch_age: float | None = None
    unset_age: float | None = None
    due_age: float | None = None
    inbox_open: int | None = None
    write_error: str | None = None

    @property
    def problems(self) -> list[str]:
        """What is wrong, one sentence each."""
        checks = {
            "no updates could be fetched for too long": (self.fetch_age or 0.0) > LONGEST_FETCH_SECONDS,
            "the webhook could not be set for too long": (self.unset_age or 0.0) > LONGEST_UNSET_SECONDS,
            "the database does not answer": not self.database,
            f"the database stores nothing ({self.write_error})": bool(self.write_error),
            "a reminder that is due has not been sent for too long": (self.due_age or 0.0) > LONGEST_DUE_SECONDS,
        }
        return [problem for problem, is_so in checks.items() if is_so]


class HealthCheck:
    """Checks the health of the process.

    ``is_active`` says whether it does the work; ``last_fetch`` returns when updates were last fetched, and
    ``unset_since`` since when Telegram has not known where to call: None where that does not apply.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        is_active: Callable[[], bool],
        last_fetch: Callable[[], datetime | None],
        unset_since: Callable[[], datetime | None],
        *,
        timeout: float = DATABASE_SECONDS,
    ) -> None:
        self.is_active = is_active
        self._store = store
        self._clock = clock
        self._last_fetch = last_fetch
        self._unset_since = unset_since
        self._timeout = timeout
        self._query: asyncio.Task[status.Backlog] | None = None

    async def check(self) -> Health:
        """Return the present health, within little more than the timeout of the database."""
        role = Role.ACTIVE if self.is_active() else Role.STANDBY
        fetch_age, unset_age = self._seconds_since(self._last_fetch()), self._seconds_since(self._unset_since())
        try:
            waiting = await self._ask_database()
        except (StoreError, TimeoutError):
            return Health(role, database=False, fetch_age=fetch_age, unset_age=unset_age)
        if role is Role.STANDBY:
            return Health(role, database=True)
        due_age = self._seconds_since(waiting.oldest_due) or 0.0
        return Health(role, True, fetch_age, unset_age, due_age, waiting.inbox_open, self._store.write_error)

    async def _ask_database(self) -> status.Backlog:
        """Ask the database, and never a second time while it still owes an answer."""
        if self._query is None:
            now = self._clock()

            def work(connection: Connection) -> status.Backlog:
                return status.backlog(connection, now)

            self._query = asyncio.create_task(self._store.read(work))
        query = self._query
        await asyncio.wait([query], timeout=self._timeout)
        if not query.done():
            raise TimeoutError
        self._query = None
        return query.result()

    def _seconds_since(self, moment: datetime | None) -> float | None:
        return max(0.0, (self._clock() - moment).total_seconds()) if moment else None
