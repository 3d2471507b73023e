"""Wall-clock times of a day: quiet hours, distances, and which times a person may choose."""

from collections.abc import Iterable
from datetime import time

Quiet = tuple[time, time]
"""The local times at which the quiet hours begin and end. At the end it is no longer quiet. They may span midnight.

Two equal times mean that there are no quiet hours."""

MIN_GAP_MINUTES = 60
"""The least number of minutes between two times of one reminder."""
_DAY_MINUTES = 24 * 60


def is_quiet(local_time: time, quiet: Quiet | None) -> bool:
    """Return whether a wall-clock time is in the quiet hours."""
    if quiet is None:
        return False
    begin, end = quiet
    return begin <= local_time < end if begin <= end else not end <= local_time < begin


def minute_of_day(local_time: time) -> int:
    """Return the minutes since midnight, 0 to 1439."""
    return local_time.hour * 60 + local_time.minute


def shifted(local_time: time, minutes: int) -> time:
    """Return the wall-clock time that is ``minutes`` later; earlier if they are negative. It may be past midnight."""
    minute = (minute_of_day(local_time) + minutes) % _DAY_MINUTES
    return time(*divmod(minute, 60))


def minutes_from(begin: time, end: time) -> int:
    """Return the minutes from ``begin`` until the clock shows ``end``, which may be on the next day."""
    return (minute_of_day(end) - minute_of_day(begin)) % _DAY_MINUTES


def before_bed(local_time: time, bedtime: time, hours: int = 2) -> bool:
    """Return whether it is bedtime, or less than ``hours`` hours before it."""
    return minutes_from(local_time, bedtime) < hours * 60


def sorted_times(times: Iterable[time]) -> tuple[time, ...]:
    """Return each time once, cut to whole minutes, in the order of the day."""
    return tuple(sorted({at.replace(second=0, microsecond=0) for at in times}))


def minutes_apart(one: time, other: time) -> int:
    """Return the minutes between two times of the day, the shorter way round: it may lead across midnight."""
    return min(minutes_from(one, other), minutes_from(other, one))


def is_near(chosen: time, others: Iterable[time]) -> bool:
    """Return whether a time is less than an hour from one of the others, even across midnight."""
    return any(minutes_apart(chosen, other) < MIN_GAP_MINUTES for other in others)
