"""Live a year with a thousand people, some to each process; end with 1 if anything is wrong.

``python -m tests.campaigns.year [days] [people] [seed]``
"""

import asyncio
import gc
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import reduce
from operator import add

from tests.campaigns.year.living import Report, live

TOGETHER = 500
"""So many people share a database: the digest does not depend on the number of processors."""


def lived(seed: str, number: int, days: int) -> tuple[Report, float]:
    """What came of it, and the seconds of a processor that it took."""
    gc.freeze()
    before = time.process_time()
    return asyncio.run(live(seed, number, days)), time.process_time() - before


def main(days: int, people: int, seed: str) -> int:
    begun = time.monotonic()
    parts = [f"{seed}.{number}" for number in range(-(-people // TOGETHER))]
    with ProcessPoolExecutor() as pool:
        done = list(pool.map(lived, parts, [people // len(parts)] * len(parts), [days] * len(parts)))
    report = reduce(add, (report for report, _ in done), Report())
    total, seconds = report.ends.total(), time.monotonic() - begun
    print(f"{days} days, {people} people, {total:,} reminders, {report.crashes:,} crashes, {report.twice:,} came twice")
    print(*(f"{number:>12,}  {end}" for end, number in report.ends.most_common()), sep="\n")
    print(f"{seconds:,.0f} s, {sum(used for _, used in done):,.0f} s of processors, digest {report.digest[:16]}")
    print(f"{len(report.faults)} wrong", *report.faults[:20], sep="\n")
    return 1 if report.faults or total == 0 else 0


if __name__ == "__main__":
    days, people, seed, *_ = [*sys.argv[1:], *("365", "1000", "1")[len(sys.argv) - 1 :]]
    sys.exit(main(int(days), int(people), seed))
