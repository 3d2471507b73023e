"""When a person may be reminded: pure functions of wishes, the content's limits, and the person's quiet hours."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import time
from enum import Enum

from bot.content import Reminder
from bot.store.people import Person
from bot.store.schedules import Wish
from bot.timetable import before_bed, is_quiet, minute_of_day, objection, shifted, tidy

MOST_A_DAY = 6
"""So many reminders of all kinds together."""
STEP_MINUTES = 15
"""How far apart the times are that can be tapped; any minute can be typed."""


class Hindrance(Enum):
    """Why a time cannot be chosen."""

    QUIET = "quiet"
    BEDTIME = "bedtime"
    NEAR = "near"
    MOST = "most"
    TOTAL = "total"


def hindrance(
    chosen: time, block: Reminder, wish: Wish, person: Person, others: Collection[Wish] = ()
) -> Hindrance | None:
    """What speaks against one more time of a kind beside its ``wish`` and the wishes of the ``others`` that are on."""
    if is_quiet(chosen, person.quiet):
        return Hindrance.QUIET
    if before_bed(chosen, person.goes_to_bed, block.hours_before_bed):
        return Hindrance.BEDTIME
    if len(wish.times) >= block.most:
        return Hindrance.MOST
    meeting = [at for each in (wish, *others) if each.days & wish.days for at in each.times]
    if objection(chosen, meeting, None):
        return Hindrance.NEAR
    longer = replace(wish, times=tidy((*wish.times, chosen)))
    return Hindrance.TOTAL if busiest((longer, *others)) > MOST_A_DAY else None


def busiest(wishes: Iterable[Wish]) -> int:
    """How many reminders come on the fullest weekday."""
    every = list(wishes)
    return max(number_on(day, every) for day in range(1, 8))


def number_on(day: int, wishes: Iterable[Wish]) -> int:
    """How many reminders come on an ISO weekday."""
    return sum(len(each.times) for each in wishes if day in each.days)


def beginning(
    block: Reminder, person: Person, wish: Wish | None = None, others: Collection[Wish] = ()
) -> tuple[Wish, Hindrance | None]:
    """What to begin with: the earlier ``wish`` or else the content's, as far as it is possible now.

    If no time is possible it has none, and says what hinders the first.
    """
    begun, hindered = replace(wish or untimed(block), times=(), hours_before_bed=block.hours_before_bed), None
    for at in wish.times if wish else _usual(block, person):
        if found := hindrance(at, block, begun, person, others):
            hindered = hindered or found
        else:
            begun = replace(begun, times=(*begun.times, at))
    return begun, None if begun.times else hindered


def untimed(block: Reminder) -> Wish:
    """What the content says of a kind, but for its times."""
    return Wish((), frozenset(map(int, block.days)), block.silent, block.hours_before_bed)


def _usual(block: Reminder, person: Person) -> tuple[time, ...]:
    if block.minutes_before_bed is None:
        return block.times
    at = shifted(person.goes_to_bed, -block.minutes_before_bed)
    return block.times if is_quiet(at, person.quiet) else (at,)


def possible(block: Reminder, wish: Wish, person: Person, others: Collection[Wish] = ()) -> dict[int, list[int]]:
    """The times that can be tapped: for each hour with any, its minutes."""
    free: dict[int, list[int]] = {}
    for minute in range(0, 24 * 60, STEP_MINUTES):
        at = shifted(time.min, minute)
        if hindrance(at, block, wish, person, others) is None:
            free.setdefault(at.hour, []).append(at.minute)
    return free


def may_come_on(day: int, wish: Wish, others: Collection[Wish] = ()) -> bool:
    """Whether the times of ``wish`` fit on one more weekday beside the others."""
    alone = replace(wish, days=frozenset({day}))
    apart = all(
        objection(at, [other for each in others if day in each.days for other in each.times], None) is None
        for at in wish.times
    )
    return apart and busiest((alone, *(replace(each, days=each.days & {day}) for each in others))) <= MOST_A_DAY


def with_bedtime(block: Reminder, wish: Wish, before: Person, after: Person, others: Collection[Wish] = ()) -> Wish:
    """The wish when the bedtime has moved: a time that hung on the old one follows, if the new one is possible."""
    if block.minutes_before_bed is None:
        return wish
    old, new = (shifted(each.goes_to_bed, -block.minutes_before_bed) for each in (before, after))
    kept = replace(wish, times=tuple(at for at in wish.times if at != old))
    if kept == wish or hindrance(new, block, kept, after, others):
        return wish
    return replace(wish, times=tidy((*kept.times, new)))


def unsent(wish: Wish, person: Person) -> list[time]:
    """The times that the quiet hours or the bedtime have swallowed since they were chosen."""
    return [
        at
        for at in sorted(wish.times, key=minute_of_day)
        if is_quiet(at, person.quiet) or before_bed(at, person.goes_to_bed, wish.hours_before_bed)
    ]
