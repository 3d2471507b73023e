"""Compare many texts: ``python -m tests.campaigns.markup [TEXTS]``. Exit with 1 if anything differs."""

import sys
from concurrent.futures import ProcessPoolExecutor

from tests.campaigns.markup.check import Report, check

TEXTS = 80_000
"""Twenty thousand more are written by Hypothesis, in ``tests/simulator/markup/test_tdlib.py``."""


def main(count: int) -> int:
    with ProcessPoolExecutor() as pool:
        report = sum(pool.map(check, range(count), chunksize=500), Report())
    print(
        f"{report.texts:,} texts, {report.refused:,} refused, {report.entities.total():,} entities, "
        f"{len(report.differences)} differences",
        ", ".join(f"{kind} {number:,}" for kind, number in report.entities.most_common()),
        *report.differences[:20],
        sep="\n",
    )
    return 1 if report.differences or report.texts < count else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else TEXTS))
