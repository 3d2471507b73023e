"""What somebody has asked for, and what may and must come of it: small, slow, and with nothing of the bot's code.

A kind has minutes of the local day and ISO weekdays. All moments are aware UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

LATE, REST, DAY = timedelta(minutes=15), timedelta(hours=2), timedelta(days=1)
NEVER, EVER = datetime.min.replace(tzinfo=timezone.utc), datetime.max.replace(tzinfo=timezone.utc)
Key = tuple[date, int]


@dataclass
class ModelSchedule:
    """A kind: what comes of it after ``since`` is owed, but for ``spared`` and for all up to ``past``.

    On a new clock it ``rests_until`` two hours after the last. ``waiting`` is what was due and owed before, and has not
    been sent: it is still owed while it is wanted at that moment. Who has not answered for a week ``is_to_learn`` that
    it is off.
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
    """One person's wishes."""

    zone: str | None = None
    quiet: tuple[int, int] = (22 * 60, 7 * 60)
    paused_until: datetime = NEVER
    blocked: bool = False
    kinds: dict[str, ModelSchedule] = field(default_factory=dict)

    def kind(self, name: str) -> ModelSchedule:
        return self.kinds.setdefault(name, ModelSchedule())

    def skip(self, kind: str, day: date) -> None:
        """Nothing more of a kind on that day, at the times that are wanted now."""
        wanted = self.kind(kind)
        wanted.spared |= {(day, minute) for minute in wanted.minutes}

    def moment(self, key: Key) -> datetime:
        """When a local time comes: the first time, or as much later as the clocks leap."""
        assert self.zone
        wall = datetime.combine(key[0], time(*divmod(key[1], 60)), ZoneInfo(self.zone))
        return wall.astimezone(timezone.utc)

    def is_quiet(self, moment: datetime) -> bool:
        assert self.zone
        there, (begin, end) = moment.astimezone(ZoneInfo(self.zone)), self.quiet
        minute = there.hour * 60 + there.minute
        return begin <= minute < end if begin <= end else minute >= begin or minute < end

    def objection(self, kind: str, key: Key, at: datetime) -> str:
        """What is wrong with an occurrence that leaves at that moment; empty if nothing is."""
        wanted, due = self.kind(kind), self.moment(key)
        wrong = {
            "nobody wants it": not wanted.on or self.blocked,
            "at another time": key[1] not in wanted.minutes or key[0].isoweekday() not in wanted.days,
            "in quiet hours": self.is_quiet(at),
            "in a pause": due < self.paused_until,
            "too early": at < due,
            "too late": at - due > LATE,
            "skipped": key in wanted.spared,
        }
        return ", ".join(name for name, is_so in wrong.items() if is_so)

    def may_come(self, kind: str, key: Key) -> bool:
        """Whether nothing speaks against an occurrence at its own moment."""
        due = self.moment(key)
        return not self.is_quiet(due) and not self.objection(kind, key, due)

    def objection_to_news(self, what: str, kind: str, at: datetime) -> str:
        """What is wrong with a message that is no occurrence: the question ("unanswered"), the end ("remind:on"), or
        that a pause is over ("remind")."""
        wanted = self.kinds.get(kind, ModelSchedule())
        is_wanted = {
            "unanswered:keep": wanted.on,
            "remind:on": wanted.on or wanted.is_to_learn,
            "remind": self.paused_until > NEVER and any(each.on for each in self.kinds.values()),
        }
        wrong = {
            "nobody wants it": not is_wanted[what] or self.blocked,
            "in quiet hours": what != "remind:on" and self.zone is not None and self.is_quiet(at),
            "in a pause": at < self.paused_until,
        }
        return ", ".join(name for name, is_so in wrong.items() if is_so)

    def wait(self, kind: str, now: datetime) -> None:
        """After a change, nothing waits any more but what is wanted as before, and not too late."""
        wanted = self.kind(kind)
        wanted.waiting = {
            key: due
            for key, due in wanted.waiting.items()
            if self.moment(key) == due and self.may_come(kind, key) and now - due <= LATE
        }

    def owed(self, kind: str, until: datetime, after: datetime = NEVER) -> Iterator[Key]:
        """What must have come by then, or have ended with a reason; looked for in three days or ``after`` a moment."""
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
