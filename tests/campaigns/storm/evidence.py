"""The evidence: every message that reached Telegram and when, and what the outbox says of it."""

import time
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field

from simulator import Fault, Request, Simulator
from tests.support.waiting import pause

SECOND = 1.0
WATCH_SECONDS = 0.005
SHORTEST_STALL_SECONDS = 0.02
STORM = 2
"""So many different chats that are limited mean that the bot is."""
GRACE_SECONDS = 1.0
"""How long after Telegram's second "too many requests" messages that have left may still arrive."""
ENDS = {"sent", "presumed", "missed", "dead", "cancelled"}
Row = tuple[str, str | None, int]
"""State, reason and attempts."""


@dataclass(frozen=True)
class Arrival:
    """A message that reached Telegram ``at`` monotonic seconds, and the pause in seconds if Telegram refused it."""

    at: float
    chat: int
    pause: int


@dataclass
class Evidence:
    """All that arrived at ``simulator``, refused or not, from the moment this is made.

    ``arrivals`` are reminders; ``moments`` are those of all messages, with the answers to /cramp, which are pictures.
    ``stalls`` are the end and the length of each time in which this process itself stood still. A message that came
    meanwhile is noted at its end.
    """

    simulator: Simulator
    arrivals: list[Arrival] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)
    stalls: list[tuple[float, float]] = field(default_factory=list)
    storms: int = 0
    _pause: int = 0

    def __post_init__(self) -> None:
        self.simulator.faults.add(Fault("sendmessage", times=None, when=self._note))
        self.simulator.faults.add(Fault("sendphoto", times=None, when=self._note_reply))

    async def watch(self) -> None:
        """Note when this process stands still, until cancelled."""
        last = time.monotonic()
        while True:
            await pause(WATCH_SECONDS)
            now = time.monotonic()
            if now - last > SHORTEST_STALL_SECONDS:
                self.stalls.append((now, now - last))
            last = now

    def begin_storm(self, pause: int) -> int:
        """Refuse every request with "retry after ``pause`` seconds". Return the number that ends it."""
        self._pause, self.storms = pause, self.storms + 1
        return self.simulator.faults.add(Fault("sendmessage", times=None, status=429, retry_after=pause))

    def end_storm(self, number: int) -> None:
        """Accept requests again."""
        self.simulator.faults.remove(number)
        self._pause = 0

    def _note(self, request: Request) -> bool:
        self.arrivals.append(Arrival(time.monotonic(), request.chat, self._pause))
        self.moments.append(self.arrivals[-1].at)
        return False

    def _note_reply(self, _: Request) -> bool:
        self.moments.append(time.monotonic())
        return False

    def most_in_a_second(self) -> tuple[int, float]:
        """Return the most messages that were noted in any second, and how long this process stood still for them."""
        moments = self.moments
        counts = [(bisect_left(moments, at + SECOND) - number, at) for number, at in enumerate(moments)]
        most, since = max(counts, default=(0, 0.0))
        return most, sum(length for end, length in self.stalls if since - SHORTEST_STALL_SECONDS < end < since + SECOND)

    def refusals(self) -> Counter[int]:
        """Return how many messages to each chat were refused."""
        return Counter(arrival.chat for arrival in self.arrivals if arrival.pause)

    def accepted(self) -> dict[int, float]:
        """Return when the first message that was not refused reached each chat."""
        return {arrival.chat: arrival.at for arrival in reversed(self.arrivals) if not arrival.pause}

    def in_a_pause_of_its_chat(self) -> int:
        """Return how many messages reached a chat within a pause that Telegram had asked for."""
        until: dict[int, float] = {}
        count = 0
        for arrival in self.arrivals:
            count += arrival.at < until.get(arrival.chat, 0.0)
            if arrival.pause:
                until[arrival.chat] = arrival.at + arrival.pause
        return count

    def in_a_pause_of_the_bot(self) -> list[float]:
        """Return, for each message within a pause of the bot, the seconds since the pause began."""
        moments = [arrival.at for arrival in self.arrivals]
        late = []
        for known_at, until in self._pauses():
            inside = self.arrivals[bisect_right(moments, known_at) : bisect_left(moments, until)]
            late += [arrival.at - known_at for arrival in inside]
        return late

    def _pauses(self) -> list[tuple[float, float]]:
        """Return the beginning and the end of each pause of the bot."""
        pauses: list[tuple[float, float]] = []
        chats: set[int] = set()
        first = 0.0
        for arrival in self.arrivals:
            if not arrival.pause or arrival.at > first + arrival.pause:
                chats.clear()
            if arrival.pause:
                first = first if chats else arrival.at
                chats.add(arrival.chat)
                if len(chats) == STORM:
                    pauses.append((arrival.at, first + arrival.pause))
        return pauses


def wrong(copies: int, refused: int, row: Row | None) -> str:
    """Return what is wrong with one reminder: nothing if it arrived, or its row says why it did not."""
    state, reason, attempts = row or ("none", None, 0)
    faults = {
        "came three times": copies > 2,
        "is without an end": state not in ENDS,
        "was lost": state in {"sent", "presumed"} and not copies and not refused,
        "is sent, and was only refused": state == "sent" and not copies,
        "has no reason": state in {"dead", "missed", "cancelled"} and not reason,
    }
    what = ", ".join(name for name, is_so in faults.items() if is_so)
    return what and f"{what}: {state} ({reason}) after {attempts} attempts, {copies} copies, {refused} refused"
