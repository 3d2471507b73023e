"""Charley without Telegram's limits, which the bots beside it do not keep either: ``python -m benchmarks.charley``."""

import sys

from bot.__main__ import main
from bot.messages import limits

if __name__ == "__main__":
    limits.Rates = lambda _: limits.UNLIMITED  # bot.run takes it from there, later
    sys.exit(main())
