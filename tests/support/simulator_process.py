"""`python -m simulator` as a process of its own."""

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

PATIENCE_SECONDS = 60


@asynccontextmanager
async def started(*arguments: str, folder: Path | None = None, **settings: str) -> AsyncIterator[Process]:
    """Run the simulator with these arguments and settings, by default from the working folder, and kill it at the end."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TELEGRAM")}
    command = [sys.executable, "-m", "simulator", *arguments]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env={**environment, "CHAT_PORT": "0", **settings}, stdout=PIPE, stderr=PIPE
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def address(process: Process) -> str:
    """Return the address that the simulator prints when it listens."""
    assert process.stdout
    while line := (await process.stdout.readline()).decode():
        if match := re.search(r"http://[^ \n]+", line):
            return match[0]
    raise AssertionError("it printed no address")
