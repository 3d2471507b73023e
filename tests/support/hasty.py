"""The bot with a lease that runs out soon, so that tests wait less: ``python -m tests.support.hasty``."""

import sys

from bot import __main__ as command_line
from bot.operations import leadership
from bot.store import lease

HASTY = {"VALID_SECONDS": 4, "RENEW_SECONDS": 0.3, "REACHABLE_SECONDS": 0.6}

if __name__ == "__main__":
    for module in (lease, leadership):
        vars(module).update(HASTY)
    sys.exit(command_line.main())
