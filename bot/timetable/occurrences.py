"""When a reminder is due: the next occurrence of a timetable."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.timetable.times import Quiet, is_quiet, minute_of_day
from bot.timetable.zones import instant, local, moment_of, zone_info

ZONE_CHANGE_GAP = timedelta(hours=2)
"""The least time between two reminders of a kind if the person has changed zones in between."""
_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Timetable:
    """When one person gets one kind of reminder.

    Attributes:
        times: Whole minutes on the clock of ``zone``.
        days: ISO weekdays of the local date. 1 is Monday.
        zone: An IANA name.
        quiet: The quiet hours, in which nothing is due.
        paused_until: The moment (aware UTC) before which nothing is due.

    Raises:
        ValueError: A time is not a whole minute, or a day is not 1 to 7.
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
    """One reminder that is due at ``due_at`` (aware UTC). ``slot`` is the minute of the local day."""

    local_date: date
    slot: int
    due_at: datetime

    @property
    def key(self) -> tuple[date, int]:
        """Return the key of the occurrence. No two occurrences of one schedule have the same key."""
        return self.local_date, self.slot


def next_occurrence(timetable: Timetable, after: datetime) -> Occurrence | None:
    """Return the first occurrence that is due later than ``after`` (aware UTC); None if there never is one.

    An occurrence in the quiet hours or in a pause is left out, even if a change of the clocks moved it there.

    Raises:
        UnknownZone: The zone data does not have the zone.
    """
    zone = zone_info(timetable.zone)
    if timetable.paused_until is not None and timetable.paused_until > after:
        after = timetable.paused_until - _INSTANT
    try:
        return _first_after(timetable, after, zone)
    except OverflowError:  # the calendar ends with the year 9999
        return None


def _first_after(timetable: Timetable, after: datetime, zone: ZoneInfo) -> Occurrence | None:
    times = [at for at in timetable.times if not is_quiet(at, timetable.quiet)]
    if not times or not timetable.days:
        return None
    day = after.astimezone(zone).date() - _DAY  # a change of the clocks may have moved yesterday's last hour into today
    moved_on: Occurrence | None = None  # moved here from the day before; this day may have an earlier one
    while True:  # it ends within weeks, because only a change of the clocks can suppress a time that is not quiet
        first = min(_occurrences_on(day, timetable, times, after), key=_sort_key, default=None)
        if moved_on is not None:
            return moved_on if first is None else min(moved_on, first, key=_sort_key)
        if first is not None and first.due_at.astimezone(zone).date() == first.local_date:
            return first
        moved_on, day = first, day + _DAY


def _sort_key(occurrence: Occurrence) -> tuple[datetime, date, int]:
    return occurrence.due_at, *occurrence.key


def _occurrences_on(day: date, timetable: Timetable, times: list[time], after: datetime) -> Iterator[Occurrence]:
    if day.isoweekday() not in timetable.days:
        return
    zone = zone_info(timetable.zone)
    for at in times:
        due_at = moment_of(day, at, zone)
        if due_at is None or due_at <= after or is_quiet(due_at.astimezone(zone).time(), timetable.quiet):
            continue
        yield Occurrence(day, minute_of_day(at), due_at)


def next_after_change(
    timetable: Timetable, now: datetime, last: Occurrence | None, min_gap: timedelta = ZONE_CHANGE_GAP
) -> Occurrence | None:
    """Return the first occurrence after a change of the timetable, the zone or its rules; None if there never is one.

    Args:
        timetable: The timetable after the change.
        now: The moment of the change (aware UTC).
        last: The last occurrence before the change, if there was one. The result is on a later date or slot.
        min_gap: The least time between ``last`` and the result.
    """
    if last is None:
        return next_occurrence(timetable, now)
    occurrence = next_occurrence(timetable, max(now, last.due_at + min_gap - _INSTANT))
    while occurrence is not None and occurrence.key <= last.key:
        occurrence = next_occurrence(timetable, occurrence.due_at)
    return occurrence


def after_quiet(moment: datetime, zone: str, quiet: Quiet) -> datetime:
    """Return ``moment`` (aware UTC); if it is in the quiet hours on a zone's clock, return their end."""
    wall = local(moment, zone)
    if not is_quiet(wall.time(), quiet):
        return moment
    ends = (instant(wall.date() + day * _DAY, quiet[1], zone) for day in range(4))  # a zone may leap over a date
    return next((end for end in ends if end and end >= moment), moment)
