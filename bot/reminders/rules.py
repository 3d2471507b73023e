"""The rules for the times of reminders: pure functions of a person's wishes, quiet hours and the content's limits."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import time
from enum import StrEnum

from bot.content import Reminder
from bot.store.people import Person
from bot.store.schedules import Wish
from bot.timetable import before_bed, is_near, is_quiet, minute_of_day, minutes_apart, shifted, sorted_times

MAX_PER_DAY = 6
"""The most reminders on one day, of all kinds together."""
STEP_MINUTES = 15
"""Minutes between the times that are offered as buttons. Any minute can be typed."""


class Refusal(StrEnum):
    """Why a time is refused."""

    QUIET = "quiet"
    """It is in the person's quiet hours."""
    BEDTIME = "bedtime"
    """It is too close to the person's bedtime."""
    NEAR = "near"
    """It is less than an hour from another reminder."""
    KIND_FULL = "kind_full"
    """The kind already has as many times as the content allows."""
    DAY_FULL = "day_full"
    """One day would have more than ``MAX_PER_DAY`` reminders."""


def refusal(chosen: time, block: Reminder, wish: Wish, person: Person, others: Collection[Wish] = ()) -> Refusal | None:
    """Return why the time ``chosen`` cannot be added to ``wish``; None if it can.

    Args:
        chosen: The local time.
        block: The content of the kind, with its limits.
        wish: The person's wish for this kind so far.
        person: The person, with their quiet hours and bedtime.
        others: The person's wishes for the other kinds that are on.
    """
    if is_quiet(chosen, person.quiet):
        return Refusal.QUIET
    if before_bed(chosen, person.local_bedtime, block.hours_before_bed):
        return Refusal.BEDTIME
    if len(wish.times) >= block.most:
        return Refusal.KIND_FULL
    # Two kinds on different weekdays are never near each other.
    same_days = [at for other in (wish, *others) if other.days & wish.days for at in other.times]
    if is_near(chosen, same_days):
        return Refusal.NEAR
    return Refusal.DAY_FULL if most_on_a_day((with_time(wish, chosen), *others)) > MAX_PER_DAY else None


def most_on_a_day(wishes: Iterable[Wish]) -> int:
    """Return the number of reminders on the weekday with the most of them."""
    all_wishes = list(wishes)
    return max(count_on(day, all_wishes) for day in range(1, 8))


def count_on(day: int, wishes: Iterable[Wish]) -> int:
    """Return the number of reminders on an ISO weekday (1 is Monday)."""
    return sum(len(wish.times) for wish in wishes if day in wish.days)


def first_refused(
    times: Collection[time], block: Reminder, wish: Wish, person: Person, others: Collection[Wish] = ()
) -> tuple[time, Refusal] | None:
    """Return the first of ``times`` that cannot become a time of ``wish``, and why; None if all can.

    ``times`` replace the times of the wish, so its other times do not count. Times that the wish has already are not
    checked.
    """
    kept = replace(wish, times=tuple(at for at in wish.times if at in times))
    for at in sorted_times(set(times) - set(kept.times)):
        if why := refusal(at, block, kept, person, others):
            return at, why
        kept = with_time(kept, at)
    return None


@dataclass(frozen=True)
class Start:
    """The wish with which a kind of reminder is turned on, and which times it could not keep.

    Attributes:
        wish: The wish. It has no times if none is possible.
        moved: The times that were not free, each with the reason and the time that was taken instead.
        refused: The times for which there was no free time either, each with the reason.
    """

    wish: Wish
    moved: tuple[tuple[time, Refusal, time], ...] = ()
    refused: tuple[tuple[time, Refusal], ...] = ()


def start(block: Reminder, person: Person, wish: Wish | None = None, others: Collection[Wish] = ()) -> Start:
    """Return how a kind starts: at the times of ``wish``, or at those of the content if there is no wish.

    The nearest free time replaces a time that is not free. If no time is free, the wanted time is refused.
    """
    current = replace(wish or without_times(block), times=(), hours_before_bed=block.hours_before_bed)
    objections: dict[time, Refusal] = {}
    for at in wish.times if wish else usual_times(block, person):
        if why := refusal(at, block, current, person, others):
            objections[at] = why
        else:
            current = with_time(current, at)
    moved, refused = [], []
    for at, why in objections.items():
        free = nearest_free(at, block, current, person, others)
        if free is None:
            refused.append((at, refusal(at, block, current, person, others) or why))
        else:
            current = with_time(current, free)
            moved.append((at, why, free))
    return Start(current, tuple(moved), tuple(refused))


def with_time(wish: Wish, at: time) -> Wish:
    """Return the wish with one more time."""
    return replace(wish, times=sorted_times((*wish.times, at)))


def without_times(block: Reminder) -> Wish:
    """Return the content's defaults for a kind as a wish without times."""
    return Wish((), frozenset(map(int, block.days)), block.silent, block.hours_before_bed)


def usual_times(block: Reminder, person: Person) -> tuple[time, ...]:
    """Return the content's times for a kind. If they depend on the bedtime, the person's own bedtime counts."""
    if block.minutes_before_bed is None:
        return block.times
    return (shifted(person.local_bedtime, -block.minutes_before_bed),)


def free_times(block: Reminder, wish: Wish, person: Person, others: Collection[Wish] = ()) -> dict[int, list[int]]:
    """Return the free times to offer as buttons, as lists of minutes by hour. Hours without any are left out."""
    free: dict[int, list[int]] = {}
    for minute in range(0, 24 * 60, STEP_MINUTES):
        at = shifted(time.min, minute)
        if refusal(at, block, wish, person, others) is None:
            free.setdefault(at.hour, []).append(at.minute)
    return free


def fits_on(day: int, wish: Wish, others: Collection[Wish] = ()) -> bool:
    """Return whether the times of ``wish`` fit on one more ISO weekday, given the other wishes."""
    taken = [at for other in others if day in other.days for at in other.times]
    return not any(is_near(at, taken) for at in wish.times) and len(wish.times) + len(taken) <= MAX_PER_DAY


def nearest_free(
    wanted: time, block: Reminder, wish: Wish, person: Person, others: Collection[Wish] = ()
) -> time | None:
    """Return the free time that is nearest to ``wanted``; None if there is none."""
    return next(iter(free_by_distance(wanted, block, wish, person, others)), None)


def free_by_distance(
    wanted: time, block: Reminder, wish: Wish, person: Person, others: Collection[Wish] = ()
) -> list[time]:
    """Return the quarter hours that can be added to ``wish``, the one nearest to ``wanted`` first."""
    free = free_times(block, wish, person, others)
    times = (time(hour, minute) for hour, minutes in free.items() for minute in minutes)
    return sorted(times, key=lambda at: minutes_apart(at, wanted))


def time_before_bed(block: Reminder, person: Person) -> time | None:
    """Return a kind's time that depends on the bedtime; None if the kind has no such time.

    It is ``minutes_before_bed`` before the bedtime, or if that is in the quiet hours, the nearest free quarter hour.
    """
    if block.minutes_before_bed is None:
        return None
    wanted = shifted(person.local_bedtime, -block.minutes_before_bed)
    if not is_quiet(wanted, person.quiet):
        return wanted
    return nearest_free(wanted, block, without_times(block), person)


def follow(block: Reminder, wish: Wish, before: Person, after: Person, others: Collection[Wish] = ()) -> Wish:
    """Return the wish after a change of bedtime or quiet hours: a time that depends on the bedtime moves with it.

    ``before`` and ``after`` are the person before and after the change. The wish stays as it is if it has no such time,
    or if the new time is refused.
    """
    old, new = time_before_bed(block, before), time_before_bed(block, after)
    if old is None or new is None or old not in wish.times:
        return wish
    kept = replace(wish, times=tuple(at for at in wish.times if at != old))
    if refusal(new, block, kept, after, others):
        return wish
    return with_time(kept, new)


def unsent_times(wish: Wish, person: Person) -> list[time]:
    """Return the times of a wish at which nothing is sent, because they are in quiet hours or close to the bedtime."""
    return [
        at
        for at in sorted(wish.times, key=minute_of_day)
        if is_quiet(at, person.quiet) or before_bed(at, person.local_bedtime, wish.hours_before_bed)
    ]
