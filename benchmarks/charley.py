"""Charley without Telegram's limits, which the bots beside it do not keep either: ``python -m benchmarks.charley``."""

import sys

from bot import limiter
from bot.__main__ import main

if __name__ == "__main__":
    limiter.Rates = lambda _: limiter.UNLIMITED  # bot.run takes it from there, later
    sys.exit(main())
