"""How long the event loop is held up: every way of sending is measured with this, in its own process."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

EVERY_SECONDS = 0.002


@dataclass
class Stalls:
    """The longest and the second longest time, in ms, that a callback due at once had to wait; how many over 10 ms.

    ``busy`` is the longest processor time of the event loop's thread between two looks: what our own code did, also
    where another process had the core.
    """

    longest: float = 0.0
    second: float = 0.0
    busy: float = 0.0
    over_10_ms: int = 0

    def note(self, late: float, busy: float) -> None:
        """Take one more look into account; both in ms."""
        self.second, self.longest = sorted((self.second, self.longest, late))[1:]
        self.busy = max(self.busy, busy)
        self.over_10_ms += late > 10


async def watch(stalls: Stalls) -> None:
    """Look every 2 ms how late one is, until cancelled."""
    while True:
        wall, busy = time.perf_counter(), time.thread_time()
        await asyncio.sleep(EVERY_SECONDS)
        late = time.perf_counter() - wall - EVERY_SECONDS
        stalls.note(late * 1e3, (time.thread_time() - busy) * 1e3)


def report(**figures: Any) -> None:
    """Tell the process that measures; it reads a line of JSON at a time."""
    import json  # noqa: PLC0415  # not before it is needed: the memory of a peer is measured

    print(json.dumps(figures), flush=True)
