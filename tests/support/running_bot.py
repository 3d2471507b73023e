"""What the tests run against: the real bot, on a real database, talking HTTP to the simulator."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from bot import config
from bot.config import Settings
from bot.content.loading import Content
from bot.messages.limits import UNLIMITED, Limiter
from bot.run import run
from bot.updates.polling import Poller
from handlers import load_content
from simulator import Person, Simulator

PATIENCE_SECONDS = 20.0
"""How long a test waits for what must come before it fails: far longer than it ever takes."""


@cache
def content() -> Content:
    """The real content."""
    return load_content(config.ROOT)


def settings(simulator: Simulator, folder: Path, **given: Any) -> Settings:
    """Settings for a bot that talks to ``simulator`` and keeps its database in ``folder``."""
    given = {
        "database_url": f"sqlite:///{folder / 'charley.db'}",
        "telegram_api_url": simulator.url,
        "port": 0,
        **given,
    }
    return config.read(Settings, {}, telegram_bot_token=simulator.token, **given)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def webhook_settings() -> dict[str, Any]:
    """Settings for a bot that is called on a port of its own."""
    port = free_port()
    return {"webhook_url": f"http://127.0.0.1:{port}/updates", "webhook_secret": "s" * 32, "port": port}


@asynccontextmanager
async def telegram(**options: Any) -> AsyncIterator[Simulator]:
    """A Telegram of one's own."""
    simulator = Simulator(**{"brake": 0.0, **options})
    async with simulator.serve():
        yield simulator


@asynccontextmanager
async def running(
    simulator: Simulator, folder: Path, limiter: Limiter | None = None, **given: Any
) -> AsyncIterator[asyncio.Task[None]]:
    """The bot, served until the end of the block; what it raised is raised there. It keeps no limits, but pauses."""
    ended = asyncio.Event()
    chosen = settings(simulator, folder, **given)
    async with Poller(chosen.bot_url, simulator.clock) as poller:
        task = asyncio.create_task(run(chosen, simulator.clock, ended, poller, limiter=limiter or Limiter(UNLIMITED)))
        try:
            yield task
        finally:
            ended.set()
            async with asyncio.timeout(PATIENCE_SECONDS):
                await task


def monotonic(clock: Callable[[], datetime]) -> Callable[[], float]:
    """Seconds that pass as the clock is skipped."""
    return lambda: clock().timestamp()


async def texts(simulator: Simulator, person: Person, count: int) -> list[str]:
    """What this person has received, as soon as that is at least ``count`` messages."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        await simulator.judge.until(lambda judge: len(judge.texts(person.id)) >= count)
    return simulator.judge.texts(person.id)
