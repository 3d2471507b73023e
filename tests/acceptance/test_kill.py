"""Kills and ordered ends of a process: every update takes effect once, and few are answered twice."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from simulator import Fault, Request
from tests.support import running_bot
from tests.support.bot_process import Installation, Process, exit_status, running_process
from tests.support.traffic import ProcessRuns, Traffic
from tests.support.waiting import PATIENCE_SECONDS, let_requests_arrive

UPDATES, KILLS, PEOPLE = 250, 4, 40
SEED = 20_261_101
LOST = 0.5
"""The share of the requests of a killed process that never arrive."""


class Run:
    """One run of the bot, to which ``signals`` are sent at its ``last``-th request. Requests after a kill may be lost."""

    process: Process | None = None

    def __init__(
        self, random: Random, runs: ProcessRuns, last: int, signals: tuple[signal.Signals, ...] = (signal.SIGKILL,)
    ) -> None:
        self._random = random
        self._runs = runs
        self._last = last
        self._requests = 0
        self._has_begun = False
        self._signals = signals
        self.is_ending = asyncio.Event()

    def loses(self, request: Request) -> bool:
        """Return whether this request is lost."""
        self._requests += 1
        if request.method.startswith("get") and not self._has_begun:
            self._has_begun = True
            self._runs.begin()
        if self._requests >= self._last and self.process and not self.is_ending.is_set():
            for number in self._signals:
                self.process.send_signal(number)
            self.is_ending.set()
        return signal.SIGKILL in self._signals and self.is_ending.is_set() and self._random.random() < LOST


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with (
        running_bot.telegram(keep=None) as simulator,
        Installation(simulator, tmp_path, forked=True) as installed,
    ):
        yield installed


async def run_to_its_end(
    installation: Installation, random: Random, runs: ProcessRuns, last: int, signals: tuple[signal.Signals, ...]
) -> int:
    """Run a process until the signals end it; return its exit status."""
    run = Run(random, runs, last, signals)
    fault = installation.simulator.faults.add(Fault(when=run.loses, cut="body", times=None))
    run.process = process = await installation.start()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await run.is_ending.wait()
        status = await exit_status(process)
        await let_requests_arrive()  # otherwise they would count for the next run
        return status
    finally:
        installation.simulator.faults.remove(fault)


async def last_run(installation: Installation, random: Random, runs: ProcessRuns, traffic: Traffic) -> None:
    """Run a process until everything is answered, then end it."""
    fault = installation.simulator.faults.add(Fault(when=Run(random, runs, last=0).loses, times=None))
    async with running_process(installation):
        async with asyncio.timeout(PATIENCE_SECONDS):
            await installation.simulator.judge.until(lambda _: traffic.is_answered(), PATIENCE_SECONDS)
    installation.simulator.faults.remove(fault)


def check_effects(installation: Installation, traffic: Traffic, updates: int) -> None:
    """Check that every update is done, and that the database has exactly what people asked for."""
    assert installation.rows("SELECT state, count(*) FROM inbox GROUP BY state") == [("done", updates)]
    assert installation.rows("SELECT count(*) FROM inbox WHERE raw IS NOT NULL") == [(0,)]
    rows = installation.rows("SELECT chat_id, language, tips_seen FROM person")
    known = {chat: (language, tips) for chat, language, tips in rows}
    for person in traffic.people:
        assert known.get(person.id, (None, 0)) == (traffic.languages.get(person.id), traffic.tips[person.id])


@pytest.mark.campaign
async def test_hundreds_of_updates_survive_many_kills(installation: Installation) -> None:
    random = Random(SEED)
    traffic, runs = Traffic(installation.simulator, random, PEOPLE), ProcessRuns(installation.simulator)
    share = UPDATES // (KILLS + 1)
    for _ in range(KILLS):
        traffic.send(share)
        assert (
            await run_to_its_end(installation, random, runs, random.randint(2, share), (signal.SIGKILL,))
            == -signal.SIGKILL
        )
    traffic.send(UPDATES - KILLS * share)
    await last_run(installation, random, runs, traffic)
    check_effects(installation, traffic, UPDATES)
    assert traffic.answers().keys() == set(traffic.questions), "every question is answered, and nothing else"
    for answers in runs.answers(traffic):
        assert set(answers.values()) <= {1}, "a kill repeats a reply at most once"
    assert len(runs.starts) == KILLS + 1


@pytest.mark.parametrize(
    ("last", "signals"),
    [
        pytest.param(2, (signal.SIGTERM,), id="SIGTERM early"),
        pytest.param(30, (signal.SIGTERM, signal.SIGTERM), id="SIGTERM twice during work"),
        pytest.param(15, (signal.SIGINT,), id="SIGINT"),
    ],
)
async def test_an_ordered_end_loses_and_repeats_nothing(
    installation: Installation, last: int, signals: tuple[signal.Signals, ...]
) -> None:
    random = Random(SEED)
    traffic, runs = Traffic(installation.simulator, random, PEOPLE), ProcessRuns(installation.simulator)
    traffic.send(60)
    assert await run_to_its_end(installation, random, runs, last, signals) == 0, installation.output()
    traffic.send(60)
    await last_run(installation, random, runs, traffic)
    check_effects(installation, traffic, 120)
    assert traffic.answers() == dict.fromkeys(traffic.questions, 1)
    assert "Traceback" not in installation.output()


async def test_an_ordered_end_waits_for_a_reply_that_is_being_sent(installation: Installation) -> None:
    """A second signal arrives while the process is ending."""
    random = Random(SEED)
    traffic, runs = Traffic(installation.simulator, random, 1), ProcessRuns(installation.simulator)
    process = await installation.start()
    installation.simulator.faults.add(Fault(methods={"sendPhoto", "sendMessage"}, hold=0.5))
    traffic.send(1)
    await installation.simulator.judge.until(lambda judge: judge.total, PATIENCE_SECONDS)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGTERM)
    assert await exit_status(process) == 0, installation.output()
    assert installation.rows("SELECT state FROM inbox") == [("done",)]
    traffic.send(3)
    await last_run(installation, random, runs, traffic)
    check_effects(installation, traffic, 4)
    assert traffic.answers() == dict.fromkeys(traffic.questions, 1)


async def test_an_ordered_end_does_not_wait_for_a_telegram_that_is_down(installation: Installation) -> None:
    refused = asyncio.Event()

    def refuse(_: Request) -> bool:
        refused.set()
        return True

    installation.simulator.faults.add(Fault(when=refuse, methods={"getMe"}, status=502, body="html", times=None))
    process = await installation.start()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await refused.wait()
    process.send_signal(signal.SIGTERM)
    assert await exit_status(process) == 0, installation.output()
    assert "Traceback" not in installation.output()
