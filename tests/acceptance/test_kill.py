"""Ends of a process, sudden and ordered: every update is handled, none takes effect twice, few are answered twice."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from simulator import Fault, Request
from tests.support import running_bot
from tests.support.bot_process import Installation, exit_status, running_process
from tests.support.traffic import ProcessRuns, Traffic
from tests.support.waiting import PATIENCE_SECONDS, let_requests_arrive

UPDATES, KILLS, PEOPLE = 500, 8, 40
SEED = 20_261_101
CUT = 0.5
"""The share of the requests of a dying process that never arrive."""


class Life:
    """One life of the bot, which ends by ``signals`` at its ``last``-th request, or soon after: that one may be lost."""

    process: asyncio.subprocess.Process | None = None

    def __init__(
        self, random: Random, lives: ProcessRuns, last: int, signals: tuple[signal.Signals, ...] = (signal.SIGKILL,)
    ) -> None:
        self._random = random
        self._lives = lives
        self._last = last
        self._requests = 0
        self._has_begun = False
        self._signals = signals
        self.is_ending = asyncio.Event()

    def strikes(self, request: Request) -> bool:
        """Whether this request is lost."""
        self._requests += 1
        if request.method.startswith("get") and not self._has_begun:
            self._has_begun = True
            self._lives.begin()
        if self._requests >= self._last and self.process and not self.is_ending.is_set():
            for number in self._signals:
                self.process.send_signal(number)
            self.is_ending.set()
        return signal.SIGKILL in self._signals and self.is_ending.is_set() and self._random.random() < CUT


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with running_bot.telegram(keep=None) as simulator:
        yield Installation(simulator, tmp_path)


async def live(
    installation: Installation, random: Random, lives: ProcessRuns, last: int, signals: tuple[signal.Signals, ...]
) -> int:
    """One life to its end; the exit status."""
    life = Life(random, lives, last, signals)
    fault = installation.simulator.faults.add(Fault(when=life.strikes, cut="body", times=None))
    life.process = process = await installation.start()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await life.is_ending.wait()
        status = await exit_status(process)
        await let_requests_arrive()  # or the next life would be thought to have sent it
        return status
    finally:
        installation.simulator.faults.remove(fault)
        if process.returncode is None:
            process.kill()
            await process.wait()


async def last_life(installation: Installation, random: Random, lives: ProcessRuns, traffic: Traffic) -> None:
    """One more life, in which there is something left to answer; when all is answered, it ends as ordered."""
    fault = installation.simulator.faults.add(Fault(when=Life(random, lives, last=0).strikes, times=None))
    async with running_process(installation):
        async with asyncio.timeout(PATIENCE_SECONDS):
            await installation.simulator.judge.until(lambda _: traffic.is_answered(), PATIENCE_SECONDS)
    installation.simulator.faults.remove(fault)


def check_effects(installation: Installation, traffic: Traffic, updates: int) -> None:
    """Every update is handled, and everyone is known for exactly what they asked for."""
    assert installation.rows("SELECT state, count(*) FROM inbox GROUP BY state") == [("done", updates)]
    assert installation.rows("SELECT count(*) FROM inbox WHERE raw IS NOT NULL") == [(0,)]
    rows = installation.rows("SELECT chat_id, language, tips_seen FROM person")
    known = {chat: (language, tips) for chat, language, tips in rows}
    for person in traffic.people:
        assert known.get(person.id, (None, 0)) == (traffic.languages.get(person.id), traffic.tips[person.id])


@pytest.mark.campaign
async def test_hundreds_of_updates_survive_many_kills(installation: Installation) -> None:
    random = Random(SEED)
    traffic, lives = Traffic(installation.simulator, random, PEOPLE), ProcessRuns(installation.simulator)
    share = UPDATES // (KILLS + 1)
    for _ in range(KILLS):
        traffic.send(share)
        assert await live(installation, random, lives, random.randint(2, share), (signal.SIGKILL,)) == -signal.SIGKILL
    traffic.send(UPDATES - KILLS * share)
    await last_life(installation, random, lives, traffic)
    check_effects(installation, traffic, UPDATES)
    assert traffic.answers().keys() == set(traffic.questions), "everything is answered, and nothing else"
    for answers in lives.answers(traffic):
        assert set(answers.values()) <= {1}, "a kill repeats a reply once at most"
    assert len(lives.starts) == KILLS + 1


@pytest.mark.parametrize(
    ("last", "signals"),
    [
        pytest.param(2, (signal.SIGTERM,), id="one that comes early"),
        pytest.param(30, (signal.SIGTERM, signal.SIGTERM), id="two in the middle of it"),
        pytest.param(15, (signal.SIGINT,), id="one from the keyboard"),
    ],
)
async def test_an_ordered_end_loses_and_repeats_nothing(
    installation: Installation, last: int, signals: tuple[signal.Signals, ...]
) -> None:
    random = Random(SEED)
    traffic, lives = Traffic(installation.simulator, random, PEOPLE), ProcessRuns(installation.simulator)
    traffic.send(60)
    assert await live(installation, random, lives, last, signals) == 0, installation.output()
    traffic.send(60)
    await last_life(installation, random, lives, traffic)
    check_effects(installation, traffic, 120)
    assert traffic.answers() == dict.fromkeys(traffic.questions, 1)
    assert "Traceback" not in installation.output()


async def test_an_end_waits_for_a_reply_that_is_under_way(installation: Installation) -> None:
    """The second order comes while the first is being carried out."""
    random = Random(SEED)
    traffic, lives = Traffic(installation.simulator, random, 1), ProcessRuns(installation.simulator)
    process = await installation.start()
    installation.simulator.faults.add(Fault(methods={"sendPhoto", "sendMessage"}, hold=0.5))
    traffic.send(1)
    await installation.simulator.judge.until(lambda judge: judge.total, PATIENCE_SECONDS)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGTERM)
    assert await exit_status(process) == 0, installation.output()
    assert installation.rows("SELECT state FROM inbox") == [("done",)]
    traffic.send(3)
    await last_life(installation, random, lives, traffic)
    check_effects(installation, traffic, 4)
    assert traffic.answers() == dict.fromkeys(traffic.questions, 1)


async def test_an_end_is_not_kept_waiting_by_a_telegram_that_is_away(installation: Installation) -> None:
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
