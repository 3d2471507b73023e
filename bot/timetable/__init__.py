"""When a person is reminded: pure functions of wall-clock times, dates and zones. No clock is read here.

A reminder belongs to a wall-clock time on a local date. If the clocks skip that time, the reminder moves forward with
them. If the time comes twice, only the first one counts. So each local date has the reminder once. Moments are aware
UTC. Zones are IANA names.
"""

from bot.timetable.lateness import LATE, is_late
from bot.timetable.months import month_of
from bot.timetable.occurrences import (
    ZONE_CHANGE_GAP,
    Occurrence,
    Timetable,
    after_quiet,
    next_after_change,
    next_occurrence,
)
from bot.timetable.times import (
    Quiet,
    before_bed,
    is_near,
    is_quiet,
    minute_of_day,
    minutes_apart,
    shifted,
    sorted_times,
)
from bot.timetable.zones import UnknownZone, has_rules, instant, instants, latest_shown, local

__all__ = [
    "LATE",
    "ZONE_CHANGE_GAP",
    "Occurrence",
    "Quiet",
    "Timetable",
    "UnknownZone",
    "after_quiet",
    "before_bed",
    "has_rules",
    "instant",
    "instants",
    "is_late",
    "is_near",
    "is_quiet",
    "latest_shown",
    "local",
    "minute_of_day",
    "minutes_apart",
    "month_of",
    "next_after_change",
    "next_occurrence",
    "shifted",
    "sorted_times",
]
