"""Wall-clock times of a day: quiet hours, distances, and which times a person may choose."""

from collections.abc import Iterable
from datetime import time

Quiet = tuple[time, time]
"""Local times between which nothing is sent: from (in it) until (out of it). It may span midnight; two equal: never."""

APART_MINUTES = 60
"""The least distance between two times of one reminder."""
_DAY_MINUTES = 24 * 60


def is_quiet(local_time: time, quiet: Quiet | None) -> bool:
    """Whether a wall-clock time is in the quiet hours."""
    if quiet is None:
        return False
    begin, end = quiet
    return begin <= local_time < end if begin <= end else not end <= local_time < begin


def minute_of_day(local_time: time) -> int:
    """0 to 1439."""
    return local_time.hour * 60 + local_time.minute


def shifted(local_time: time, minutes: int) -> time:
    """A wall-clock time so many minutes later (or earlier, below 0), around midnight if need be."""
    minute = (minute_of_day(local_time) + minutes) % _DAY_MINUTES
    return time(*divmod(minute, 60))


def before_bed(local_time: time, bedtime: time, hours: int = 2) -> bool:
    """Whether fewer than so many hours are left until bedtime; at bedtime too."""
    return (minute_of_day(bedtime) - minute_of_day(local_time)) % _DAY_MINUTES < hours * 60


def tidy(times: Iterable[time]) -> tuple[time, ...]:
    """Each time once, in the order of the day, cut to whole minutes."""
    return tuple(sorted({at.replace(second=0, microsecond=0) for at in times}))


def is_near(chosen: time, others: Iterable[time]) -> bool:
    """Return whether a time is less than an hour from one of the others, also over midnight."""
    distances = ((minute_of_day(chosen) - minute_of_day(other)) % _DAY_MINUTES for other in others)
    return any(min(minutes, _DAY_MINUTES - minutes) < APART_MINUTES for minutes in distances)
