"""The full campaign, with a table for each round; status 1 if anything is lost, too much, too early, or comes too often.

``python -m tests.campaigns.storm [--rounds 5 --replicas 3 --due 10000 --kills 20 --freezes 20 --stops 4 --restarts 4
--storms 2 --twice 1 --rate 30 --backups 1 --seed 1]``. A round must end within 15 minutes, after which reminders are too late.
"""

import argparse
import asyncio
import gc
import sys
from dataclasses import fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.campaigns.storm.campaign import storming
from tests.campaigns.storm.tally import Tally, Terms
from tests.support import postgresql

NUMBERS = [number for number in fields(Terms) if number.type is int]
ROUNDS = 5


def terms(arguments: list[str]) -> list[Terms]:
    """Return the terms of each round; the seed rises by one."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.storm", description=Terms.__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    for number in NUMBERS:
        parser.add_argument(f"--{number.name}", type=int, default=number.default)
    chosen = vars(parser.parse_args(arguments))
    rounds, first = chosen.pop("rounds"), Terms(**chosen)
    return [replace(first, seed=first.seed + number) for number in range(rounds)]


async def ridden_out(chosen: Terms) -> Tally:
    with postgresql.serve() as server, TemporaryDirectory() as folder:
        async with storming(chosen, server, Path(folder)) as storm:
            return await storm.run()


def main(arguments: list[str]) -> int:
    rounds = terms(arguments)
    if reason := postgresql.missing():
        print(reason)
        return 3
    gc.disable()  # collecting 10,000 people stops the clock by which their messages arrive
    is_wrong = False
    for chosen in rounds:
        tally = asyncio.run(ridden_out(chosen))
        print(tally.table(), *tally.wrong()[:20], "", sep="\n", flush=True)
        is_wrong |= bool(tally.wrong())
    return int(is_wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
