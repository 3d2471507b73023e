"""The terms of a campaign, and its result."""

import os
from dataclasses import dataclass, field
from pathlib import Path

MOST_IN_HAND = 128
"""At most this many updates are handled at once (``bot.updates.receiver``), so no kill can repeat more answers."""
MOST_MEBIBYTES, MOST_FILES = 250, 250
GROWTH = 1.3
"""Memory and open files of a later run, at most, as a multiple of those of the first."""
MOST_DETAILS = 20
"""Faults that are kept as text. The others are only counted."""


@dataclass(frozen=True)
class Terms:
    """The terms: the number of updates, one kill in about every ``every`` updates, and the number of people."""

    updates: int = 1_000_000
    every: int = 50_000
    people: int = 10_000
    seed: int = 1
    way: str = "polling"
    forked: bool = False

    @property
    def kills(self) -> int:
        return self.updates // self.every


@dataclass(frozen=True)
class Run:
    """A run of the bot at its end: the updates so far, and the memory and open files of the process."""

    updates: int
    seconds: float
    mebibytes: float
    files: int


@dataclass
class Tally:
    """The result. ``twice`` counts answers that were repeated after a kill, ``most`` is the largest number in one round.

    ``again`` counts answers to copies of calls for relief.
    """

    terms: Terms
    updates: int = 0
    sent: int = 0
    answers: int = 0
    twice: int = 0
    most: int = 0
    again: int = 0
    seconds: float = 0.0
    processor: float = 0.0
    """Processor seconds of the bot and of the campaign together."""
    runs: list[Run] = field(default_factory=list)
    faults: int = 0
    details: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        return max(0, len(self.runs) - 1)

    def fault(self, what: str) -> None:
        self.faults += 1
        if len(self.details) < MOST_DETAILS:
            self.details.append(what)

    def wrong(self) -> list[str]:
        """Return a line for everything that is wrong."""
        first = self.runs[0] if self.runs else Run(0, 0, 0, 0)
        mebibytes = max((run.mebibytes for run in self.runs), default=0.0)
        files = max((run.files for run in self.runs), default=0)
        problems = {
            f"{self.updates:,} updates are not those ordered": self.updates != self.terms.updates,
            f"{self.kills} kills are not those ordered": self.kills != self.terms.kills,
            f"{self.most} answers were repeated in a round": self.most > MOST_IN_HAND,
            f"the bot grew to {mebibytes:.0f} MiB": mebibytes > min(MOST_MEBIBYTES, GROWTH * first.mebibytes),
            f"the bot has {files} open files": files > MOST_FILES,
            f"{self.faults:,} faults": self.faults,
        }
        return [*(what for what, is_so in problems.items() if is_so), *self.details]

    def last_run(self) -> str:
        """A line about the last life."""
        last, before = self.runs[-1], self.runs[-2].updates if self.kills else 0
        rate = f"{(last.updates - before) / max(last.seconds, 1e-9):,.0f}/s"
        size = f"{last.mebibytes:.0f} MiB, {last.files} open files; here {resident(os.getpid()):.0f} MiB"
        return f"life {len(self.runs)}: {last.updates:,} updates, {rate}, {size}; {self.twice} repeated, {self.faults} wrong"

    def line(self) -> str:
        """All in one line."""
        cost = f"{self.seconds:,.0f} s, of a core {self.processor:,.0f} s"
        came = f"{self.updates:,} updates sent {self.sent:,} times, {self.kills} kills, {self.answers:,} answers"
        return f"{came}, {self.twice} more by kills (at most {self.most} by one) and {self.again} for relief again; {cost}; {len(self.wrong())} wrong"


def resident(process: int) -> float:
    """MiB in memory."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def open_files(process: int) -> int:
    """How many files and sockets it has open."""
    return sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())
