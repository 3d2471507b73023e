"""The bot as operators run it: a process of its own, which can be killed."""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import config
from simulator import Simulator
from tests.support.waiting import PATIENCE_SECONDS


@dataclass(frozen=True)
class Installation:
    """What a bot process starts with: a Telegram, a folder with its database, and more environment variables."""

    simulator: Simulator
    folder: Path
    more: tuple[tuple[str, str], ...] = ()
    program: str = "benchmarks.charley"

    @property
    def environment(self) -> dict[str, str]:
        """The settings, and the few variables of our own environment that Python needs."""
        passed = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TZ"}}
        return passed | {
            "PYTHONPATH": str(config.ROOT),
            "TELEGRAM_BOT_TOKEN": self.simulator.token,
            "TELEGRAM_API_URL": self.simulator.url,
            "DATABASE_URL": f"sqlite:///{self.folder / 'charley.db'}",
            **dict(self.more),
        }

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        """Start a process, by default the bot without rate limits. Its output goes to the file ``log`` in the folder."""
        with (self.folder / "log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self.program,
                *arguments,
                cwd=self.folder,
                env=self.environment,
                stderr=log,
                stdout=log,
            )

    def output(self) -> str:
        """Return everything that the processes of this installation have written."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Return the rows of a query on the database."""
        with closing(sqlite3.connect(self.folder / "charley.db")) as connection:
            return connection.execute(query, values).fetchall()


@asynccontextmanager
async def running_process(installation: Installation) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a bot process. At the end of the block it gets SIGTERM, and must exit with status 0."""
    process = await installation.start()
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        assert await exit_status(process) == 0, installation.output()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def exit_status(process: asyncio.subprocess.Process) -> int:
    """Wait for the process to end; return its exit status."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await process.wait()
