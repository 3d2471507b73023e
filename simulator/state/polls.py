"""Polls: their options, who has chosen which, and when they close."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from simulator.json_objects import Json, unix_seconds


@dataclass(slots=True)
class Poll:
    """A poll.

    - `settings`: the fields of the Poll object that do not change, such as its question.
    - `options`: PollOption objects without their `voter_count`.
    - `allows`: what voters may do: "multiple_answers", "revoting", both or neither.
    - `closes_at`: aware, UTC; None if nothing closes it by itself.
    - `votes`: numbers of options by the id of the voter.
    """

    id: str
    settings: Json
    options: list[Json]
    closes_at: datetime | None = None
    is_closed: bool = False
    votes: dict[int, list[int]] = field(default_factory=dict)

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody learns who has voted."""
        anonymous: bool = self.settings["is_anonymous"]
        return anonymous

    def as_json(self) -> Json:
        """Return the Poll object."""
        counts = Counter(number for numbers in self.votes.values() for number in numbers)
        options = [{**option, "voter_count": counts[number]} for number, option in enumerate(self.options)]
        now = {"id": self.id, "options": options, "total_voter_count": len(self.votes), "is_closed": self.is_closed}
        return {**self.settings, **now}

    def vote(self, voter: int, numbers: Iterable[int]) -> list[str]:
        """Choose options by their numbers; none retracts the vote. Return the persistent ids of the options.

        Raises:
            ValueError: if Telegram would refuse it, with its reason.
        """
        chosen = sorted(set(numbers))
        if self.is_closed:
            raise ValueError("Can't answer closed poll")
        if len(chosen) > 1 and not self.settings["allows_multiple_answers"]:
            raise ValueError("Can't choose more than 1 option in the poll")
        if voter in self.votes and not self.settings["allows_revoting"]:
            raise ValueError("Can't revote in the poll")
        if not all(0 <= number < len(self.options) for number in chosen):
            raise ValueError("Invalid option identifier specified")
        if chosen:
            self.votes[voter] = chosen
        else:
            self.votes.pop(voter, None)
        return [self.options[number]["persistent_id"] for number in chosen]


class Polls:
    """All polls by their ids. A poll that is forwarded is the same poll in both messages."""

    def __init__(self) -> None:
        self._numbers = count(5_000_000_000_000_000_001)
        self._by_id: dict[str, Poll] = {}
        self.closing: list[Poll] = []
        """Polls that close at a set moment."""

    def __getitem__(self, poll_id: str) -> Poll:
        return self._by_id[poll_id]

    def __contains__(self, poll_id: str) -> bool:
        return poll_id in self._by_id

    def add(self, settings: Json, options: list[Json], closes_at: datetime | None = None) -> Poll:
        """Add a poll. `settings` and `options` are those of `Poll`."""
        number = next(self._numbers)
        options = [{"persistent_id": f"{number}-{place}", **option} for place, option in enumerate(options)]
        if closes_at:
            settings = settings | {"close_date": unix_seconds(closes_at)}
        poll = self._by_id[str(number)] = Poll(str(number), settings, options, closes_at)
        if closes_at:
            self.closing.append(poll)
        return poll

    def close_due(self, now: datetime) -> list[Poll]:
        """Close every poll whose moment has come, and return those that were open."""
        due = [poll for poll in self.closing if poll.closes_at and poll.closes_at <= now]
        self.closing = [poll for poll in self.closing if poll not in due]
        closed = [poll for poll in due if not poll.is_closed]
        for poll in closed:
            poll.is_closed = True
        return closed

    def copy(self, poll_id: str) -> Poll:
        """Add a poll with the same question and options, and without votes."""
        poll = self._by_id[poll_id]
        return self.add(poll.settings, [option | {} for option in poll.options], poll.closes_at)
