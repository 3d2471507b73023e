"""Many reminders due at one moment: who gets one, how late, and how long everything else has to wait meanwhile."""

import asyncio
import contextlib
import gc
import math
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.reminders.growth import OURS, PEER
from benchmarks.reminders.processes import Side, running
from simulator import Simulator

PATIENCE_SECONDS, LONGEST_SECONDS = 20.0, 90.0
"""Since the last message, and in all, before a side is taken to have ended; what comes later is not counted."""
DEAF_SECONDS = 30.0
"""A side that cannot say how it is for so long has an event loop that stands still, and is ended."""


@dataclass(frozen=True)
class Rush:
    """What became of so many reminders: how many people got one, and one only; the rest is in seconds but ``stalls``.

    ``share`` is of one core, from the moment they were due to the last message; ``late`` is the 99th percentile.
    """

    people: int
    once: int
    twice: int
    took: float
    late: float
    share: float
    stalls: Mapping[str, float]

    @property
    def rate(self) -> float:
        """Messages a second."""
        return (self.once + self.twice) / self.took if self.took else 0.0


async def charley(
    people: int, rate: int, round_trip: float, *, database: str | None = None, watched: bool = False
) -> Rush:
    """All of the bot's way: plan, claim, send, hand over, record; at most ``rate`` a second."""
    with tempfile.TemporaryDirectory() as folder:
        place = {"DATABASE_URL": database or f"sqlite:///{folder}/charley.db"}
        return await _rush([*OURS, "send", str(people), str(rate), *["--watch"] * watched], people, round_trip, place)


async def one_job_each(store: str, people: int, lead: float, round_trip: float, *more: str) -> Rush:
    """A job for each person, all of them added ``lead`` seconds before they are due."""
    with tempfile.TemporaryDirectory() as folder:
        place = {"JOBS": f"sqlite:///{folder}/jobs.db"}
        return await _rush([*PEER, store, str(people), str(lead), *more], people, round_trip, place)


async def _rush(command: Sequence[str], people: int, round_trip: float, environment: Mapping[str, str]) -> Rush:
    print(f"{people:,} at once: {' '.join(command[2:])} ...", file=sys.stderr, flush=True)
    simulator = Simulator(checks=False, keep=None, round_trip=round_trip, brake=0.0)
    for _ in range(people):
        simulator.add_person(started=True)
    gc.collect()
    async with simulator.serve(), running(*command, TELEGRAM_API_URL=simulator.url, **environment) as side:
        due = (await side.report())["due"]
        await asyncio.sleep(max(0.0, due - time.time()))
        used = side.cpu_seconds
        await _until_quiet(simulator, people)
        return await _seen(simulator, side, people, due, used)


async def _until_quiet(simulator: Simulator, people: int) -> None:
    """Until everybody has been reminded, nobody has for a while, or it has gone on for too long."""
    had, since, until = -1, time.monotonic(), time.monotonic() + LONGEST_SECONDS
    while simulator.judge.total < people and time.monotonic() < min(until, since + PATIENCE_SECONDS):
        if simulator.judge.total > had:
            had, since = simulator.judge.total, time.monotonic()
        with contextlib.suppress(TimeoutError):
            await simulator.judge.until(lambda judge: judge.total >= people, within=1.0)


async def _seen(simulator: Simulator, side: Side, people: int, due: float, used: float) -> Rush:
    used = side.cpu_seconds - used
    late = sorted(delivery.at.timestamp() - due for delivery in simulator.judge.received()) or [0.0]
    counts = simulator.judge.counts.values()
    await asyncio.sleep(0.5)
    side.end()
    try:
        stalls: Mapping[str, float] = (await side.report(within=DEAF_SECONDS))["stalls"]
    except TimeoutError:
        stalls = {"longest": math.inf, "busy": math.inf}
    once, took = sum(number == 1 for number in counts), late[-1]
    share = used / took if took else 0.0
    return Rush(people, once, len(counts) - once, took, late[len(late) * 99 // 100], share, stalls)


def table(seen: Mapping[str, Rush]) -> str:
    """In Markdown."""
    lines = [
        "| | got it once | more than once | longest stall | busy at most | last one after | p99 late |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, rush in seen.items():
        stall = " | ".join(_milliseconds(rush.stalls[which]) for which in ("longest", "busy"))
        times = f"{rush.took:.1f} s | {rush.late:.1f} s" if rush.once or rush.twice else "- | -"
        lines.append(f"| {name} | {rush.once:,} of {rush.people:,} | {rush.twice:,} | {stall} | {times} |")
    return "\n".join(lines)


def _milliseconds(number: float) -> str:
    return f"over {DEAF_SECONDS:.0f} s" if math.isinf(number) else f"{number:,.1f} ms"
