"""One side of a comparison: a process of its own that prints lines of JSON and ends when its input ends."""

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
"""Has Charley's requirements, with APScheduler and python-telegram-bot, and no development tools."""
PEERS = str(ROOT / ".venv-bench/peers/bin/python")
PATIENCE_SECONDS = 900.0


@dataclass
class Side:
    """A running process, and the moment of its start."""

    process: asyncio.subprocess.Process
    began: float

    @property
    def _inspected(self) -> psutil.Process:
        return psutil.Process(self.process.pid)

    @property
    def resident_mib(self) -> float:
        """The memory of the process now."""
        return float(self._inspected.memory_info().rss) / 2**20

    @property
    def cpu_seconds(self) -> float:
        """The processor time of the process so far."""
        used = self._inspected.cpu_times()
        return float(used.user + used.system)

    async def report(self, within: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """Return the figures in the next line that the process prints.

        Raises:
            EOFError: the process ended instead.
            TimeoutError: it printed nothing within ``within`` seconds.
        """
        assert self.process.stdout
        async with asyncio.timeout(within):
            line = await self.process.stdout.readline()
        if not line:
            raise EOFError("a side ended too early")
        figures: dict[str, Any] = json.loads(line)
        return figures

    def end(self) -> None:
        """Close the input, so that the process ends. It may still print."""
        assert self.process.stdin
        self.process.stdin.close()


@asynccontextmanager
async def running(*command: str, **environment: str) -> AsyncIterator[Side]:
    """Run a side. At the end of the block its input is closed, and after ten seconds it is killed."""
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
