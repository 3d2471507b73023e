"""Check every zone. Exit with 1 if anything is wrong."""

import sys
from concurrent.futures import ProcessPoolExecutor
from zoneinfo import available_timezones

from tests.campaigns.zones.check import Report, check


def main() -> int:
    zones = sorted(available_timezones())
    with ProcessPoolExecutor() as pool:
        report = sum(pool.map(check, zones, chunksize=4), Report())
    print(
        f"{len(zones)} zones, {report.changes:,} clock changes, {report.occurrences:,} occurrences, "
        f"{len(report.faults)} wrong",
        *report.faults[:20],
        sep="\n",
    )
    return 1 if report.faults or report.occurrences == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
