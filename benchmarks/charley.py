"""Run Charley without Telegram's limits, which the other bots do not keep either: ``python -m benchmarks.charley``."""

import runpy

from bot.messages import rates

if __name__ == "__main__":
    rates.Rates = lambda _: rates.UNLIMITED  # bot.run imports it later
    runpy.run_module("bot", run_name="__main__")  # as `python -m bot` does, without the garbage collector at first
