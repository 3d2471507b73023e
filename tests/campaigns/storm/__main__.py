"""The full campaign, with a table; status 1 if anything is lost, too much, too early, or comes too often.

``python -m tests.campaigns.storm [--replicas 8 --due 10000 --restarts 20 --freezes 100 --storms 8 --rate 100 --seed 1]``
"""

import argparse
import asyncio
import gc
import sys
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.campaigns.storm.campaign import storming
from tests.campaigns.storm.tally import Tally, Terms
from tests.support import postgresql

NUMBERS = [each for each in fields(Terms) if each.type is int]


def terms(arguments: list[str]) -> Terms:
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.storm", description=Terms.__doc__)
    for each in NUMBERS:
        parser.add_argument(f"--{each.name}", type=int, default=each.default)
    return Terms(**vars(parser.parse_args(arguments)))


async def ridden_out(chosen: Terms) -> Tally:
    with postgresql.serve() as server, TemporaryDirectory() as folder:
        async with storming(chosen, server, Path(folder)) as storm:
            return await storm.run()


def main(arguments: list[str]) -> int:
    chosen = terms(arguments)
    if reason := postgresql.missing():
        print(reason)
        return 3
    gc.disable()  # a look through 10,000 people stops the clock by which their messages arrive
    tally = asyncio.run(ridden_out(chosen))
    print(tally.table(), *tally.wrong()[:20], sep="\n")
    return 1 if tally.wrong() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
