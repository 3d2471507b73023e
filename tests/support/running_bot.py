"""The real bot, on a real database, talking HTTP to the simulator, in the process of the test."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bot import config
from bot.config import Settings
from bot.content.loading import Content
from bot.messages.limiter import Limiter
from bot.messages.rates import UNLIMITED
from bot.operations.trusted_clock import TrustedClock
from bot.run import run
from bot.updates.polling import Poller
from handlers import load_content
from simulator import Person, Simulator
from tests.support.waiting import PATIENCE_SECONDS

NO_TIME = timedelta()


@cache
def content() -> Content:
    """Return the real content, read once for all tests: to read it takes half the time of a start."""
    return load_content(config.ROOT)


def settings(simulator: Simulator, folder: Path, **given: Any) -> Settings:
    """Return settings for a bot that talks to ``simulator`` and keeps its database in ``folder``."""
    given = {
        "database_url": f"sqlite:///{folder / 'charley.db'}",
        "telegram_api_url": simulator.url,
        "port": 0,
        **given,
    }
    return config.make(Settings, telegram_bot_token=simulator.token, **given)


def free_port() -> int:
    """Return a port of this machine on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def webhook_settings() -> dict[str, Any]:
    """Return settings for a bot that receives updates by webhook, on a port of its own."""
    port = free_port()
    return {"webhook_url": f"http://127.0.0.1:{port}/updates", "webhook_secret": "s" * 32, "port": port}


@asynccontextmanager
async def telegram(**options: Any) -> AsyncIterator[Simulator]:
    """Serve a simulator until the end of the block."""
    simulator = Simulator(**{"brake": 0.0, **options})
    async with simulator.serve():
        yield simulator


@asynccontextmanager
async def running(
    simulator: Simulator, folder: Path, limiter: Limiter | None = None, ahead: timedelta = NO_TIME, **given: Any
) -> AsyncIterator[asyncio.Task[None]]:
    """Run the bot without rate limits until the end of the block. An error of the bot is raised there.

    Args:
        simulator: the Telegram that the bot talks to.
        folder: where its database is.
        limiter: the rate limiter, by default one without limits, which still pauses when Telegram asks for it.
        ahead: how far the machine's clock is ahead of Telegram's.
        given: settings.
    """
    async with _served(simulator, folder, limiter or Limiter(UNLIMITED), given, ahead) as (task, _):
        yield task


@asynccontextmanager
async def running_with_limits(
    simulator: Simulator, folder: Path, limiter: Limiter | None = None, **given: Any
) -> AsyncIterator[Poller]:
    """Run the bot as ``running`` does, but with its own rate limiter, and fail if it ends before the block does."""
    async with _served(simulator, folder, limiter, given) as (task, poller):
        yield poller
        assert not task.done(), "nothing that Telegram does may end the bot"


@asynccontextmanager
async def _served(
    simulator: Simulator, folder: Path, limiter: Limiter | None, given: dict[str, Any], ahead: timedelta = NO_TIME
) -> AsyncIterator[tuple[asyncio.Task[None], Poller]]:
    ended = asyncio.Event()
    chosen = settings(simulator, folder, **given)
    clock = trusted(lambda: simulator.clock() + ahead)
    async with Poller(chosen.bot_url, clock, chosen.proxy, clock.time_request) as poller:
        task = asyncio.create_task(run(chosen, clock, ended, poller, limiter=limiter))
        try:
            yield task, poller
        finally:
            ended.set()
            async with asyncio.timeout(PATIENCE_SECONDS):
                await task


def monotonic(clock: Callable[[], datetime]) -> Callable[[], float]:
    """Return a monotonic clock, in seconds, that advances when ``clock`` is skipped."""
    return lambda: clock().timestamp()


def trusted(clock: Callable[[], datetime]) -> TrustedClock:
    """Return the clock that a bot goes by on a machine with this clock, which is never wrong when it is skipped."""
    return TrustedClock(clock, monotonic(clock))


async def texts(simulator: Simulator, person: Person, count: int) -> list[str]:
    """Wait until this person has received ``count`` messages; return the texts of all."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        await simulator.judge.until(lambda judge: len(judge.texts(person.id)) >= count)
    return simulator.judge.texts(person.id)
