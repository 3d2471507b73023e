"""What is ordered, and what came of it."""

from dataclasses import dataclass, field

from tests.campaigns.storm.evidence import GRACE_SECONDS


@dataclass(frozen=True)
class Terms:
    """How it is: so many processes, reminders due in one second, falls of PostgreSQL, freezes and storms; messages a
    second at most, and what runs."""

    replicas: int = 8
    due: int = 10_000
    restarts: int = 20
    freezes: int = 100
    storms: int = 8
    seed: int = 1
    rate: int = 100
    longest_freeze: float = 40.0
    lease: float = 30.0
    program: str = "bot"

    @property
    def seconds(self) -> float:
        """How long there is something to be sent, if nothing goes wrong: about so long it goes wrong."""
        return self.due / self.rate


@dataclass
class Tally:
    """What came of it. ``long``: freezes for longer than a lease, after which others take over."""

    terms: Terms
    restarts: int = 0
    freezes: int = 0
    long: int = 0
    storms: int = 0
    sent: int = 0
    ends: dict[str, int] = field(default_factory=dict)
    twice: int = 0
    refused: int = 0
    most_in_a_second: int = 0
    in_chat_pause: int = 0
    in_bot_pause: list[float] = field(default_factory=list)
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    def wrong(self) -> list[str]:
        """All that must not be."""
        terms, late = self.terms, [each for each in self.in_bot_pause if each > GRACE_SECONDS]
        found = {
            f"{self.most_in_a_second} arrived in one second": self.most_in_a_second > terms.rate,
            f"{self.in_chat_pause} arrived in a pause of their chat": self.in_chat_pause,
            f"{len(late)} arrived in a pause of the bot, the last {max(late, default=0):.2f} s after it began": late,
            f"{self.twice} came twice": self.twice > self.restarts,
            f"{self.restarts} restarts, {self.freezes} freezes and {self.storms} storms are not those ordered": (
                (self.restarts, self.freezes, self.storms) != (terms.restarts, terms.freezes, terms.storms)
            ),
        }
        return [*(what for what, is_so in found.items() if is_so), *self.faults]

    def table(self) -> str:
        """A line for each number."""
        latest = max(self.in_bot_pause, default=0.0)
        lines = {
            "processes": f"{self.terms.replicas}",
            "due in one second": f"{self.terms.due:,}",
            "PostgreSQL fell": f"{self.restarts:,} times",
            "processes froze": f"{self.freezes:,} times, {self.long} of them for longer than a lease",
            "Telegram stormed": f"{self.storms:,} times, and refused {self.refused:,}",
            "it took": f"{self.seconds:,.0f} s",
            "came": f"{self.sent:,}",
            "came twice": f"{self.twice:,}",
            "in the tables": ", ".join(f"{number:,} {state}" for state, number in self.ends.items()),
            "most in one second": f"{self.most_in_a_second} of {self.terms.rate}",
            "in a pause": f"{self.in_chat_pause} of a chat; of the bot {len(self.in_bot_pause)} under way, until {latest:.2f} s",
            "wrong": f"{len(self.wrong())}",
        }
        return "\n".join(f"{name:<20}{value}" for name, value in lines.items())
