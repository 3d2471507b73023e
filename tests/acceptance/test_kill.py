"""Ends of a process, sudden and ordered: every update is handled, none takes effect twice, few are answered twice."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from simulator import Fault, Request
from tests.support import running_bot
from tests.support.processes import Home, ended, running
from tests.support.traffic import Lives, Traffic
from tests.support.turns import arrived

UPDATES, KILLS, PEOPLE = 500, 8, 40
SEED = 20_261_101
CUT = 0.5
"""The share of the requests of a dying process that never arrive."""


class Life:
    """One life of the bot, which ends by ``signals`` at its ``last``-th request, or soon after: that one may be lost."""

    process: asyncio.subprocess.Process | None = None

    def __init__(
        self, random: Random, lives: Lives, last: int, signals: tuple[signal.Signals, ...] = (signal.SIGKILL,)
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
            for each in self._signals:
                self.process.send_signal(each)
            self.is_ending.set()
        return signal.SIGKILL in self._signals and self.is_ending.is_set() and self._random.random() < CUT


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    async with running_bot.telegram(keep=None) as simulator:
        yield Home(simulator, tmp_path)


async def live(home: Home, random: Random, lives: Lives, last: int, signals: tuple[signal.Signals, ...]) -> int:
    """One life to its end; the exit status."""
    life = Life(random, lives, last, signals)
    fault = home.simulator.faults.add(Fault(when=life.strikes, cut="body", times=None))
    life.process = process = await home.start()
    try:
        async with asyncio.timeout(running_bot.PATIENCE_SECONDS):
            await life.is_ending.wait()
        status = await ended(process)
        await arrived()  # or the next life would be thought to have sent it
        return status
    finally:
        home.simulator.faults.remove(fault)
        if process.returncode is None:
            process.kill()
            await process.wait()


async def last_life(home: Home, random: Random, lives: Lives, traffic: Traffic) -> None:
    """One more life, in which there is something left to answer; when all is answered, it ends as ordered."""
    fault = home.simulator.faults.add(Fault(when=Life(random, lives, last=0).strikes, times=None))
    async with running(home):
        async with asyncio.timeout(running_bot.PATIENCE_SECONDS):
            await home.simulator.judge.until(lambda _: traffic.has_come_to_rest(), running_bot.PATIENCE_SECONDS)
    home.simulator.faults.remove(fault)


def check_effects(home: Home, traffic: Traffic, updates: int) -> None:
    """Every update is handled, and everyone is known for exactly what they asked for."""
    assert home.rows("SELECT state, count(*) FROM inbox GROUP BY state") == [("done", updates)]
    assert home.rows("SELECT count(*) FROM inbox WHERE raw IS NOT NULL") == [(0,)]
    rows = home.rows("SELECT chat_id, language, tips_seen FROM person")
    known = {chat: (language, tips) for chat, language, tips in rows}
    for each in traffic.people:
        assert known.get(each.id, (None, 0)) == (traffic.languages.get(each.id), traffic.tips[each.id])


@pytest.mark.campaign
async def test_hundreds_of_updates_survive_many_kills(home: Home) -> None:
    random = Random(SEED)
    traffic, lives = Traffic(home.simulator, random, PEOPLE), Lives(home.simulator)
    share = UPDATES // (KILLS + 1)
    for _ in range(KILLS):
        traffic.come(share)
        assert await live(home, random, lives, random.randint(2, share), (signal.SIGKILL,)) == -signal.SIGKILL
    traffic.come(UPDATES - KILLS * share)
    await last_life(home, random, lives, traffic)
    check_effects(home, traffic, UPDATES)
    assert traffic.answers().keys() == set(traffic.asked), "everything is answered, and nothing else"
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
    home: Home, last: int, signals: tuple[signal.Signals, ...]
) -> None:
    random = Random(SEED)
    traffic, lives = Traffic(home.simulator, random, PEOPLE), Lives(home.simulator)
    traffic.come(60)
    assert await live(home, random, lives, last, signals) == 0, home.said()
    traffic.come(60)
    await last_life(home, random, lives, traffic)
    check_effects(home, traffic, 120)
    assert traffic.answers() == dict.fromkeys(traffic.asked, 1)
    assert "Traceback" not in home.said()


async def test_an_end_waits_for_a_reply_that_is_under_way(home: Home) -> None:
    """The second order comes while the first is being carried out."""
    random = Random(SEED)
    traffic, lives = Traffic(home.simulator, random, 1), Lives(home.simulator)
    process = await home.start()
    home.simulator.faults.add(Fault(methods={"sendPhoto", "sendMessage"}, hold=0.5))
    traffic.come(1)
    await home.simulator.judge.until(lambda judge: judge.total, running_bot.PATIENCE_SECONDS)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGTERM)
    assert await ended(process) == 0, home.said()
    assert home.rows("SELECT state FROM inbox") == [("done",)]
    traffic.come(3)
    await last_life(home, random, lives, traffic)
    check_effects(home, traffic, 4)
    assert traffic.answers() == dict.fromkeys(traffic.asked, 1)


async def test_an_end_is_not_kept_waiting_by_a_telegram_that_is_away(home: Home) -> None:
    refused = asyncio.Event()

    def refuse(_: Request) -> bool:
        refused.set()
        return True

    home.simulator.faults.add(Fault(when=refuse, methods={"getMe"}, status=502, body="html", times=None))
    process = await home.start()
    async with asyncio.timeout(running_bot.PATIENCE_SECONDS):
        await refused.wait()
    process.send_signal(signal.SIGTERM)
    assert await ended(process) == 0, home.said()
    assert "Traceback" not in home.said()
