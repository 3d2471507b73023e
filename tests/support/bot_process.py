"""The bot as operators run it: a process of its own, which can be killed."""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, Self

from bot import config
from simulator import Simulator
from tests.support import fork_server
from tests.support.waiting import PATIENCE_SECONDS


class Process(Protocol):
    """A process of its own: the part of ``asyncio.subprocess.Process`` that tests use."""

    @property
    def pid(self) -> int:
        """The number of the process."""

    @property
    def returncode(self) -> int | None:
        """The exit status, below 0 for a signal, or None while the process runs."""

    def send_signal(self, number: int, /) -> None:
        """Send a signal."""

    def kill(self) -> None:
        """End the process by SIGKILL."""

    async def wait(self) -> int:
        """Wait for the process to end; return its exit status."""


@dataclass(frozen=True)
class Installation:
    """What a bot process starts with: a Telegram, a folder with its database, and more environment variables.

    A ``forked`` process is a fork of one that has imported the bot, which takes a twentieth of the time. As a context manager it kills the processes that are left. Otherwise the event loop of the test would wait for them.
    """

    simulator: Simulator
    folder: Path
    more: tuple[tuple[str, str], ...] = ()
    program: str = "benchmarks.charley"
    forked: bool = False
    processes: list[Process] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in self.processes:
            if process.returncode is None:
                process.kill()
                await process.wait()

    @property
    def file(self) -> Path:
        """The file of the database."""
        return self.folder / "charley.db"

    @property
    def environment(self) -> dict[str, str]:
        """The settings, and the few variables of our own environment that Python needs."""
        # PYTHONDONTWRITEBYTECODE is not among them: with it, every process would compile the bot again.
        needed = {"PATH", "HOME", "LANG", "TZ"}
        return {name: value for name, value in os.environ.items() if name in needed} | {
            "PYTHONPATH": str(config.ROOT),
            "TELEGRAM_BOT_TOKEN": self.simulator.token,
            "TELEGRAM_API_URL": self.simulator.url,
            "DATABASE_URL": f"sqlite:///{self.file}",
            **dict(self.more),
        }

    async def start(self, *arguments: str) -> Process:
        """Start the program, by default the bot without rate limits. Its output goes to ``log`` in the folder."""
        if self.forked:
            fork = fork_server.start(self.program, arguments, self.folder, self.environment)
            self.processes.append(fork)
            return fork
        with (self.folder / "log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self.program,
                *arguments,
                cwd=self.folder,
                env=self.environment,
                stderr=log,
                stdout=log,
            )
        self.processes.append(process)
        return process

    def output(self) -> str:
        """Return everything that the processes of this installation have written."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Return the rows of a query on the database."""
        with closing(sqlite3.connect(self.file)) as connection:
            return connection.execute(query, values).fetchall()


@asynccontextmanager
async def running_process(installation: Installation) -> AsyncIterator[Process]:
    """Run a bot process. At the end of the block it gets SIGTERM, and must exit with status 0."""
    async with installation:
        process = await installation.start()
        yield process
        process.send_signal(signal.SIGTERM)
        assert await exit_status(process) == 0, installation.output()


async def exit_status(process: Process) -> int:
    """Wait for the process to end; return its exit status."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await process.wait()
