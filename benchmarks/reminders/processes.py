"""A side of a comparison, in a process of its own that reports lines of JSON and ends when its input does."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psutil

from bot.config import ROOT
from simulator import TOKEN

CHARLEY = str(ROOT / ".venv-bench/charley/bin/python")
"""Has what Charley needs, APScheduler and python-telegram-bot among it, and no development tools."""
PEERS = str(ROOT / ".venv-bench/peers/bin/python")
PATIENCE_SECONDS = 900.0


@dataclass
class Side:
    """A running process and the moment it was started."""

    process: asyncio.subprocess.Process
    began: float

    @property
    def _seen(self) -> psutil.Process:
        return psutil.Process(self.process.pid)

    @property
    def resident_mib(self) -> float:
        """Its memory now."""
        return float(self._seen.memory_info().rss) / 2**20

    @property
    def cpu_seconds(self) -> float:
        """Its processor time so far."""
        used = self._seen.cpu_times()
        return float(used.user + used.system)

    async def report(self, within: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """The next line of what it reports, ``within`` seconds. ``EOFError`` if it ended instead."""
        assert self.process.stdout
        async with asyncio.timeout(within):
            line = await self.process.stdout.readline()
        if not line:
            raise EOFError("a side has ended before its time")
        figures: dict[str, Any] = json.loads(line)
        return figures

    def end(self) -> None:
        """Tell it to come to its end; it may still report."""
        assert self.process.stdin
        self.process.stdin.close()


@asynccontextmanager
async def running(*command: str, **environment: str) -> AsyncIterator[Side]:
    """Start a side; at the end of the block it is told to end, and made to after a while."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env={**os.environ, "TELEGRAM_BOT_TOKEN": TOKEN, **environment},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=None if os.environ.get("BENCH_ERRORS") else asyncio.subprocess.DEVNULL,
    )
    side = Side(process, began)
    try:
        yield side
    finally:
        side.end()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()
