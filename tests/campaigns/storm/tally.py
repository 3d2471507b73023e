"""The terms of a round, and its results."""

from dataclasses import dataclass, field
from statistics import mean, median

from tests.campaigns.storm.evidence import GRACE_SECONDS

LONGEST_TAKEOVER_SECONDS = 10.0
LONGEST_HANDOVER_SECONDS = 2.0


@dataclass(frozen=True)
class Terms:
    """One round: processes, reminders due in one second, how often there is trouble, and messages a second at most.

    ``twice``: copies that a kill or a fall may cause. It is the number of messages that leave during one commit.
    ``backups``: whether a transaction stays open, and pg_dump runs again and again, meanwhile.
    """

    replicas: int = 3
    due: int = 10_000
    kills: int = 20
    freezes: int = 20
    stops: int = 4
    restarts: int = 4
    storms: int = 2
    twice: int = 1
    callers: int = 200
    seed: int = 1
    rate: int = 30
    backups: int = 1
    longest_freeze: float = 60.0
    lease: float = 5.0
    program: str = "bot"


@dataclass
class Tally:
    """The results of a round.

    ``long``: freezes longer than the lease, after which another process is active. ``stall``: how many seconds of the
    busiest one, or right before it, the campaign itself stood still, so that it noted more messages than arrived in it.
    """

    terms: Terms
    term: int = 0
    kills: int = 0
    freezes: int = 0
    long: int = 0
    stops: int = 0
    restarts: int = 0
    storms: int = 0
    calls: int = 0
    after_kill: list[float] = field(default_factory=list)
    after_stop: list[float] = field(default_factory=list)
    sent: int = 0
    ends: dict[str, int] = field(default_factory=dict)
    twice: int = 0
    refused: int = 0
    most_in_a_second: int = 0
    stall: float = 0.0
    in_chat_pause: int = 0
    in_bot_pause: list[float] = field(default_factory=list)
    seconds: float = 0.0
    lateness: list[float] = field(default_factory=list)
    copies: int = 0
    faults: list[str] = field(default_factory=list)

    def wrong(self) -> list[str]:
        """Return every violated requirement."""
        terms, late = self.terms, [seconds for seconds in self.in_bot_pause if seconds > GRACE_SECONDS]
        ordered = (terms.kills, terms.freezes, terms.stops, terms.restarts, terms.storms)
        done = (self.kills, self.freezes, self.stops, self.restarts, self.storms)
        slowest, slowest_stop = max(self.after_kill, default=0.0), max(self.after_stop, default=0.0)
        checks = {
            f"{self.most_in_a_second} arrived in one second": self.most_in_a_second > terms.rate * (1 + self.stall),
            f"{self.in_chat_pause} arrived in a pause of their chat": self.in_chat_pause,
            f"{len(late)} arrived in a pause of the bot, the last {max(late, default=0):.2f} s after it began": late,
            f"{self.twice} came twice": self.twice > terms.twice * (self.kills + self.restarts),
            f"a takeover after a kill took {slowest:.1f} s": slowest > LONGEST_TAKEOVER_SECONDS,
            f"a handover took {slowest_stop:.1f} s": slowest_stop > LONGEST_HANDOVER_SECONDS,
            f"{done} is not what was ordered, {ordered}": done != ordered,
        }
        return [*(fault for fault, is_so in checks.items() if is_so), *self.faults]

    def table(self) -> str:
        """Return a line for each number."""
        latest = max(self.in_bot_pause, default=0.0)
        lines = {
            "processes": f"{self.terms.replicas}, one of them active",
            "due in one second": f"{self.terms.due:,}",
            "killed": f"{self.kills:,} times; {_spread(self.after_kill)} until the next one was active",
            "frozen": f"{self.freezes:,} times, {self.long} of them for longer than the lease",
            "stopped": f"{self.stops:,} times; {_spread(self.after_stop)} until the next one was active",
            "PostgreSQL fell": f"{self.restarts:,} times",
            "Telegram stormed": f"{self.storms:,} times, and refused {self.refused:,}",
            "calls for relief": f"{self.calls:,}, all answered",
            "it took": f"{self.seconds:,.0f} s",
            "copied": f"{self.copies:,} times by pg_dump",
            "came": f"{self.sent:,}, {mean(self.lateness or [0.0]):.1f} s late on average",
            "came twice": f"{self.twice:,}",
            "in the tables": ", ".join(f"{number:,} {state}" for state, number in self.ends.items()),
            "most in one second": f"{self.most_in_a_second} of {self.terms.rate}, with a stall of {self.stall:.2f} s",
            "in a pause": f"{self.in_chat_pause} of a chat; of the bot {len(self.in_bot_pause)}, until {latest:.2f} s",
            "wrong": f"{len(self.wrong())}",
        }
        return "\n".join(f"{name:<20}{value}" for name, value in lines.items())


def _spread(seconds: list[float]) -> str:
    return f"median {median(seconds):.1f} s, longest {max(seconds):.1f} s" if seconds else "-"
