"""The bot as it is, but for its leases: they end soon, so that a test need not wait. ``python -m tests...hasty``."""

import sys

from bot import __main__ as command_line
from bot.operations import replica
from bot.store import leases

if __name__ == "__main__":
    leases.TTL_SECONDS = 4
    replica.BEAT_SECONDS, replica.TRUST_SECONDS = 0.5, 2.5
    sys.exit(command_line.main())
