"""What ten pages for a doctor at once cost the others: ``python -m benchmarks.diary``.

Ten people, each with a diary of a year, ask for their page again and again, while others call for relief. The bot is a
process of its own and is compared with itself at rest: how long its event loop is blocked, how much memory it and the
processes that render have, and how long a call for relief waits.
"""

import argparse
import asyncio
import gc
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import uvloop

from benchmarks.lanes import PATIENCE_SECONDS, REST_SECONDS, ask, quantile
from benchmarks.reminders.processes import Side, running
from bot.store import Connection, Store, cramps, diaries, key_file, people
from bot.store.cramps import Cramp, Helped, Muscle
from bot.store.cramps import Side as Leg
from simulator import Person, Simulator

REPORTERS, ENTRIES, BATCH, PACE = 10, 365, 50, 5.0
"""People with a diary, entries of each, entries that are stored together, and calls for relief a second."""
SAMPLE_SECONDS = 0.05
ZONE = "Europe/Stockholm"
MIB = 2**20


async def fill(database: str, key: Path, reporters: Sequence[Person]) -> None:
    """Store a diary with a cramp of each night of the last year for each of these people."""
    vault, now = key_file.read_or_make(key), datetime.now(timezone.utc)

    def agree(connection: Connection, chat_id: int) -> None:
        people.set_zone(connection, chat_id, ZONE)
        diaries.agree(connection, chat_id, vault, now, consented_to="1", language="en")

    def log(connection: Connection, chat_id: int, nights: range) -> None:
        for night in nights:
            at = now - timedelta(days=night, hours=night % 5)
            cramp = Cramp(at, ZONE, Leg.LEFT, Muscle.CALF, pain=night % 11, helped=Helped.STRETCH)
            cramps.add(connection, chat_id, vault, cramp, message_id=night, now=now)

    async with Store.open(database) as store:
        for person in reporters:
            await store.write(partial(agree, chat_id=person.id))
            for first in range(0, ENTRIES, BATCH):
                nights = range(first, min(first + BATCH, ENTRIES))
                await store.write(partial(log, chat_id=person.id, nights=nights))


async def keep_reporting(simulator: Simulator, person: Person, made: list[int]) -> None:
    """Ask for one page after the other, and note the person for each that has arrived."""
    judge = simulator.judge
    simulator.phone.say(person, "/report")
    await judge.until(lambda _: judge.counts[person.id] > 0, within=PATIENCE_SECONDS)
    message = judge.received(person.id)[-1].message["message_id"]
    while True:
        before = judge.counts[person.id]
        await simulator.phone.press(person, message, "report:90:en")
        await judge.until(lambda _, before=before: judge.counts[person.id] > before, within=PATIENCE_SECONDS)  # type: ignore[misc]
        made.append(person.id)


async def watch_memory(side: Side, most: list[float]) -> None:
    """Keep the most memory (MiB) that the bot, and the bot with the processes that render, have had."""
    while True:
        with suppress(psutil.Error):
            bot = psutil.Process(side.process.pid)
            family = [bot, *bot.children(recursive=True)]
            used = [process.memory_info().rss / MIB for process in family]
            most[:] = [max(most[0], used[0]), max(most[1], sum(used))]
        await asyncio.sleep(SAMPLE_SECONDS)


async def stalls_of(side: Side) -> dict[str, Any]:
    """Return how long the bot's event loop was blocked since this was last asked."""
    assert side.process.stdin
    side.process.stdin.write(b"\n")
    return await side.report(within=PATIENCE_SECONDS)


async def measure(seconds: float) -> list[dict[str, Any]]:
    """Return the figures of the bot at rest, and of the same bot while ten pages are made."""
    simulator = Simulator(checks=False, keep=None, brake=0.0)
    reporters = [simulator.add_person(started=True) for _ in range(REPORTERS)]
    number = int(PACE * seconds)
    first, *askers = (simulator.add_person() for _ in range(1 + 2 * number))
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        database, key = f"sqlite:///{folder}/charley.db", Path(folder) / "key"
        await fill(database, key, reporters)
        async with simulator.serve():
            place = {"DATABASE_URL": database, "TELEGRAM_API_URL": simulator.url, "DATA_KEY_FILE": str(key)}
            async with running(sys.executable, "-m", "benchmarks.metered", **place) as side:
                simulator.phone.say(first, "/cramp")
                await simulator.judge.until(lambda judge: judge.total >= 1, within=PATIENCE_SECONDS)
                for some, is_busy in ((askers[:number], False), (askers[number:], True)):
                    made: list[int] = []
                    reporting = [keep_reporting(simulator, person, made) for person in reporters] if is_busy else []
                    most = [0.0, 0.0]
                    tasks = [asyncio.create_task(work) for work in (*reporting, watch_memory(side, most))]
                    await asyncio.sleep(REST_SECONDS)
                    await stalls_of(side)
                    waits = await ask(simulator, some, PACE)
                    stalls = await stalls_of(side)
                    for task in tasks:
                        task.cancel()
                    await asyncio.gather(*tasks, return_exceptions=True)
                    figures.append({"waits": waits, "most": most, "pages": len(made), **stalls})
                side.process.kill()
    return figures


def table(rounds: Sequence[Sequence[dict[str, Any]]]) -> str:
    """Return the table in Markdown: of each figure the median of the rounds."""
    lines = [
        "| | pages made | /cramp p50 | /cramp p99 | longest stall | of it busy | memory | with rendering |",
        "|---|" + "---:|" * 7,
    ]
    for number, name in enumerate(("at rest", f"{REPORTERS} ask for pages")):
        figures = [measured[number] for measured in rounds]

        def median(values: Sequence[float]) -> float:
            return statistics.median(values)

        cells = [
            f"{median([f['pages'] for f in figures]):.0f}",
            *(f"{median([quantile(f['waits'], share) for f in figures]) * 1e3:.1f} ms" for share in (0.5, 0.99)),
            f"{median([f['longest'] for f in figures]):.1f} ms",
            f"{median([f['busy'] for f in figures]):.1f} ms",
            *(f"{median([f['most'][place] for f in figures]):.0f} MiB" for place in (0, 1)),
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


async def main(rounds: int, seconds: float) -> None:
    """Measure round by round, and print the table."""
    gc.disable()  # a collection would be measured too
    print(table([await measure(seconds) for _ in range(rounds)]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=30.0, help="at rest, and as many with pages")
    options = parser.parse_args()
    uvloop.run(main(options.rounds, options.seconds))
