"""Run the bot, but let it give up sooner than usual: after the seconds in GRACE and LONGEST of the environment."""

import os
import sys

from bot import __main__ as command_line
from bot import run
from scheduler import ticks

if __name__ == "__main__":
    run.GRACE_SECONDS = ticks.SHUTDOWN_SECONDS = float(os.environ["GRACE"])
    command_line.STOP_SECONDS = float(os.environ["LONGEST"])
    sys.exit(command_line.main([]))
