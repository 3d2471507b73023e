"""Run Charley, and after each line of input print how long its event loop was blocked since the line before."""

import asyncio
import runpy
import sys
from dataclasses import asdict
from typing import Any

from benchmarks.meter import Stalls, report, watch
from bot import run as bot_run

run = bot_run.run


async def metered(*arguments: Any, **options: Any) -> None:
    """Run the bot, and measure its event loop meanwhile."""
    stalls = Stalls()
    measuring = [asyncio.create_task(watch(stalls)), asyncio.create_task(_answer(stalls))]
    try:
        await run(*arguments, **options)
    finally:
        for task in measuring:
            task.cancel()


async def _answer(stalls: Stalls) -> None:
    while await asyncio.to_thread(sys.stdin.readline):
        report(**asdict(stalls))
        stalls.longest = stalls.second = stalls.busy = 0.0
        stalls.over_10_ms = 0


if __name__ == "__main__":
    bot_run.run = metered  # type: ignore[assignment]
    runpy.run_module("bot", run_name="__main__")
