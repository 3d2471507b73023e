"""One run of the bot after another on the same database, each killed in the middle of its work.

People act in rounds: each does one thing in a round, and a round ends when every update in it has ended. So everything
that a person receives in a round answers what they did in it, and a copy of an earlier update must not be answered.
"""

import asyncio
import resource
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from tests.campaigns.soak.model import NOBODY
from tests.campaigns.soak.tally import Run, Tally, Terms, open_files, resident
from tests.campaigns.soak.traffic import FIRST_NUMBER, OneUpdate, Traffic
from tests.campaigns.soak.ways import WAYS, Copies, Way
from tests.support import running_bot
from tests.support.bot_process import Installation, Process, exit_status
from tests.support.waiting import pause

CHECK_SECONDS, LONGEST_ROUND_SECONDS = 0.02, 600.0
LONGEST_PAUSE = 0.05
"""A kill may come this many seconds after it is due, so that it strikes at any point of the work."""
KEPT = 2
"""Messages of each chat that Telegram remembers."""
OPEN = "SELECT count(*) FROM inbox WHERE state IN ('new', 'applied')"
ENDS = "SELECT state, count(*), min(update_id), max(update_id), count(raw) FROM inbox GROUP BY state"
PEOPLE = "SELECT chat_id, language, tips_seen, zone, blocked FROM person"
REMINDERS = "SELECT chat_id, active, silent, version FROM schedule"


class Soak:
    """A running campaign. ``print_line`` is called with a line for each run of the bot."""

    def __init__(
        self, terms: Terms, installation: Installation, way: Way, process: Process, print_line: Callable[[str], None]
    ) -> None:
        self._terms, self._installation, self._way, self.process, self._print_line = (
            terms,
            installation,
            way,
            process,
            print_line,
        )
        self._random = Random(f"{terms.seed} kills")
        self._traffic = Traffic(installation.simulator, Random(f"{terms.seed} traffic"), terms.people)
        self._copies = Copies(Random(f"{terms.seed} copies"), way.soonest)
        self._owed: dict[int, tuple[int, int]] = {}
        """By chat: the messages it must receive in this round, and the number of kills before that."""

        self._repeated_calls: Counter[int] = Counter()
        """By chat: copies of calls for relief in this round and the last. No row shows when such a copy has been answered."""

        self._calls_of_this_round: Counter[int] = Counter()

        self._kills = 0
        self._kill_at = self._next_kill()
        self._started = self._begun = time.monotonic()
        self._killing = asyncio.Lock()
        self.tally = Tally(terms)

    async def run(self) -> Tally:
        """Run the whole campaign."""
        processor = _processor_seconds()
        while (left := self._terms.updates - self._traffic.count) > 0:
            await self._play_round(self._copies.of(self._new(self._traffic.round(left))))
        await self._play_round(self._copies.remaining())
        self._record_run()
        await self._end()
        self.tally.updates, self.tally.sent = self._traffic.count, self._way.sent
        self.tally.seconds, self.tally.processor = time.monotonic() - self._begun, _processor_seconds() - processor
        return self.tally

    # A round

    async def _play_round(self, updates: Iterator[OneUpdate]) -> None:
        self._owed.clear()
        self._repeated_calls, self._calls_of_this_round = self._calls_of_this_round, Counter()
        before = self._installation.simulator.judge.counts.copy()
        async with asyncio.timeout(LONGEST_ROUND_SECONDS):
            await self._way.bring(self._sent(updates), self._perhaps_kill)
            while self._installation.rows(OPEN) != [(0,)]:
                await pause(CHECK_SECONDS)
        self._check_answers(self._installation.simulator.judge.counts - before)
        self._check_effects()

    def _new(self, updates: Iterator[OneUpdate]) -> Iterator[OneUpdate]:
        for update in updates:
            self._owed[update.chat] = update.answers, self._kills
            self._calls_of_this_round[update.chat] -= update.relief
            yield update

    def _sent(self, updates: Iterator[OneUpdate]) -> Iterator[OneUpdate]:
        for update in updates:
            self._calls_of_this_round[update.chat] += update.relief
            yield update

    def _check_answers(self, got: Counter[int]) -> None:
        """Check the number of messages that each chat received.

        At most one more may arrive for each kill since, and for each copy of a call for relief.
        """
        twice = 0
        self._repeated_calls += self._calls_of_this_round
        for chat in got.keys() | self._owed.keys():
            owed, kills = self._owed.get(chat, (0, self._kills))
            self.tally.answers += owed
            copies, most = self._repeated_calls[chat], 1 + self._kills - kills
            twice += 0 if copies else max(0, got[chat] - owed)
            self.tally.again += max(0, got[chat] - owed) if copies else 0
            if not owed <= got[chat] <= (owed + copies) * most:
                self.tally.fault(f"{chat} got {got[chat]} instead of {owed}")
        self.tally.twice, self.tally.most = self.tally.twice + twice, max(self.tally.most, twice)

    def _check_effects(self) -> None:
        people = {chat: tuple(row) for chat, *row in self._installation.rows(PEOPLE)}
        reminders = {chat: tuple(row) for chat, *row in self._installation.rows(REMINDERS)}
        for chat, known in self._traffic.known.items():
            stored, expected = (people.get(chat, NOBODY), reminders.get(chat)), (known.row(), known.reminder_row())
            if stored != expected:
                self.tally.fault(f"{chat} is {stored} instead of {expected}")

    # Runs of the bot

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
        self._record_run()
        self.process.kill()
        if await exit_status(self.process) != -signal.SIGKILL:
            self.tally.fault(f"ended by itself: {self._installation.output()[-2000:]}")
        self._kills += 1
        self._kill_at = self._next_kill()
        self._started, self.process = time.monotonic(), await self._installation.start()

    def _record_run(self) -> None:
        size, files = resident(self.process.pid), open_files(self.process.pid)
        self.tally.runs.append(Run(self._traffic.count, time.monotonic() - self._started, size, files))
        self._print_line(self.tally.last_run())

    async def _end(self) -> None:
        """End the last run with SIGTERM. Every update must be done, and its content must be deleted."""
        self.process.send_signal(signal.SIGTERM)
        if await exit_status(self.process):
            self.tally.fault(f"ended with {self.process.returncode}")
        if "Traceback" in (output := self._installation.output()):
            self.tally.fault(output[output.index("Traceback") :][:2000])
        last = FIRST_NUMBER + self._terms.updates - 1
        if (ends := self._installation.rows(ENDS)) != [("done", self._terms.updates, FIRST_NUMBER, last, 0)]:
            self.tally.fault(f"the inbox has {ends}")


def _processor_seconds() -> float:
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(share.ru_utime + share.ru_stime for share in used)


@asynccontextmanager
async def soaking(terms: Terms, folder: Path, print_line: Callable[[str], None] = print) -> AsyncIterator[Soak]:
    """Prepare the campaign: a bot on an empty database in ``folder``, and people who have not written yet."""
    async with running_bot.telegram(keep=KEPT, checks=False) as simulator:
        way = WAYS[terms.way](simulator)
        settings = {"PAID_BROADCASTS": "yes", "MESSAGES_PER_SECOND": "1000", **way.settings}
        installation = Installation(simulator, folder, tuple(settings.items()), "bot", terms.forked)
        async with installation:
            yield Soak(terms, installation, way, await installation.start(), print_line)
