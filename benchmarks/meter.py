"""How long the event loop is blocked. Every side is measured with this, in its own process."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

EVERY_SECONDS = 0.002


@dataclass
class Stalls:
    """The longest and the second longest time that a callback had to wait (ms), and how many waited over 10 ms.

    ``busy`` is the longest processor time of the event loop's thread between two measurements. It does not count the
    time in which another process had the core.
    """

    longest: float = 0.0
    second: float = 0.0
    busy: float = 0.0
    over_10_ms: int = 0

    def note(self, late: float, busy: float) -> None:
        """Add one measurement, in ms."""
        self.second, self.longest = sorted((self.second, self.longest, late))[1:]
        self.busy = max(self.busy, busy)
        self.over_10_ms += late > 10


async def watch(stalls: Stalls) -> None:
    """Measure every 2 ms how late a callback is, until cancelled."""
    while True:
        wall, busy = time.perf_counter(), time.thread_time()
        await asyncio.sleep(EVERY_SECONDS)
        late = time.perf_counter() - wall - EVERY_SECONDS
        stalls.note(late * 1e3, (time.thread_time() - busy) * 1e3)


def report(**figures: Any) -> None:
    """Print figures as a line of JSON for the process that measures."""
    import json  # noqa: PLC0415  # imported late, because the memory of the process is measured

    print(json.dumps(figures), flush=True)
