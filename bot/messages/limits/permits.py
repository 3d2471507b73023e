"""What counts against the rate of all processes of one bot, and which of them holds what.

A permit is for one reminder in any second. Who holds it may use it again a second after its last use without asking;
the lease ends unless it is renewed in time. What was given back, or has lapsed, counts until a second after it may last
have been used: so no second ever holds more than may be, whichever process sent it. Times are the database's, in
milliseconds.
"""

from collections.abc import Iterator, Mapping
from itertools import repeat
from typing import Any, NamedTuple

from bot.messages.limits.rates import SECOND

STEP = 5
"""What counts is kept in steps of so many milliseconds."""
SPAN = round(1000 * SECOND)
"""For how long one counts that has left."""
LEASE = 1500
"""For how long after each question a process has its permits: a claim or a question may take long."""
RENEW = 100
"""So long after its last question a process that has something to send asks again."""


class Holder(NamedTuple):
    """Has so many permits until then; so many more, and room for so many replies, were missing when it last asked."""

    held: int
    until: int
    missing: int = 0
    behind: int = 0


class Permits:
    """Made from what ``kept`` says; ``longest`` is how many milliseconds anything counts at the most."""

    def __init__(self, kept: Mapping[str, Any], longest: int) -> None:
        self._longest = longest
        self._counts: dict[int, int] = dict(enumerate(kept.get("counts", []), kept.get("first", 0)))
        self._holders = {process: Holder(*each) for process, each in kept.get("holders", {}).items()}

    @property
    def kept(self) -> dict[str, Any]:
        """All of it, for JSON."""
        first, last = min(self._counts, default=0), max(self._counts, default=-1)
        counts = [self._counts.get(step, 0) for step in range(first, last + 1)]
        return {"first": first, "counts": counts, "holders": self._holders}

    @property
    def counted(self) -> int:
        """How many count or are held."""
        return sum(self._counts.values()) + sum(each.held for each in self._holders.values())

    def forget(self, now: int) -> None:
        """Forget what counts no more. Nothing counts for longer than it may, also if the clock was set back."""
        counts, self._counts = self._counts, {}
        for step, number in counts.items():
            self.count(number, min(step * STEP, now + self._longest), now)
        for process, each in [*self._holders.items()]:
            if each.until <= now:
                self.count(self._holders.pop(process).held, each.until + SPAN, now)
            else:
                self._holders[process] = each._replace(until=min(each.until, now + LEASE))

    def count(self, number: int, until: int, now: int) -> None:
        """Count so many until then."""
        if number and until > now:
            step = -(-until // STEP)
            self._counts[step] = self._counts.get(step, 0) + number

    def settle(self, process: str, keeps: int, returned: Mapping[int, int], now: int) -> int:
        """Take back those that were last used so many milliseconds ago; returns how many it keeps: ``keeps``, or 0.

        What it neither keeps nor gives back was lost with an answer. It keeps none if its lease is over.
        """
        had = self._holders.pop(process).held if process in self._holders else 0
        if had < keeps + sum(returned.values()):
            keeps, returned = 0, {}
        for ago, number in returned.items():
            self.count(number, now - ago + SPAN, now)
        self.count(had - keeps - sum(returned.values()), now + SPAN, now)
        self.hold(process, Holder(keeps, now + LEASE))
        return keeps

    def hold(self, process: str, holder: Holder) -> None:
        """Let it have so many, and know what was missing."""
        if holder.held or holder.missing or holder.behind:
            self._holders[process] = holder

    def free(self, most: int, now: int) -> Iterator[int]:
        """When one more may leave, when one more after that, and so on, where ``most`` may in a second."""
        room = most - self.counted
        yield from repeat(now, room)
        over = max(-room, 0)
        for step in sorted(self._counts):
            yield from repeat(step * STEP, self._counts[step] - over)
            over = max(over - self._counts[step], 0)

    def full_for(self, most: int, now: int) -> int:
        """Milliseconds until one more may leave, of ``most`` in a second; who holds permits may give some back."""
        held = any(each.held for each in self._holders.values())
        return min(next(self.free(most, now), now + LEASE) - now, RENEW if held else LEASE + SPAN)

    def share_of(self, process: str, most: int) -> tuple[int, int]:
        """How many of ``most`` permits each of those has who want more; and how many others lack to have that."""
        others = self._others(process)
        short = [each for each in others if each.missing]
        enough = sum(each.held for each in others if not each.missing)
        share = max(most - enough, 0) // (1 + len(short))
        return share, sum(min(each.missing, max(share - each.held, 0)) for each in short)

    def behind(self, process: str) -> int:
        """How many replies of others wait."""
        return sum(each.behind for each in self._others(process))

    def _others(self, process: str) -> list[Holder]:
        return [each for name, each in self._holders.items() if name != process]
