"""All that a person's reminders hang on, at one moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from bot.store import answers, people, schedules
from bot.store.people import Person
from bot.store.schedules import Schedule, Wish

T = TypeVar("T")
Effect = Callable[[Connection, int], T]
"""A change to what is known of a person, given by the id of the private chat, and the result of that change."""


@dataclass(frozen=True)
class Plan:
    """The person, every kind that was ever turned on, and ``now`` (UTC)."""

    person: Person
    schedules: Mapping[str, Schedule]
    now: datetime

    @property
    def zone(self) -> str:
        """The person's zone, which must be known."""
        assert self.person.zone is not None
        return self.person.zone

    @property
    def paused_until(self) -> datetime | None:
        """When a pause ends that has begun (UTC)."""
        return self.person.paused_until if self.person.is_paused(self.now) else None

    @property
    def active(self) -> list[str]:
        """The kinds that are on."""
        return [kind for kind, each in self.schedules.items() if each.active]

    def wish(self, kind: str) -> Wish | None:
        """What the person wants or last wanted of a kind."""
        return self.schedules[kind].wish if kind in self.schedules else None

    def others(self, kind: str) -> list[Wish]:
        """What the person wants of the other kinds that are on."""
        return [self.schedules[each].wish for each in self.active if each != kind]

    def next_due(self, kind: str) -> datetime | None:
        """When the next reminder of a kind is due (UTC), to the minute; None if there is none."""
        return answers.next_due(self.schedules[kind], self.person) if kind in self.active else None

    def first(self) -> tuple[str, datetime] | None:
        """The next reminder of all."""
        due = [(found, kind) for kind in self.active if (found := self.next_due(kind))]
        return min(due)[::-1] if due else None


def read(connection: Connection, chat_id: int, now: datetime) -> Plan:
    """The plan of a person."""
    return Plan(people.one(connection, chat_id), schedules.of(connection, chat_id), now)
