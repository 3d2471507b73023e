"""Waiting for a moment of a clock that may be skipped."""

import asyncio
from datetime import datetime

from simulator.state.clock import SkippableClock


async def wait_until(clock: SkippableClock, moment: datetime) -> None:
    """Return once the clock has reached `moment`, also if it gets there by a skip."""
    skipped = asyncio.Event()
    unsubscribe = clock.subscribe(skipped.set)
    try:
        while (left := (moment - clock()).total_seconds()) > 0:
            skipped.clear()
            try:
                async with asyncio.timeout(left):
                    await skipped.wait()
            except TimeoutError:
                pass
    finally:
        unsubscribe()
