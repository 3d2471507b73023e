"""Run the bot by the clock of a test: ``python -m tests.support.clocked_bot``.

The file ``CLOCK`` has the present moment, which stands still until the test changes it. So the bot looks twenty times a
second for what is due, and keeps no limit that counts real seconds.
"""

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from bot import __main__ as command_line
from bot.messages import rates
from scheduler.trigger import Every
from simulator import SkippableClock

TWENTIETH = 0.05


def write(clock: SkippableClock, file: Path) -> None:
    """Write the present moment into the file, now and after each skip."""

    def write_now() -> None:
        new = file.with_suffix(".new")
        new.write_text(clock().isoformat())
        new.replace(file)  # at once, as somebody may be reading

    write_now()
    clock.subscribe(write_now)


def _soon(self: Every, previous_fire_time: datetime | None, now: datetime) -> datetime:
    return now + timedelta(seconds=self._seconds * TWENTIETH)


def main() -> int:
    """Run the bot."""
    file = Path(os.environ["CLOCK"])
    command_line.utc_now = lambda: datetime.fromisoformat(file.read_text())
    rates.Rates = lambda _: rates.UNLIMITED  # type: ignore[assignment,misc]  # bot.run imports it later
    Every.get_next_fire_time = _soon  # type: ignore[method-assign]
    return command_line.main(["run"])


if __name__ == "__main__":
    sys.exit(main())
