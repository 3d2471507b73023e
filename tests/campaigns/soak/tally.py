"""What is ordered, and what came of it."""

import os
from dataclasses import dataclass, field
from pathlib import Path

MOST_IN_HAND = 128
"""So many updates are handled at the same time at most (``bot.updates.receiver``): no kill can repeat more answers."""
MOST_MEBIBYTES, MOST_FILES = 250, 250
GROWTH = 1.3
"""So many times as much as the first life may a later one take at most."""
TOLD = 20
"""So many faults are kept word for word: the others are as many again of the same."""


@dataclass(frozen=True)
class Terms:
    """How it is: so many updates, a kill in about every so many of them, and so many people, who take turns."""

    updates: int = 1_000_000
    every: int = 50_000
    people: int = 10_000
    seed: int = 1
    way: str = "polling"

    @property
    def kills(self) -> int:
        return self.updates // self.every


@dataclass(frozen=True)
class Life:
    """One at its end, just before it is killed: how many updates there have been in all, and what the process takes."""

    updates: int
    seconds: float
    mebibytes: float
    files: int


@dataclass
class Tally:
    """What came of it. ``twice``: answers that were given once more after a kill, ``most`` of them in one round; ``again``:
    those to copies of calls for relief."""

    terms: Terms
    updates: int = 0
    sent: int = 0
    answers: int = 0
    twice: int = 0
    most: int = 0
    again: int = 0
    seconds: float = 0.0
    processor: float = 0.0
    """Seconds of a core, of the bot and its surroundings together."""
    lives: list[Life] = field(default_factory=list)
    faults: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        return max(0, len(self.lives) - 1)

    def fault(self, what: str) -> None:
        self.faults += 1
        if len(self.told) < TOLD:
            self.told.append(what)

    def wrong(self) -> list[str]:
        """All that must not be."""
        first = self.lives[0] if self.lives else Life(0, 0, 0, 0)
        mebibytes = max((life.mebibytes for life in self.lives), default=0.0)
        files = max((life.files for life in self.lives), default=0)
        found = {
            f"{self.updates:,} updates are not those ordered": self.updates != self.terms.updates,
            f"{self.kills} kills are not those ordered": self.kills != self.terms.kills,
            f"{self.most} answers were repeated in a round": self.most > MOST_IN_HAND,
            f"the bot grew to {mebibytes:.0f} MiB": mebibytes > min(MOST_MEBIBYTES, GROWTH * first.mebibytes),
            f"the bot has {files} open files": files > MOST_FILES,
            f"{self.faults:,} faults": self.faults,
        }
        return [*(what for what, is_so in found.items() if is_so), *self.told]

    def life(self) -> str:
        """A line about the last life."""
        last, before = self.lives[-1], self.lives[-2].updates if self.kills else 0
        each = f"{(last.updates - before) / max(last.seconds, 1e-9):,.0f}/s"
        size = f"{last.mebibytes:.0f} MiB, {last.files} open files; here {resident(os.getpid()):.0f} MiB"
        return f"life {len(self.lives)}: {last.updates:,} updates, {each}, {size}; {self.twice} repeated, {self.faults} wrong"

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
