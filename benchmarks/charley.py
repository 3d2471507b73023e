"""Run Charley without Telegram's limits, which the other bots do not keep either: ``python -m benchmarks.charley``."""

import sys

from bot.__main__ import main
from bot.messages import rates

if __name__ == "__main__":
    rates.Rates = lambda _: rates.UNLIMITED  # bot.run imports it later
    sys.exit(main())
