"""What backups ask of PostgreSQL meanwhile: one transaction that stays open, and pg_dump again and again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from subprocess import CalledProcessError

from sqlalchemy import Connection, func, or_, select

from bot.store import Store
from bot.store.engine.database import DATABASE_ERRORS
from bot.store.engine.postgresql import PostgreSQL
from bot.store.tables import outbox, person, schedule
from tests.support.postgresql import Server
from tests.support.waiting import pause

PAUSE_SECONDS = 2.0
"""Between two copies, and until a transaction is opened again after PostgreSQL fell."""


@dataclass
class Backups:
    """The copies of the database at ``url``, in ``folder``."""

    server: Server
    url: str
    folder: Path
    copies: list[Path] = field(default_factory=list)

    async def hold_a_snapshot(self) -> None:
        """Keep one transaction open that sees the tables as they are now, until cancelled."""
        database = PostgreSQL(self.url, time_limits=False)
        try:
            while True:
                with suppress(*DATABASE_ERRORS):
                    async with database.asyncio_engine.connect() as connection:
                        await connection.execution_options(isolation_level="REPEATABLE READ")
                        while await connection.scalar(select(func.count()).select_from(person)):
                            await pause(PAUSE_SECONDS)
                await pause(PAUSE_SECONDS)
        finally:
            await database.close()

    async def dump_again_and_again(self) -> None:
        """Copy the database until cancelled."""
        while True:
            copy = self.folder / f"copy-{len(self.copies)}"
            with suppress(CalledProcessError):  # PostgreSQL fell
                await asyncio.to_thread(self.server.dump, self.url, copy)
                self.copies.append(copy)
            await pause(PAUSE_SECONDS)

    async def wrong(self, people: int, times: list[datetime]) -> list[str]:
        """Restore a copy from the middle of the storm, and return what is not as it was at one moment.

        ``times``: what the schedules said before their reminders were planned.
        """
        middle = self.copies[len(self.copies) // 2]
        async with Store.open(await asyncio.to_thread(self.server.restore_elsewhere, self.url, middle)) as store:
            schedules, torn = await store.read(partial(_contents, times=times))
        faults = {
            f"schedules in a copy: {schedules}": schedules != people,
            f"reminders in a copy that are half planned: {torn}": torn,
        }
        return [fault for fault, is_so in faults.items() if is_so]


def _contents(connection: Connection, times: list[datetime]) -> tuple[int, int]:
    """Return the number of schedules, and of those that do not fit to their row in the outbox, or to its absence."""
    is_planned = outbox.c.id.is_not(None)
    torn = or_(is_planned & (schedule.c.next_at <= outbox.c.due_at), ~is_planned & schedule.c.next_at.not_in(times))
    both = select(schedule.c.id).join(outbox, outbox.c.schedule_id == schedule.c.id, isouter=True).where(torn)
    count = select(func.count())
    return (
        connection.execute(count.select_from(schedule)).scalar_one(),
        connection.execute(count.select_from(both.subquery())).scalar_one(),
    )


@asynccontextmanager
async def backing_up(server: Server, url: str, folder: Path) -> AsyncIterator[Backups]:
    """Do both during the block."""
    backups = Backups(server, url, folder)
    tasks = [asyncio.create_task(backups.hold_a_snapshot()), asyncio.create_task(backups.dump_again_and_again())]
    try:
        yield backups
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
