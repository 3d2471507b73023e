"""One life of the bot after another on the same database, each ended by ``kill -9`` in the middle of its work.

People take turns: each does one thing in a round, and a round ends when every update in it has ended. So what anybody
gets in a round is the answer to what they did in it, and a copy of an earlier update must bring nothing at all.
"""

import asyncio
import resource
import signal
import time
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from tests.campaigns.soak.model import NOBODY
from tests.campaigns.soak.tally import Life, Tally, Terms, open_files, resident
from tests.campaigns.soak.traffic import FIRST_NUMBER, Coming, Traffic
from tests.campaigns.soak.ways import WAYS, Copies, Way
from tests.support import running_bot
from tests.support.bot_process import Installation, exit_status
from tests.support.waiting import pause

LOOK_SECONDS, LONGEST_ROUND_SECONDS = 0.02, 600.0
LONGEST_PAUSE = 0.05
"""Seconds from the moment when a kill is due to the kill, at most: at any point of the work."""
KEPT = 2
"""So many messages of each chat Telegram remembers."""
OPEN = "SELECT count(*) FROM inbox WHERE state IN ('new', 'applied')"
ENDS = "SELECT state, count(*), min(update_id), max(update_id), count(raw) FROM inbox GROUP BY state"
PEOPLE = "SELECT chat_id, language, tips_seen, zone, blocked FROM person"
REMINDERS = "SELECT chat_id, active, silent, version FROM schedule"


class Soak:
    """A campaign that is under way; ``tell`` is given a line for each life."""

    def __init__(
        self, terms: Terms, installation: Installation, way: Way, process: Process, tell: Callable[[str], None]
    ) -> None:
        self._terms, self._installation, self._way, self.process, self._tell = terms, installation, way, process, tell
        self._random = Random(f"{terms.seed} kills")
        self._traffic = Traffic(installation.simulator, Random(f"{terms.seed} traffic"), terms.people)
        self._copies = Copies(Random(f"{terms.seed} copies"), way.soonest)
        self._owed: dict[int, tuple[int, int]] = {}
        """What each chat is owed in this round, and how many kills there had been before."""

        self._asked_again: Counter[int] = Counter()
        """How many copies of calls for relief each chat has sent in this round and the last: no row tells when one ends."""

        self._asked_now: Counter[int] = Counter()

        self._kills = 0
        self._kill_at = self._next_kill()
        self._born = self._begun = time.monotonic()
        self._killing = asyncio.Lock()
        self.tally = Tally(terms)

    async def run(self) -> Tally:
        """All of it."""
        processor = _processor_seconds()
        while (left := self._terms.updates - self._traffic.count) > 0:
            await self._round(self._copies.of(self._new(self._traffic.round(left))))
        await self._round(self._copies.rest())
        self._end_life()
        await self._end()
        self.tally.updates, self.tally.sent = self._traffic.count, self._way.sent
        self.tally.seconds, self.tally.processor = time.monotonic() - self._begun, _processor_seconds() - processor
        return self.tally

    # A round

    async def _round(self, updates: Iterator[Coming]) -> None:
        self._owed.clear()
        self._asked_again, self._asked_now = self._asked_now, Counter()
        before = self._installation.simulator.judge.counts.copy()
        async with asyncio.timeout(LONGEST_ROUND_SECONDS):
            await self._way.bring(self._sent(updates), self._perhaps_kill)
            while self._installation.rows(OPEN) != [(0,)]:
                await pause(LOOK_SECONDS)
        self._check_answers(self._installation.simulator.judge.counts - before)
        self._check_effects()

    def _new(self, updates: Iterator[Coming]) -> Iterator[Coming]:
        for update in updates:
            self._owed[update.chat] = update.answers, self._kills
            self._asked_now[update.chat] -= update.relief
            yield update

    def _sent(self, updates: Iterator[Coming]) -> Iterator[Coming]:
        for update in updates:
            self._asked_now[update.chat] += update.relief
            yield update

    def _check_answers(self, got: Counter[int]) -> None:
        """As many as are owed; one more for each kill since at most, or for each copy of a call for relief."""
        twice = 0
        self._asked_again += self._asked_now
        for chat in got.keys() | self._owed.keys():
            owed, kills = self._owed.get(chat, (0, self._kills))
            self.tally.answers += owed
            again, often = self._asked_again[chat], 1 + self._kills - kills
            twice += 0 if again else max(0, got[chat] - owed)
            self.tally.again += max(0, got[chat] - owed) if again else 0
            if not owed <= got[chat] <= (owed + again) * often:
                self.tally.fault(f"{chat} got {got[chat]} instead of {owed}")
        self.tally.twice, self.tally.most = self.tally.twice + twice, max(self.tally.most, twice)

    def _check_effects(self) -> None:
        people = {chat: tuple(row) for chat, *row in self._installation.rows(PEOPLE)}
        reminders = {chat: tuple(row) for chat, *row in self._installation.rows(REMINDERS)}
        for chat, known in self._traffic.known.items():
            found, expected = (people.get(chat, NOBODY), reminders.get(chat)), (known.row(), known.reminder_row())
            if found != expected:
                self.tally.fault(f"{chat} is {found} instead of {expected}")

    # Lives

    def _next_kill(self) -> float:
        if self._kills == self._terms.kills:
            return float("inf")
        return (self._kills + self._random.uniform(0.6, 1.0)) * self._terms.every

    async def _perhaps_kill(self) -> None:
        if self._traffic.count >= self._kill_at:
            async with self._killing:
                if self._traffic.count >= self._kill_at:
                    await self._kill()

    async def _kill(self) -> None:
        await pause(self._random.uniform(0, LONGEST_PAUSE))
        self._end_life()
        self.process.kill()
        if await exit_status(self.process) != -signal.SIGKILL:
            self.tally.fault(f"ended by itself: {self._installation.output()[-2000:]}")
        self._kills += 1
        self._kill_at = self._next_kill()
        self._born, self.process = time.monotonic(), await self._installation.start()

    def _end_life(self) -> None:
        size, files = resident(self.process.pid), open_files(self.process.pid)
        self.tally.lives.append(Life(self._traffic.count, time.monotonic() - self._born, size, files))
        self._tell(self.tally.life())

    async def _end(self) -> None:
        """The last life ends as ordered, and every number is there, done, and nothing more is known of it."""
        self.process.send_signal(signal.SIGTERM)
        if await exit_status(self.process):
            self.tally.fault(f"ended with {self.process.returncode}")
        if "Traceback" in (said := self._installation.output()):
            self.tally.fault(said[said.index("Traceback") :][:2000])
        last = FIRST_NUMBER + self._terms.updates - 1
        if (ends := self._installation.rows(ENDS)) != [("done", self._terms.updates, FIRST_NUMBER, last, 0)]:
            self.tally.fault(f"the inbox has {ends}")


def _processor_seconds() -> float:
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(share.ru_utime + share.ru_stime for share in used)


@asynccontextmanager
async def soaking(terms: Terms, folder: Path, tell: Callable[[str], None] = print) -> AsyncIterator[Soak]:
    """A bot on an empty database in ``folder``, and people who do not talk yet."""
    async with running_bot.telegram(keep=KEPT, checks=False) as simulator:
        way = WAYS[terms.way](simulator)
        settings = {"PAID_BROADCASTS": "yes", "MESSAGES_PER_SECOND": "1000", **way.settings}
        installation = Installation(simulator, folder, tuple(settings.items()), "bot")
        soak = Soak(terms, installation, way, await installation.start(), tell)
        try:
            yield soak
        finally:
            if soak.process.returncode is None:
                soak.process.kill()
                await soak.process.wait()
