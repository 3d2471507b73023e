"""The command about how many people one bot can remind."""

from argparse import Namespace

from bot.operations.capacity import Load, report


async def capacity(options: Namespace) -> None:
    """Print how late reminders would be, and how large the database."""
    load = Load(options.people, options.times, options.cap, options.zones, options.clock().date())
    print("\n".join(report(load)))
