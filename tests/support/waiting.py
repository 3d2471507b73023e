"""Wait for something to happen, without a sleep that guesses how long it takes."""

import asyncio
from collections.abc import Callable

PATIENCE_SECONDS = 60.0
"""How long a test waits for what must come before it fails. This is far longer than anything takes."""

TURNS_OF_A_REQUEST = 30
"""Turns of the event loop. Between an accepted connection and the request read from it a server takes fewer."""


async def until(condition: Callable[[], object], every: float = 0.001, within: float = PATIENCE_SECONDS) -> None:
    """Return as soon as ``condition`` holds; it is checked every ``every`` seconds.

    Raises:
        TimeoutError: the condition did not hold within ``within`` seconds.
    """
    async with asyncio.timeout(within):
        while not condition():
            await pause(every)


async def pause(seconds: float) -> None:
    """Let everything else run for this time. Only loops that check a condition, and campaigns, may use this."""
    never = asyncio.get_running_loop().create_future()
    await asyncio.wait([never], timeout=seconds)


async def run_ready_callbacks() -> None:
    """Let everything that is ready run once."""
    loop = asyncio.get_running_loop()
    ran = asyncio.Event()
    loop.call_soon(ran.set)
    await ran.wait()


async def let_requests_arrive() -> None:
    """Let servers in this process read the requests that are on their way, even if the client is dead by now."""
    for _ in range(TURNS_OF_A_REQUEST):
        await run_ready_callbacks()
