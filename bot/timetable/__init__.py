"""When a person is reminded: pure functions of wall-clock times, dates and zones. No clock is read here.

A reminder belongs to a wall-clock time on a local date. Where the clocks go forward over it, it moves forward with
them; where they go back, only its first time counts. So every local date that exists has it exactly once.
Moments are aware UTC. Zones are IANA names.
"""

from bot.timetable.occurrences import (
    LATE,
    REST,
    Occurrence,
    Timetable,
    after_quiet,
    is_late,
    moved,
    next_occurrence,
    resume,
)
from bot.timetable.times import Quiet, before_bed, is_near, is_quiet, minute_of_day, shifted, tidy
from bot.timetable.zones import UnknownZone, has_rules, instant, local, shown_in

__all__ = [
    "LATE",
    "REST",
    "Occurrence",
    "Quiet",
    "Timetable",
    "UnknownZone",
    "after_quiet",
    "before_bed",
    "has_rules",
    "instant",
    "is_late",
    "is_near",
    "is_quiet",
    "local",
    "minute_of_day",
    "moved",
    "next_occurrence",
    "resume",
    "shifted",
    "shown_in",
    "tidy",
]
