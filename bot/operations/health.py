"""The health check: whether the bot gets updates and sends what is due, and its database answers and stores."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.errors import StoreError
from bot.store import Store, status
from bot.updates.intake_status import IntakeStatus

LONGEST_FETCH_SECONDS = 90.0
"""Telegram answers a poll after 50 seconds at the latest."""
LONGEST_UNSET_SECONDS = 90.0
"""Setting the webhook is one request, repeated until Telegram accepts it."""
LONGEST_CONFLICT_SECONDS = 90.0
"""While one process takes over from another one, they may both poll for some seconds."""
LONGEST_UNDELIVERED_SECONDS = 90.0
"""During a takeover a call may fail. Telegram soon repeats it."""
LONGEST_DUE_SECONDS = 120.0
LARGEST_CLOCK_DIFFERENCE_SECONDS = 60.0
DATABASE_SECONDS = 2.0
"""How long the database may take to answer."""


class Role(StrEnum):
    """Whether this process serves people or waits to take over."""

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
        conflict_age: Seconds for which another process has kept fetching this bot's updates.
        undelivered_age: Seconds for which Telegram's calls have failed while updates wait.
        delivery_error: What Telegram says about those calls.
        due_age: Seconds for which the oldest reminder that is due has waited.
        inbox_open: The number of updates that are not handled yet.
        write_error: Why the database stores nothing, although it answers; empty while it stores.
        clock_difference: Seconds by which the machine's clock is ahead of Telegram's; negative if it is behind.
    """

    role: Role
    database: bool
    fetch_age: float | None = None
    unset_age: float | None = None
    due_age: float | None = None
    inbox_open: int | None = None
    write_error: str | None = None
    conflict_age: float | None = None
    undelivered_age: float | None = None
    delivery_error: str = ""
    clock_difference: float | None = None

    @property
    def problems(self) -> list[str]:
        """What is wrong, one sentence each."""
        undelivered = (self.undelivered_age or 0.0) > LONGEST_UNDELIVERED_SECONDS
        fast = self.clock_difference or 0.0
        checks = {
            "no updates could be fetched for too long": (self.fetch_age or 0.0) > LONGEST_FETCH_SECONDS,
            "the webhook could not be set for too long": (self.unset_age or 0.0) > LONGEST_UNSET_SECONDS,
            "another process fetches this bot's updates": (self.conflict_age or 0.0) > LONGEST_CONFLICT_SECONDS,
            f"Telegram cannot deliver updates ({self.delivery_error})": undelivered,
            "the database does not answer": not self.database,
            f"the database stores nothing ({self.write_error})": bool(self.write_error),
            "a reminder that is due has not been sent for too long": (self.due_age or 0.0) > LONGEST_DUE_SECONDS,
        }
        checks[f"the machine's clock is {abs(fast):.0f} s {'fast' if fast > 0 else 'slow'}"] = (
            abs(fast) > LARGEST_CLOCK_DIFFERENCE_SECONDS
        )
        return [problem for problem, is_so in checks.items() if is_so]


class HealthCheck:
    """Checks the health of the process.

    ``is_active`` returns whether it is the active process, ``intake_status`` the status of polling or of the webhook,
    and ``clock_difference`` by how many seconds the machine's clock is fast, or None if that is unknown.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        is_active: Callable[[], bool],
        intake_status: Callable[[], IntakeStatus],
        clock_difference: Callable[[], float | None] = lambda: None,
        *,
        timeout: float = DATABASE_SECONDS,
    ) -> None:
        self.is_active = is_active
        self._store = store
        self._clock = clock
        self._intake_status = intake_status
        self._clock_difference = clock_difference
        self._timeout = timeout
        self._query: asyncio.Task[status.Backlog | None] | None = None

    async def check(self) -> Health:
        """Return the present health. This takes little more than ``timeout`` at most."""
        role = Role.ACTIVE if self.is_active() else Role.STANDBY
        # Only one query runs at a time. If the database takes too long to answer, the next check waits for this one.
        query = self._query = self._query or asyncio.create_task(self._read_backlog())
        await asyncio.wait([query], timeout=self._timeout)
        backlog = None
        if query.done():
            self._query, backlog = None, query.result()
        health = Health(role, database=backlog is not None)
        if role is Role.STANDBY:
            return health
        if backlog:
            due_age, write_error = self._seconds_since(backlog.oldest_due) or 0.0, self._store.write_error
            health = replace(health, due_age=due_age, inbox_open=backlog.inbox_open, write_error=write_error)
        intake_status = self._intake_status()
        return replace(
            health,
            fetch_age=self._seconds_since(intake_status.fetched_at),
            unset_age=self._seconds_since(intake_status.unset_since),
            conflict_age=self._seconds_since(intake_status.conflict_since),
            undelivered_age=self._seconds_since(intake_status.undelivered_since),
            delivery_error=intake_status.delivery_error,
            clock_difference=self._clock_difference(),
        )

    async def _read_backlog(self) -> status.Backlog | None:
        # The error ends here: if nobody waits for the answer any more, asyncio would log the error with its traceback.
        now = self._clock()
        with suppress(StoreError):
            return await self._store.read(lambda connection: status.backlog(connection, now))
        return None

    def _seconds_since(self, moment: datetime | None) -> float | None:
        return max(0.0, (self._clock() - moment).total_seconds()) if moment else None
