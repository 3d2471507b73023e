"""Many reminders due at one moment: how many arrive, how late, and how long the event loop is blocked."""

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
"""A side has finished after the first time without a message, or after the second in all."""
BLOCKED_SECONDS = 30.0
"""A side that cannot report for this long has a blocked event loop, and is killed."""


@dataclass(frozen=True)
class Rush:
    """The result: how many people got their reminder once, and how many more than once. Times are in seconds.

    ``share`` is the share of one core, from the due moment to the last message. ``late`` is the 99th percentile. The
    values of ``stalls`` are milliseconds.
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
        """The messages a second."""
        return (self.once + self.twice) / self.took if self.took else 0.0


async def charley(
    people: int, rate: int, round_trip: float, *, database: str | None = None, watched: bool = False
) -> Rush:
    """Measure the whole bot (plan, claim, send, hand over, record), with at most ``rate`` messages a second."""
    with tempfile.TemporaryDirectory() as folder:
        place = {"DATABASE_URL": database or f"sqlite:///{folder}/charley.db"}
        return await _rush([*OURS, "send", str(people), str(rate), *["--watch"] * watched], people, round_trip, place)


async def one_job_each(store: str, people: int, lead: float, round_trip: float, *more: str) -> Rush:
    """Measure a scheduler with one job for each person, added ``lead`` seconds before they are due."""
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
        return await _result(simulator, side, people, due, used)


async def _until_quiet(simulator: Simulator, people: int) -> None:
    """Wait until everybody was reminded, nobody was for a while, or it takes too long."""
    had, since, until = -1, time.monotonic(), time.monotonic() + LONGEST_SECONDS
    while simulator.judge.total < people and time.monotonic() < min(until, since + PATIENCE_SECONDS):
        if simulator.judge.total > had:
            had, since = simulator.judge.total, time.monotonic()
        with contextlib.suppress(TimeoutError):
            await simulator.judge.until(lambda judge: judge.total >= people, within=1.0)


async def _result(simulator: Simulator, side: Side, people: int, due: float, used: float) -> Rush:
    used = side.cpu_seconds - used
    late = sorted(delivery.at.timestamp() - due for delivery in simulator.judge.received()) or [0.0]
    counts = simulator.judge.counts.values()
    await asyncio.sleep(0.5)
    side.end()
    try:
        stalls: Mapping[str, float] = (await side.report(within=BLOCKED_SECONDS))["stalls"]
    except TimeoutError:
        stalls = {"longest": math.inf, "busy": math.inf}
    once, took = sum(number == 1 for number in counts), late[-1]
    share = used / took if took else 0.0
    return Rush(people, once, len(counts) - once, took, late[len(late) * 99 // 100], share, stalls)


def table(rushes: Mapping[str, Rush]) -> str:
    """Return the table in Markdown."""
    lines = [
        "| | once | more than once | longest stall | longest busy | last one after | p99 late |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, rush in rushes.items():
        stall = " | ".join(_milliseconds(rush.stalls[which]) for which in ("longest", "busy"))
        times = f"{rush.took:.1f} s | {rush.late:.1f} s" if rush.once or rush.twice else "- | -"
        lines.append(f"| {name} | {rush.once:,} of {rush.people:,} | {rush.twice:,} | {stall} | {times} |")
    return "\n".join(lines)


def _milliseconds(number: float) -> str:
    return f"over {BLOCKED_SECONDS:.0f} s" if math.isinf(number) else f"{number:,.1f} ms"
