"""Simulate a year of a thousand people, in several processes. Exit with 1 if anything is wrong.

Usage: ``python -m tests.campaigns.year [days] [people] [seed]``
"""

import asyncio
import gc
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import reduce
from operator import add

from tests.campaigns.year.living import Report, live

PEOPLE_IN_A_DATABASE = 500
"""A fixed number, so that the digest does not depend on the number of processors."""


def simulate(seed: str, number: int, days: int) -> tuple[Report, float]:
    """Return the report of one database, and the processor seconds that it took."""
    gc.freeze()
    before = time.process_time()
    return asyncio.run(live(seed, number, days)), time.process_time() - before


def main(days: int, people: int, seed: str) -> int:
    begun = time.monotonic()
    parts = [f"{seed}.{number}" for number in range(-(-people // PEOPLE_IN_A_DATABASE))]
    with ProcessPoolExecutor() as pool:
        done = list(pool.map(simulate, parts, [people // len(parts)] * len(parts), [days] * len(parts)))
    report = reduce(add, (report for report, _ in done), Report())
    total, seconds = report.ends.total(), time.monotonic() - begun
    print(
        f"{days} days, {people} people, {total:,} reminders, {report.crashes:,} crashes, {report.twice:,} arrived twice"
    )
    print(*(f"{number:>12,}  {end}" for end, number in report.ends.most_common()), sep="\n")
    print(f"{seconds:,.0f} s, {sum(used for _, used in done):,.0f} s of processors, digest {report.digest[:16]}")
    print(f"{len(report.faults)} wrong", *report.faults[:20], sep="\n")
    return 1 if report.faults or total == 0 else 0


if __name__ == "__main__":
    days, people, seed, *_ = [*sys.argv[1:], *("365", "1000", "1")[len(sys.argv) - 1 :]]
    sys.exit(main(int(days), int(people), seed))
