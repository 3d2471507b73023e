"""How fast a call for relief is answered, compared with a minimal python-telegram-bot and a minimal aiogram.

``python -m benchmarks.replies`` (``make bench``). The Bot API server is the simulator, in this process. The bots run in
processes of their own, one after the other, round by round. All send the same answer: a picture by its file id, with
the steps as its caption and the same buttons. Charley stores every update in its inbox on the disk; the others do not.
Charley keeps no rate limits here, as the others never do.
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

import psutil
import uvloop

import handlers
from bot.config import ROOT
from handlers.cramp import steps
from simulator import Person, Simulator

PYTHON = {name: str(ROOT / f".venv-bench/{name}/bin/python") for name in ("charley", "peers")}
"""Each side has only its own libraries: a development tool that is installed costs time and memory."""
BOTS = {
    "Charley": [PYTHON["charley"], "-m", "benchmarks.charley"],
    "python-telegram-bot": [PYTHON["peers"], str(ROOT / "benchmarks/peers/ptb.py")],
    "aiogram": [PYTHON["peers"], str(ROOT / "benchmarks/peers/aiogram_bot.py")],
}
PEOPLE = 500
PACE = 50
"""Calls for relief a second, when waits are measured."""
REST_SECONDS, WAIT_SECONDS = 5.0, 20.0
STARTS = 5
"""Starts per round that are timed to the first answer."""
SENTENCE = "I have a cramp in my calf"
"""A call that only Charley understands. Unlike /cramp, it is answered only once all of the bot is loaded."""
ROUND_TRIPS = (0.0, 0.05)
BACKLOG = 20_000


@dataclass
class Figures:
    """The figures of one bot: seconds, MiB, and replies a second by round trip."""

    start: list[float] = field(default_factory=list)
    first_answer: list[float] = field(default_factory=list)
    first_answer_in_words: list[float] = field(default_factory=list)
    resident: list[float] = field(default_factory=list)
    rates: dict[float, list[float]] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)


@contextmanager
def running(command: list[str], simulator: Simulator) -> Iterator[subprocess.Popen[bytes]]:
    """Run a bot until the end of the block."""
    with tempfile.TemporaryDirectory() as folder:
        # With PYTHONDONTWRITEBYTECODE, every start would compile Charley again. An installed bot is compiled.
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment = {
            **inherited,
            "TELEGRAM_BOT_TOKEN": simulator.token,
            "TELEGRAM_API_URL": simulator.url,
            "DATABASE_URL": f"sqlite:///{folder}/charley.db",
            "ANSWER": answer(),
        }
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@asynccontextmanager
async def bot(command: list[str], simulator: Simulator, figures: Figures) -> AsyncIterator[psutil.Process]:
    """Run a bot until the end of the block, and note its time to the first poll."""
    began = time.perf_counter()
    with running(command, simulator) as process:
        while not simulator.is_polled:
            await asyncio.sleep(0.002)
        figures.start.append(time.perf_counter() - began)
        yield psutil.Process(process.pid)


@cache
def answer() -> str:
    """Return the answer that a minimal bot sends, as JSON."""
    edition = handlers.load_content(ROOT).edition()
    draft = steps(edition)
    assert draft.picture
    buttons = [[button.to_dict() for button in row] for row in draft.buttons]
    picture = str(ROOT / "assets" / edition.pictures[draft.picture].file)
    return json.dumps({"caption": draft.text, "buttons": buttons, "photo": picture})


async def measure_first_answer(command: list[str], text: str = "/cramp") -> float:
    """Return the seconds from the start of the process to the answer to a call that has been waiting at Telegram."""
    simulator = Simulator(brake=0.0)
    person = simulator.add_person()
    async with simulator.serve():
        simulator.phone.say(person, text)
        began = time.perf_counter()
        with running(command, simulator):
            await simulator.judge.until(lambda judge: judge.total >= 1, within=20)
            return time.perf_counter() - began


async def measure_rate(command: list[str], figures: Figures, round_trip: float, seconds: float) -> None:
    """Measure replies a second while more people wait than can be answered."""
    simulator = Simulator(round_trip=round_trip, brake=0.0, keep=4)
    people = [simulator.add_person() for _ in range(PEOPLE)]
    async with simulator.serve(), bot(command, simulator, figures):
        await _warm_up(simulator, people[0])
        for number in range(BACKLOG // PEOPLE):
            for person in people:
                simulator.phone.say(person, "/cramp")
            if number % 4 == 0:
                await asyncio.sleep(0)
        await asyncio.sleep(1.0)
        began, before = time.perf_counter(), simulator.judge.total
        await asyncio.sleep(seconds)
        rate = (simulator.judge.total - before) / (time.perf_counter() - began)
        figures.rates.setdefault(round_trip, []).append(rate)


async def measure_waits(command: list[str], figures: Figures, seconds: float) -> None:
    """Measure waits at a steady pace, from the update at the server to the message in the chat."""
    simulator = Simulator(brake=0.0, keep=None)
    people = [simulator.add_person() for _ in range(PEOPLE)]
    async with simulator.serve(), bot(command, simulator, figures) as process:
        await _warm_up(simulator, people[0])
        await asyncio.sleep(REST_SECONDS)
        figures.resident.append(process.memory_info().rss / 2**20)
        sent, began = {}, time.perf_counter()
        for number, person in enumerate(people * int(PACE * seconds / PEOPLE)):
            await asyncio.sleep(max(0.0, began + number / PACE - time.perf_counter()))
            sent[number] = (person, simulator.clock())
            simulator.phone.say(person, "/cramp")
        await simulator.judge.until(lambda judge: judge.total > len(sent), within=30)
        figures.waits += _waits(simulator, sent)


def _waits(simulator: Simulator, sent: dict[int, tuple[Person, datetime]]) -> list[float]:
    """Return the seconds from each call to its answer. A person is answered in the order of their calls."""
    arrived_at = {
        person.id: [delivery.at for delivery in simulator.judge.received(person.id)] for person, _ in sent.values()
    }
    arrived_at[next(iter(arrived_at))].pop(0)  # the warm-up
    return [(arrived_at[person.id].pop(0) - at).total_seconds() for person, at in sent.values()]


async def _warm_up(simulator: Simulator, person: Person) -> None:
    """Wait for the first answer, with which the picture is uploaded."""
    simulator.phone.say(person, "/cramp")
    await simulator.judge.until(lambda judge: judge.total >= 1, within=20)


async def main(rounds: int, seconds: float) -> None:
    """Measure round by round, and print the table."""
    answer()  # loads the content, which must not count as the time of a start
    figures_by_bot = {name: Figures() for name in BOTS}
    for number in range(rounds):
        for name, command in BOTS.items():
            print(f"round {number + 1} of {rounds}: {name} ...", file=sys.stderr, flush=True)
            for round_trip in ROUND_TRIPS:
                await measure_rate(command, figures_by_bot[name], round_trip, seconds)
            await measure_waits(command, figures_by_bot[name], WAIT_SECONDS)
        for _ in range(STARTS):
            for name, command in BOTS.items():  # in turn, because the machine may be slower for a while
                figures_by_bot[name].first_answer.append(await measure_first_answer(command))
            in_words = await measure_first_answer(BOTS["Charley"], SENTENCE)
            figures_by_bot["Charley"].first_answer_in_words.append(in_words)
    print(table(figures_by_bot))


def table(figures_by_bot: dict[str, Figures]) -> str:
    """Return the medians of the rounds in Markdown. Each rate has its multiple of python-telegram-bot's behind it."""
    lines = [
        "| | " + " | ".join(figures_by_bot) + " |",
        "|---|" + "---:|" * len(figures_by_bot),
    ]
    for round_trip in ROUND_TRIPS:
        rates = {name: statistics.median(bot.rates[round_trip]) for name, bot in figures_by_bot.items()}
        cells = [f"{rate:,.0f} ({rate / rates['python-telegram-bot']:.1f}x)" for rate in rates.values()]
        lines.append(f"| replies/s, {round_trip * 1000:.0f} ms round trip | " + " | ".join(cells) + " |")
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        cells = [f"{_quantile(bot.waits, share) * 1000:.1f} ms" for bot in figures_by_bot.values()]
        lines.append(f"| wait for /cramp at {PACE}/s, {name} | " + " | ".join(cells) + " |")
    for figure, end in (("start", "poll"), ("first_answer", "answer")):
        starts = {name: statistics.median(getattr(bot, figure)) for name, bot in figures_by_bot.items()}
        cells = [f"{seconds:.2f} s ({seconds / starts['python-telegram-bot']:.2f}x)" for seconds in starts.values()]
        lines.append(f"| cold start to the first {end} | " + " | ".join(cells) + " |")
    in_words = statistics.median(figures_by_bot["Charley"].first_answer_in_words)
    lines.append(f"| cold start to the first answer to a call in words | {in_words:.2f} s | - | - |")
    cells = [f"{statistics.median(bot.resident):.0f} MiB" for bot in figures_by_bot.values()]
    lines.append("| resident memory at rest | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each rate")
    options = parser.parse_args()
    uvloop.run(main(options.rounds, options.seconds))
