"""Run all three comparisons and print their tables, in Markdown."""

import argparse
import contextlib
import gc
from collections.abc import AsyncIterator

import uvloop

from benchmarks.reminders import growth, rush, sending
from tests.support import postgresql

RATE, ROUND_TRIP = 1_000, 0.05
"""Telegram's highest rate for one bot, and about the way there and back."""
UNLIMITED = 1_000_000


async def at_rest(*, quick: bool) -> None:
    """The first table."""
    sizes = [1_000, 10_000, 100_000] if quick else [1_000, 10_000, 100_000, 1_000_000]
    peers, stored = (10_000, 1_000) if quick else (100_000, 10_000)
    print(f"\n{growth.table(await growth.measure(sizes, peers, stored), sizes)}")


async def at_once(people: int, *, quick: bool) -> None:
    """The second table."""
    seen = {"Charley": await rush.charley(people, RATE, ROUND_TRIP, watched=True)}
    stores = {"APScheduler, memory": "memory", "JobQueue": "queue", "APScheduler, SQLAlchemy": "sqlalchemy"}
    for name, store in stores.items():
        lead = people * (0.005 if store == "sqlalchemy" else 0.0015) + 5
        if not (quick and store == "sqlalchemy"):
            seen[name] = await rush.one_job_each(store, people, lead, ROUND_TRIP)
        if store != "sqlalchemy":
            patient = await rush.one_job_each(store, people, lead, ROUND_TRIP, "--patient")
            seen[f"{name}, misfire_grace_time=None"] = patient
    print(f"\n{rush.table(seen)}")


async def as_fast_as_can_be(people: int, seconds: float) -> None:
    """The third table."""
    whole = {}
    for name, rate in ((f"Charley, at most {RATE:,}/s", RATE), ("Charley, unlimited", UNLIMITED)):
        whole[f"{name}, SQLite"] = (await rush.charley(people, rate, ROUND_TRIP), rate)
        async with _postgresql() as database:
            if database:
                whole[f"{name}, PostgreSQL"] = (await rush.charley(people, rate, ROUND_TRIP, database=database), rate)
    print(f"\n{sending.table(whole, await sending.measure(seconds, ROUND_TRIP))}")


@contextlib.asynccontextmanager
async def _postgresql() -> AsyncIterator[str | None]:
    """A new database on a server of our own, if there can be one."""
    if postgresql.missing():
        yield None
        return
    with postgresql.serve() as server:
        yield server.new_database()


async def main(parts: str, *, quick: bool) -> None:
    """Measure the parts that are asked for."""
    gc.disable()  # a look through 60,000 people and their messages stops the clock by which these arrive
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
