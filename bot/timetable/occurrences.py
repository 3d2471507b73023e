"""When a reminder is due: the next occurrence of a timetable, and when it is too late to send it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.timetable.times import Quiet, is_quiet, minute_of_day
from bot.timetable.zones import instant, local, moment_of, zone_info

LATE = timedelta(minutes=15)
"""A reminder later than this is missed, not sent."""
REST = timedelta(hours=2)
"""The least distance between two reminders of a kind when the person has changed zones in between."""
_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Timetable:
    """When one person gets one reminder.

    ``times`` are whole minutes on the clock of ``zone``, ``days`` ISO weekdays of the local date (1 is Monday).
    Nothing is due before ``paused_until`` (aware UTC). ``ValueError`` if a time or a day is none.
    """

    times: tuple[time, ...]
    days: frozenset[int]
    zone: str
    quiet: Quiet | None = None
    paused_until: datetime | None = None

    def __post_init__(self) -> None:
        if any(at.second or at.microsecond or at.tzinfo for at in self.times):
            raise ValueError("a time is a whole minute without a zone")
        if any(not 1 <= day <= 7 for day in self.days):  # noqa: PLR2004 - a week
            raise ValueError("a weekday is 1 to 7")


@dataclass(frozen=True)
class Occurrence:
    """One reminder due: ``slot`` is the minute of the local day, ``due_at`` aware UTC."""

    local_date: date
    slot: int
    due_at: datetime

    @property
    def key(self) -> tuple[date, int]:
        """What happens at most once for a schedule."""
        return self.local_date, self.slot


def next_occurrence(timetable: Timetable, after: datetime) -> Occurrence | None:
    """The first occurrence due later than ``after`` (aware UTC); None if there never is one.

    Left out is what quiet hours or a pause cover, be it by the time chosen or by the time the clocks moved it to.
    Of two at the same moment (one moved forward onto the other) there is one. ``UnknownZone`` if the zone is none.
    """
    zone = zone_info(timetable.zone)
    if timetable.paused_until is not None and timetable.paused_until > after:
        after = timetable.paused_until - _INSTANT
    try:
        return _first(timetable, after, zone)
    except OverflowError:  # the calendar ends with the year 9999
        return None


def _first(timetable: Timetable, after: datetime, zone: ZoneInfo) -> Occurrence | None:
    times = [at for at in timetable.times if not is_quiet(at, timetable.quiet)]
    if not times or not timetable.days:
        return None
    day = after.astimezone(zone).date() - _DAY  # yesterday's last hour may have been moved into today
    moved: Occurrence | None = None
    while True:  # some weeks at most: only a change of the clocks can hold up a time that is free on a weekday
        found = min(_on(day, timetable, times, after), key=_order, default=None)
        if moved is not None:
            return moved if found is None else min(moved, found, key=_order)
        if found is not None and found.due_at.astimezone(zone).date() == found.local_date:
            return found
        moved, day = found, day + _DAY


def _order(occurrence: Occurrence) -> tuple[datetime, date, int]:
    return occurrence.due_at, *occurrence.key


def _on(day: date, timetable: Timetable, times: list[time], after: datetime) -> Iterator[Occurrence]:
    if day.isoweekday() not in timetable.days:
        return
    zone = zone_info(timetable.zone)
    for at in times:
        due_at = moment_of(day, at, zone)
        if due_at is None or due_at <= after or is_quiet(due_at.astimezone(zone).time(), timetable.quiet):
            continue
        yield Occurrence(day, minute_of_day(at), due_at)


def resume(timetable: Timetable, now: datetime, last: Occurrence | None, rest: timedelta = REST) -> Occurrence | None:
    """The next occurrence when the zone, its rules or the clock have changed since ``last`` was due.

    No local date and slot comes again, and at least ``rest`` lies between the two.
    """
    if last is None:
        return next_occurrence(timetable, now)
    found = next_occurrence(timetable, max(now, last.due_at + rest - _INSTANT))
    while found is not None and found.key <= last.key:
        found = next_occurrence(timetable, found.due_at)
    return found


def moved(timetable: Timetable, zone: str) -> Timetable:
    """The same times on the clock of another zone. Who keeps home time keeps the timetable."""
    zone_info(zone)
    return replace(timetable, zone=zone)


def after_quiet(moment: datetime, zone: str, quiet: Quiet) -> datetime:
    """The first moment from then on (aware UTC) that is not in the quiet hours of a zone's clock."""
    there = local(moment, zone)
    if not is_quiet(there.time(), quiet):
        return moment
    ends = (instant(there.date() + day * _DAY, quiet[1], zone) for day in range(4))
    return next((end for end in ends if end and end >= moment), moment)


def is_late(due_at: datetime, now: datetime) -> bool:
    """Whether it is more than 15 minutes too late."""
    return now - due_at > LATE
