"""Several bot processes on one PostgreSQL, of which one is active and the others stand by."""

import re
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from simulator import Simulator
from tests.support.bot_process import Installation, Process, exit_status
from tests.support.key_files import private_key
from tests.support.traffic import Traffic
from tests.support.waiting import pause, until

PATIENCE_SECONDS = 60.0
"""A crash is noticed when the lease has run out, and the machine may be busy."""
BECAME_ACTIVE = re.compile(r"This process is active \(term (\d+)\)")
LOOK_SECONDS = 0.05
"""Seldom enough not to keep the processes from what is waited for."""
FAST = {"PAID_BROADCASTS": "yes", "MESSAGES_PER_SECOND": "1000"}
"""Most of the time would go by waiting for the free rate, which other tests keep."""


@dataclass
class Several:
    """Processes, each with a folder of its own, on the database ``url``, and people who talk with them."""

    simulator: Simulator
    folder: Path
    url: str
    random: Random
    people: int = 120
    processes: dict[str, Process] = field(default_factory=dict)
    traffic: Traffic = field(init=False)
    engine: AsyncEngine = field(init=False)

    def __post_init__(self) -> None:
        self.engine = create_async_engine(self.url.replace("postgresql:", "postgresql+asyncpg:"))
        self.traffic = Traffic(self.simulator, self.random, self.people)

    async def start(self, name: str, **environment: str) -> Process:
        """Start one more process."""
        place = {"DATABASE_URL": self.url, "DATA_KEY_FILE": str(private_key(self.folder / "data_key"))}
        given = tuple({**place, **FAST, **environment}.items())
        installation = Installation(self.simulator, self.folder / name, given, "tests.support.hasty", forked=True)
        installation.folder.mkdir(exist_ok=True)
        self.processes[name] = await installation.start()
        return self.processes[name]

    def said(self, name: str) -> str:
        """Return what a process has written."""
        return (self.folder / name / "log").read_text(encoding="utf-8")

    def terms(self, name: str) -> list[int]:
        """Return the terms in which a process was active."""
        return [int(term) for term in BECAME_ACTIVE.findall(self.said(name))]

    async def active(self, after: int = 0) -> str:
        """Return the process that became active last, in a later term than ``after``, as soon as there is one."""

        def newest() -> str | None:
            terms = {terms[-1]: name for name in self.processes if (terms := self.terms(name))}
            term = max(terms, default=0)
            return terms[term] if term > after and self.processes[terms[term]].returncode is None else None

        await until(lambda: newest() is not None, LOOK_SECONDS)
        name = newest()
        assert name is not None
        return name

    async def wait_until_idle(self) -> None:
        """Return when everything is answered and every update has ended."""
        judge = self.simulator.judge
        await judge.until(lambda _: self.traffic.is_answered(), PATIENCE_SECONDS)
        while await self.rows("SELECT 1 FROM inbox WHERE state IN ('new', 'applied') LIMIT 1"):
            await pause(LOOK_SECONDS)

    async def rows(self, query: str) -> list[Any]:
        """Return rows of the database."""
        async with self.engine.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(query))]

    async def check(self, updates: int) -> None:
        """Check that nothing is lost and no effect is doubled."""
        await self.wait_until_idle()
        assert await self.rows("SELECT state, count(*) FROM inbox GROUP BY state") == [("done", updates)]
        assert await self.rows("SELECT count(*) FROM inbox WHERE raw IS NOT NULL") == [(0,)]
        known = {row[0]: row[1:] for row in await self.rows("SELECT chat_id, language, tips_seen FROM person")}
        for person in self.traffic.people:
            expected = self.traffic.languages.get(person.id), self.traffic.tips[person.id]
            assert known.get(person.id, (None, 0)) == expected, person.id
        assert self.traffic.answers().keys() == set(self.traffic.questions)

    async def end(self) -> None:
        """Stop the processes that still run, and check that each ends with status 0."""
        left = {name: process for name, process in self.processes.items() if process.returncode is None}
        for process in left.values():
            process.send_signal(signal.SIGTERM)
        for name, process in left.items():
            assert await exit_status(process) == 0, self.said(name)
        assert not [self.said(name) for name in self.processes if "Traceback" in self.said(name)]


@asynccontextmanager
async def several_processes(simulator: Simulator, folder: Path, url: str, seed: int) -> AsyncIterator[Several]:
    """Return a group without processes, and end all of its processes at the end of the block."""
    several = Several(simulator, folder, url.replace("+asyncpg", ""), Random(seed))
    try:
        yield several
        await several.end()
    finally:
        await several.engine.dispose()
        for process in several.processes.values():
            if process.returncode is None:
                process.kill()
                await process.wait()


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
