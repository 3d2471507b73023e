"""What the database is asked of updates that come in: which of them are new, and who wrote them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.store import Connection, inbox, people
from bot.store.people import Person
from bot.updates.inbound import Arrival, encoded


@dataclass(frozen=True)
class Found:
    """The numbers of the ``new`` updates, of those that come ``behind`` another process, and the known senders."""

    new: set[int]
    senders: dict[int, Person]
    behind: set[int] = field(default_factory=set)


def look_at(connection: Connection, urgent: Sequence[Arrival]) -> Found:
    """Look without storing anything: new is what nobody has stored."""
    numbers = {each.number for each in urgent}
    return Found(numbers - inbox.known(connection, numbers), _senders(connection, urgent))


def keep(connection: Connection, arrivals: Sequence[Arrival], now: datetime, owner: str, *, is_alone: bool) -> Found:
    """Store updates for ``owner``: new is what this process is to handle. ``is_alone``: there is no other."""
    rows = [(each.number, encoded(each.raw)) for each in arrivals]
    new = inbox.add(connection, rows, now, owner, {each.number: each.chat_id for each in arrivals})
    return Found(new, _senders(connection, arrivals), _behind(connection, arrivals, owner, is_alone=is_alone))


def recognize(connection: Connection, arrivals: Sequence[Arrival], owner: str, *, is_alone: bool) -> Found:
    """What is known of updates that are stored already."""
    new = {each.number for each in arrivals}
    return Found(new, _senders(connection, arrivals), _behind(connection, arrivals, owner, is_alone=is_alone))


def _senders(connection: Connection, arrivals: Sequence[Arrival]) -> dict[int, Person]:
    return people.load(connection, [each.sender_id for each in arrivals])


def _behind(connection: Connection, arrivals: Sequence[Arrival], owner: str, *, is_alone: bool) -> set[int]:
    """What another process has to end first; a call for relief waits for nobody."""
    chats = {each.number: each.chat_id for each in arrivals if not each.is_urgent}
    return set() if is_alone else inbox.behind(connection, chats, owner)
