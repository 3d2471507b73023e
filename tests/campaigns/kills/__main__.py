"""Kill ten thousand times. Exit with 1 if a reminder is lost, arrives three times, or has an end that is not explained.

Usage: ``python -m tests.campaigns.kills [kills] [--postgresql]``. A quarter of the kills each: with one and with eight
messages in flight, with no delay and with 50 ms to Telegram and back.
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import reduce
from operator import add
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.campaigns.kills.campaign import POINTS, Tally, Terms, killed
from tests.support import postgresql

KILLS, KILLS_IN_A_ROUND = 10_000, 100
"""Each round has a database of its own."""
WAYS = ((1, 0.0), (8, 0.0), (1, 0.05), (8, 0.05))
"""Messages in flight, seconds to Telegram and back."""


def one_round(url: str | None, terms: Terms, seed: str) -> Tally:
    with TemporaryDirectory() as folder:
        return asyncio.run(killed(url or f"sqlite:///{Path(folder) / 'charley.db'}", terms, seed))


def campaign(new_database: Callable[[], str | None], terms: Terms, rounds: int) -> Tally:
    """Run the rounds on the same terms, and print a table.

    Without a delay, a bot and its Telegram keep two processors busy. More of them at once would only wait for each other.
    """
    begun, seeds = time.monotonic(), [f"{terms} {number}" for number in range(rounds)]
    processors = os.cpu_count() or 1
    with ProcessPoolExecutor(processors if terms.round_trip else max(processors // 2, 1)) as pool:
        tallies = pool.map(one_round, [new_database() for _ in seeds], [terms] * rounds, seeds)
        tally = reduce(add, tallies, Tally())
    print(f"{terms.in_flight} in flight, {1000 * terms.round_trip:.0f} ms to Telegram and back:", end=" ")
    print(f"{tally.kills.total():,} kills, {tally.reminders:,} reminders, {time.monotonic() - begun:,.0f} s")
    print(tally.table())
    print(
        f"twice in a kill at any moment: {tally.mean('any'):.4f}; at a named point: {tally.mean(*POINTS[:-1]):.4f};",
        end=" ",
    )
    print(f"at most {tally.most_in_a_kill} in one kill; {len(tally.faults)} wrong", *tally.faults[:20], "", sep="\n")
    return tally


@contextmanager
def databases(*, on_server: bool) -> Iterator[Callable[[], str | None]]:
    """Yield a function that returns the address of an empty database, or None for a new SQLite file."""
    with postgresql.serve() if on_server else nullcontext() as server:
        yield server.new_database if server else lambda: None


def main(kills: int, *, on_server: bool) -> int:
    if on_server and (reason := postgresql.missing()):
        print(reason)
        return 3
    rounds = max(kills // len(WAYS) // KILLS_IN_A_ROUND, 1)
    terms = [
        Terms(min(KILLS_IN_A_ROUND, kills // len(WAYS)), in_flight, round_trip=seconds) for in_flight, seconds in WAYS
    ]
    with databases(on_server=on_server) as new_database:
        tally = reduce(add, [campaign(new_database, one, rounds) for one in terms], Tally())
    return 1 if tally.faults or not tally.kills.total() else 0


if __name__ == "__main__":
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdecimal()]
    sys.exit(main(numbers[0] if numbers else KILLS, on_server="--postgresql" in sys.argv))
