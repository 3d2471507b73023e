"""What one more person with a reminder costs while nothing is due: to start, to keep in memory, to look for what is."""

import math
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.reminders.processes import CHARLEY, running

PEER = [CHARLEY, "-m", "benchmarks.peers.one_job_each"]
OURS = [CHARLEY, "-m", "benchmarks.reminders.charley"]
LIVES = 5


@dataclass(frozen=True)
class Growth:
    """A side with so many people: seconds to the end of the first tick, MiB, and the processor's ms of an empty one."""

    start: float
    resident: float
    tick: float


async def measure(sizes: list[int], most_of_peers: int, most_stored: int) -> dict[str, dict[int, Growth]]:
    """Each side at each size, as far as it can go in a reasonable time."""
    seen: dict[str, dict[int, Growth]] = {"Charley": await _charley(sizes)}
    for size in sizes:
        print(f"at rest: {size:,} people, the others ...", file=sys.stderr, flush=True)
        if size <= most_of_peers:
            seen.setdefault("APScheduler, memory", {})[size] = await _rest([*PEER, "memory", str(size)], {})
            seen.setdefault("JobQueue", {})[size] = await _rest([*PEER, "queue", str(size)], {})
        if size <= most_stored:
            seen.setdefault("APScheduler, SQLAlchemy", {})[size] = await _stored(size)
    return seen


async def _charley(sizes: list[int]) -> dict[int, Growth]:
    """Of some lives with each size, one size after the other and again: a machine that slows down does so for all."""
    lives: dict[int, list[Growth]] = {size: [] for size in sizes}
    with tempfile.TemporaryDirectory() as folder:
        places = {size: {"DATABASE_URL": f"sqlite:///{folder}/{size}.db"} for size in sizes}
        for size, place in places.items():
            print(f"at rest: {size:,} people ...", file=sys.stderr, flush=True)
            async with running(*OURS, "fill", str(size), **place) as side:
                await side.process.wait()
        for _ in range(LIVES):
            for size, place in places.items():
                lives[size].append(await _rest([*OURS, "rest"], place))
    return {size: _middle(life) for size, life in lives.items()}


def _middle(lives: list[Growth]) -> Growth:
    return Growth(*(statistics.median(getattr(life, name) for life in lives) for name in Growth.__annotations__))


async def _stored(size: int) -> Growth:
    with tempfile.TemporaryDirectory() as folder:
        place = {"JOBS": f"sqlite:///{folder}/jobs.db"}
        await _rest([*PEER, "sqlalchemy", str(size)], place)
        return await _rest([*PEER, "stored", str(size)], place)


async def _rest(command: list[str], environment: Mapping[str, str]) -> Growth:
    async with running(*command, TELEGRAM_API_URL="http://127.0.0.1:9", **environment) as side:
        started = (await side.report())["at"] - side.began
        tick = (await side.report())["tick_ms"]
        return Growth(started, side.resident_mib, tick)


def exponent(found: Mapping[int, float]) -> float:
    """Of the power of the size that fits best: 0 is flat, 1 is in proportion (least squares of the logarithms)."""
    points = [(math.log(size), math.log(value)) for size, value in found.items()]
    middle_x, middle_y = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    slope = sum((x - middle_x) * (y - middle_y) for x, y in points)
    return float(slope / sum((x - middle_x) ** 2 for x, _ in points))


def table(seen: Mapping[str, Mapping[int, Growth]], sizes: list[int]) -> str:
    """In Markdown; what was not measured has a dash."""
    lines = ["| people | | " + " | ".join(seen) + " |", "|---:|---|" + "---:|" * len(seen)]
    shapes: dict[str, Callable[[Growth], str]] = {
        "start": lambda measured: f"{measured.start:.2f} s",
        "resident memory": lambda measured: f"{measured.resident:.1f} MiB",
        "empty tick": lambda measured: f"{measured.tick:.3f} ms",
    }
    for size in sizes:
        for name, shape in shapes.items():
            cells = [shape(found[size]) if size in found else "-" for found in seen.values()]
            lines.append(f"| {size:,} | {name} | " + " | ".join(cells) + " |")
    ticks = [{size: growth.tick for size, growth in found.items()} for found in seen.values()]
    slopes = [f"{exponent(seconds):+.3f}" if len(seconds) > 2 else "-" for seconds in ticks]
    lines.append("| | exponent of the empty tick | " + " | ".join(slopes) + " |")
    return "\n".join(lines)
