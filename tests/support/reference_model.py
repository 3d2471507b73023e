"""A model of the reminders a person has asked for: which may arrive, and which must. It is small and slow, and uses none
of the bot's code.

Times are minutes of the local day, weekdays are ISO numbers, moments are aware and in UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

LATE, ZONE_CHANGE_GAP, DAY = timedelta(minutes=15), timedelta(hours=2), timedelta(days=1)
NEVER, EVER = datetime.min.replace(tzinfo=timezone.utc), datetime.max.replace(tzinfo=timezone.utc)
Key = tuple[date, int]


@dataclass
class ModelSchedule:
    """The schedule of one kind.

    Occurrences after ``since`` are owed, except those in ``spared`` and all up to ``past``. After a change of the time
    zone nothing is sent until ``rests_until``, two hours after the last one. ``waiting`` has the occurrences that were
    due and owed before a change and have not been sent: they stay owed while they are still wanted. ``is_to_learn``
    means that the kind was turned off after a week without an answer, and that the person must be told.
    """

    on: bool = False
    is_to_learn: bool = False
    minutes: set[int] = field(default_factory=set)
    days: set[int] = field(default_factory=set)
    since: datetime = EVER
    rests_until: datetime = NEVER
    past: Key = (date.min, 0)
    spared: set[Key] = field(default_factory=set)
    snoozed: set[datetime] = field(default_factory=set)
    waiting: dict[Key, datetime] = field(default_factory=dict)


@dataclass
class ModelPerson:
    """One person's choices."""

    zone: str | None = None
    quiet: tuple[int, int] = (22 * 60, 7 * 60)
    paused_until: datetime = NEVER
    blocked: bool = False
    kinds: dict[str, ModelSchedule] = field(default_factory=dict)

    def kind(self, name: str) -> ModelSchedule:
        return self.kinds.setdefault(name, ModelSchedule())

    def skip(self, kind: str, day: date) -> None:
        """Drop the occurrences of a kind on that day, at the times that are wanted now."""
        wanted = self.kind(kind)
        wanted.spared |= {(day, minute) for minute in wanted.minutes}

    def moment(self, key: Key) -> datetime:
        """Return the moment of a local time: the first of two in autumn, and moved forward by the gap in spring."""
        assert self.zone
        wall = datetime.combine(key[0], time(*divmod(key[1], 60)), ZoneInfo(self.zone))
        return wall.astimezone(timezone.utc)

    def is_quiet(self, moment: datetime) -> bool:
        assert self.zone
        there, (begin, end) = moment.astimezone(ZoneInfo(self.zone)), self.quiet
        minute = there.hour * 60 + there.minute
        return begin <= minute < end if begin <= end else minute >= begin or minute < end

    def objection(self, kind: str, key: Key, at: datetime) -> str:
        """Return what is wrong with an occurrence that is sent at that moment, or an empty text."""
        wanted, due = self.kind(kind), self.moment(key)
        wrong = {
            "not wanted": not wanted.on or self.blocked,
            "at another time": key[1] not in wanted.minutes or key[0].isoweekday() not in wanted.days,
            "in quiet hours": self.is_quiet(at),
            "in a pause": due < self.paused_until,
            "too early": at < due,
            "too late": at - due > LATE,
            "skipped": key in wanted.spared,
        }
        return ", ".join(name for name, is_so in wrong.items() if is_so)

    def may_come(self, kind: str, key: Key) -> bool:
        """Return whether an occurrence may be sent at its own moment."""
        due = self.moment(key)
        return not self.is_quiet(due) and not self.objection(kind, key, due)

    def objection_to_news(self, what: str, kind: str, at: datetime) -> str:
        """Return what is wrong with a message that is not an occurrence, or an empty text.

        Such a message asks about unanswered reminders ("unanswered:keep"), says that a kind is off ("remind:on"), or
        says that a pause is over ("remind").
        """
        wanted = self.kinds.get(kind, ModelSchedule())
        is_wanted = {
            "unanswered:keep": wanted.on,
            "remind:on": wanted.on or wanted.is_to_learn,
            "remind": self.paused_until > NEVER and any(schedule.on for schedule in self.kinds.values()),
        }
        wrong = {
            "not wanted": not is_wanted[what] or self.blocked,
            "in quiet hours": what != "remind:on" and self.zone is not None and self.is_quiet(at),
            "in a pause": at < self.paused_until,
        }
        return ", ".join(name for name, is_so in wrong.items() if is_so)

    def wait(self, kind: str, now: datetime) -> None:
        """After a change, keep in ``waiting`` only what is still wanted at the same moment and is not too late."""
        wanted = self.kind(kind)
        wanted.waiting = {
            key: due
            for key, due in wanted.waiting.items()
            if self.moment(key) == due and self.may_come(kind, key) and now - due <= LATE
        }

    def owed(self, kind: str, until: datetime, after: datetime = NEVER) -> Iterator[Key]:
        """Yield the occurrences that must have been sent by ``until``, or have ended with a reason.

        Only the three days before ``until`` are searched, or the time since ``after``, if that is shorter.
        """
        wanted = self.kind(kind)
        if not wanted.on or self.blocked:
            return
        yield from (key for key, due in wanted.waiting.items() if due <= until)
        if wanted.since >= until:
            return
        since = max(wanted.since, wanted.rests_until, after, until - 3 * DAY)
        first = since.date() - DAY
        for number in range((until.date() - first).days + 2):
            for minute in wanted.minutes:
                key = (first + number * DAY, minute)
                due = self.moment(key)
                if since < due <= until and key > wanted.past and self.may_come(kind, key):
                    yield key
