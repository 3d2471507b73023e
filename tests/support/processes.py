"""The bot as its operators run it: a process of its own, which can be killed."""

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
from tests.support.running_bot import PATIENCE_SECONDS


@dataclass(frozen=True)
class Home:
    """What a bot process is given: a Telegram, a folder with its database, and more of the environment."""

    simulator: Simulator
    folder: Path
    more: tuple[tuple[str, str], ...] = ()
    program: str = "benchmarks.charley"

    @property
    def environment(self) -> dict[str, str]:
        """The settings, and of our own environment only what Python needs."""
        passed = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TZ"}}
        return passed | {
            "PYTHONPATH": str(config.ROOT),
            "TELEGRAM_BOT_TOKEN": self.simulator.token,
            "TELEGRAM_API_URL": self.simulator.url,
            "DATABASE_URL": f"sqlite:///{self.folder / 'charley.db'}",
            **dict(self.more),
        }

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        """``python -m bot``, but that by default it keeps no limits: nobody here waits for them.

        Its standard error goes to the file ``log`` in the folder.
        """
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

    def said(self) -> str:
        """All that processes wrote so far."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def rows(self, query: str, *values: Any) -> list[Any]:
        """What stands in the database."""
        with closing(sqlite3.connect(self.folder / "charley.db")) as connection:
            return connection.execute(query, values).fetchall()


@asynccontextmanager
async def running(home: Home) -> AsyncIterator[asyncio.subprocess.Process]:
    """A bot process until the end of the block, where it is told to end, and must, with status 0."""
    process = await home.start()
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        assert await ended(process) == 0, home.said()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def ended(process: asyncio.subprocess.Process) -> int:
    """The exit status, as soon as there is one."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await process.wait()
