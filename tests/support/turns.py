"""Letting others run."""

import asyncio
from collections.abc import Callable

TURNS = 30
"""So often a server looks for requests: from a connection that is accepted to a request that is read takes some."""


async def turn() -> None:
    """Let everything that is ready run once."""
    loop = asyncio.get_running_loop()
    ran = asyncio.Event()
    loop.call_soon(ran.set)
    await ran.wait()


async def until(condition: Callable[[], object], within: float = 10.0) -> None:
    """Let others run until the condition holds. TimeoutError after `within` seconds."""
    async with asyncio.timeout(within):
        while not condition():
            await turn()


async def arrived() -> None:
    """Let servers take what is still on the way to them, also from clients that are dead."""
    for _ in range(TURNS):
        await turn()
