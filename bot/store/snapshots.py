"""A person's reminders at one moment: the person, every schedule, and the time. Topics make their screens from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.store import people, schedules
from bot.store.people import Person
from bot.store.schedules import Schedule, Wish


@dataclass(frozen=True)
class Snapshot:
    """The person, the schedule of every kind that was ever turned on, and the moment of reading, ``now`` (UTC)."""

    person: Person
    schedules: Mapping[str, Schedule]
    now: datetime

    @property
    def zone(self) -> str:
        """The person's time zone, which must be known."""
        assert self.person.zone is not None
        return self.person.zone

    @property
    def paused_until(self) -> datetime | None:
        """The end (UTC) of a pause that is not over; None without one."""
        return self.person.paused_until if self.person.is_paused(self.now) else None

    @property
    def active(self) -> list[str]:
        """The kinds that are on."""
        return [kind for kind, schedule in self.schedules.items() if schedule.active]

    def wish(self, kind: str) -> Wish | None:
        """Return the person's wish for a kind of reminder, even if it is off now; None if it was never on."""
        return self.schedules[kind].wish if kind in self.schedules else None

    def others(self, kind: str) -> list[Wish]:
        """Return the person's wishes for the other kinds that are on."""
        return [self.schedules[other].wish for other in self.active if other != kind]

    def next_due(self, kind: str) -> datetime | None:
        """Return when the next reminder of a kind is due (UTC, whole minutes); None if there is none."""
        occurrence = self.schedules[kind].next_occurrence(self.person) if kind in self.active else None
        return occurrence.due_at if occurrence else None

    def first(self) -> tuple[str, datetime] | None:
        """Return the kind of the person's next reminder, and when it is due (UTC); None if there is none."""
        due = [(due_at, kind) for kind in self.active if (due_at := self.next_due(kind))]
        return min(due)[::-1] if due else None


def read(connection: Connection, chat_id: int, now: datetime) -> Snapshot:
    """Return a snapshot of the person's reminders at ``now`` (UTC)."""
    return Snapshot(people.get(connection, chat_id), schedules.by_kind(connection, chat_id), now)
