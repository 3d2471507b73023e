"""Run the campaign and print a line for each run. Exit with 1 if an update is lost, or if anything takes effect twice.

Usage: ``python -m tests.campaigns.soak [--updates 1000000 --every 50000 --people 10000 --seed 1 --way polling]``
"""

import argparse
import sys
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from tests.campaigns.soak.campaign import soaking
from tests.campaigns.soak.tally import Tally, Terms
from tests.campaigns.soak.ways import WAYS

NUMBERS = [field for field in fields(Terms) if field.type is int]


def terms(arguments: list[str]) -> Terms:
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.soak", description=Terms.__doc__)
    for field in NUMBERS:
        parser.add_argument(f"--{field.name}", type=int, default=field.default)
    parser.add_argument("--way", choices=list(WAYS), default=Terms.way)
    return Terms(**vars(parser.parse_args(arguments)))


async def soak(chosen: Terms, folder: Path) -> Tally:
    async with soaking(chosen, folder) as campaign:
        return await campaign.run()


def main(arguments: list[str]) -> int:
    chosen = terms(arguments)
    with TemporaryDirectory() as folder:
        tally = uvloop.run(soak(chosen, Path(folder)))
    print(tally.line(), *tally.wrong(), sep="\n")
    return 1 if tally.wrong() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
