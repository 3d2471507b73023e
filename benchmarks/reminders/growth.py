"""The cost of one more person with a reminder while nothing is due: start, memory, and the query for due reminders."""

import math
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.reminders.processes import CHARLEY, running

PEER = [CHARLEY, "-m", "benchmarks.peers.one_job_each"]
OURS = [CHARLEY, "-m", "benchmarks.reminders.charley"]
STARTS = 5


@dataclass(frozen=True)
class Growth:
    """One side at one size: seconds to the end of the first tick, MiB, and processor ms of an empty tick."""

    start: float
    resident: float
    tick: float


async def measure(sizes: list[int], most_of_peers: int, most_stored: int) -> dict[str, dict[int, Growth]]:
    """Measure each side at each size that it can reach in a reasonable time."""
    growths: dict[str, dict[int, Growth]] = {"Charley": await _charley(sizes)}
    for size in sizes:
        print(f"at rest: {size:,} people, the others ...", file=sys.stderr, flush=True)
        if size <= most_of_peers:
            growths.setdefault("APScheduler, memory", {})[size] = await _rest([*PEER, "memory", str(size)], {})
            growths.setdefault("JobQueue", {})[size] = await _rest([*PEER, "queue", str(size)], {})
        if size <= most_stored:
            growths.setdefault("APScheduler, SQLAlchemy", {})[size] = await _stored(size)
    return growths


async def _charley(sizes: list[int]) -> dict[int, Growth]:
    """Return medians of several starts with each size. The sizes take turns, in case the machine slows down."""
    starts: dict[int, list[Growth]] = {size: [] for size in sizes}
    with tempfile.TemporaryDirectory() as folder:
        settings = {size: {"DATABASE_URL": f"sqlite:///{folder}/{size}.db"} for size in sizes}
        for size, database in settings.items():
            print(f"at rest: {size:,} people ...", file=sys.stderr, flush=True)
            async with running(*OURS, "fill", str(size), **database) as side:
                await side.process.wait()
        for _ in range(STARTS):
            for size, database in settings.items():
                starts[size].append(await _rest([*OURS, "rest"], database))
    return {size: _median(measured) for size, measured in starts.items()}


def _median(starts: list[Growth]) -> Growth:
    return Growth(*(statistics.median(getattr(start, name) for start in starts) for name in Growth.__annotations__))


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


def exponent(values: Mapping[int, float]) -> float:
    """Return the exponent of the power law that fits best (least squares of the logarithms): 0 is flat, 1 is linear."""
    points = [(math.log(size), math.log(value)) for size, value in values.items()]
    middle_x, middle_y = (sum(axis) / len(points) for axis in zip(*points, strict=True))
    slope = sum((x - middle_x) * (y - middle_y) for x, y in points)
    return float(slope / sum((x - middle_x) ** 2 for x, _ in points))


def table(growths: Mapping[str, Mapping[int, Growth]], sizes: list[int]) -> str:
    """Return the table in Markdown. What was not measured has a dash."""
    lines = ["| people | | " + " | ".join(growths) + " |", "|---:|---|" + "---:|" * len(growths)]
    shapes: dict[str, Callable[[Growth], str]] = {
        "start": lambda measured: f"{measured.start:.2f} s",
        "resident memory": lambda measured: f"{measured.resident:.1f} MiB",
        "empty tick": lambda measured: f"{measured.tick:.3f} ms",
    }
    for size in sizes:
        for name, shape in shapes.items():
            cells = [shape(by_size[size]) if size in by_size else "-" for by_size in growths.values()]
            lines.append(f"| {size:,} | {name} | " + " | ".join(cells) + " |")
    ticks = [{size: growth.tick for size, growth in by_size.items()} for by_size in growths.values()]
    slopes = [f"{exponent(seconds):+.3f}" if len(seconds) > 2 else "-" for seconds in ticks]
    lines.append("| | exponent of the empty tick | " + " | ".join(slopes) + " |")
    return "\n".join(lines)
