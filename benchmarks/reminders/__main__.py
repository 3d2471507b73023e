"""Run the three comparisons and print their tables in Markdown."""

import argparse
import contextlib
import gc
from collections.abc import AsyncIterator

import uvloop

from benchmarks.reminders import growth, rush, sending
from tests.support import postgresql

RATE, ROUND_TRIP = 1_000, 0.05
"""Telegram's highest rate for one bot (messages a second), and about the time to Telegram and back (seconds)."""
UNLIMITED = 1_000_000


async def at_rest(*, quick: bool) -> None:
    """Print the first table: what people cost while nothing is due."""
    sizes = [1_000, 10_000, 100_000] if quick else [1_000, 10_000, 100_000, 1_000_000]
    peers, stored = (10_000, 1_000) if quick else (100_000, 10_000)
    print(f"\n{growth.table(await growth.measure(sizes, peers, stored), sizes)}")


async def at_once(people: int, *, quick: bool) -> None:
    """Print the second table: many reminders due at one moment."""
    rushes = {"Charley": await rush.charley(people, RATE, ROUND_TRIP, watched=True)}
    stores = {"APScheduler, memory": "memory", "JobQueue": "queue", "APScheduler, SQLAlchemy": "sqlalchemy"}
    for name, store in stores.items():
        lead = people * (0.005 if store == "sqlalchemy" else 0.0015) + 5
        if not (quick and store == "sqlalchemy"):
            rushes[name] = await rush.one_job_each(store, people, lead, ROUND_TRIP)
        if store != "sqlalchemy":
            patient = await rush.one_job_each(store, people, lead, ROUND_TRIP, "--patient")
            rushes[f"{name}, misfire_grace_time=None"] = patient
    print(f"\n{rush.table(rushes)}")


async def as_fast_as_can_be(people: int, seconds: float) -> None:
    """Print the third table: reminders a second."""
    whole = {}
    for name, rate in ((f"Charley, at most {RATE:,}/s", RATE), ("Charley, unlimited", UNLIMITED)):
        whole[f"{name}, SQLite"] = (await rush.charley(people, rate, ROUND_TRIP), rate)
        async with _postgresql() as database:
            if database:
                whole[f"{name}, PostgreSQL"] = (await rush.charley(people, rate, ROUND_TRIP, database=database), rate)
    print(f"\n{sending.table(whole, await sending.measure(seconds, ROUND_TRIP))}")


@contextlib.asynccontextmanager
async def _postgresql() -> AsyncIterator[str | None]:
    """Yield the address of a new database on a PostgreSQL server, or None where there is no PostgreSQL."""
    if postgresql.missing():
        yield None
        return
    with postgresql.serve() as server:
        yield server.new_database()


async def main(parts: str, *, quick: bool) -> None:
    """Measure the chosen parts."""
    gc.disable()  # a collection that goes through 60,000 people and their messages would delay the arrivals
    people = 5_000 if quick else 20_000
    if "rest" in parts:
        await at_rest(quick=quick)
    if "rush" in parts:
        await at_once(people, quick=quick)
    if "send" in parts:
        await as_fast_as_can_be(people if quick else 3 * people, 4.0 if quick else 15.0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer people, less time: about three minutes")
    parser.add_argument("--parts", default="rest,rush,send")
    options = parser.parse_args()
    uvloop.run(main(options.parts, quick=options.quick))
