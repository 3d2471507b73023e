"""How an entry of the diary reads, and which entries call for a warning."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from bot.content import Edition, wording
from bot.content.telegram_html import escape
from bot.diary.words import Words
from bot.store.cramps import KINDS, Cramp, Lasted, Muscle, Side
from bot.timetable import local

FIELDS = ("pain", "side", "muscle", "lasted", "situation", "helped", "woke")
"""The fields that are asked for, in this order."""
LONGEST_SHOWN = 600
"""Characters of a note that a screen shows. The whole note is in /export."""
GROWING_DAYS, GROWING_WITHIN = 3, timedelta(days=7)
"""A calf that cramps on this many days within this time, longer each time, is a reason to call."""


def local_time(cramp: Cramp, zone: str | None) -> datetime:
    """Return what the person's clock showed. ``zone`` is where the person is now."""
    return local(cramp.at, cramp.zone or zone or "UTC")


def moment(edition: Edition, cramp: Cramp, zone: str | None) -> str:
    """Return when a cramp was, as HTML: ``"Tue 24 Nov 03:10"``. Without a zone, the phone shows it by its own clock.

    If the hour comes twice, the result says which one: ``"Sun 31 Oct 02:40 CEST"``.
    """
    if not (cramp.zone or zone):
        return wording.on_phone(cramp.at, "UTC")
    at = local_time(cramp, zone)
    comes_twice = at.utcoffset() != at.replace(fold=1 - at.fold).utcoffset()  # the clock was set back over it
    clock = f"{at:%H:%M %Z}" if comes_twice else f"{at:%H:%M}"
    return f"{wording.short_date(edition, at.date())} {clock}"


def one_line(edition: Edition, cramp: Cramp, zone: str | None) -> str:
    """Return an entry as plain text for a button: ``"Tue 24 Nov 03:10, left calf"``."""
    words = edition.words(Words)
    at = local_time(cramp, zone)
    clock = f"{at:%H:%M}" if cramp.zone or zone else f"{at:%H:%M} UTC"
    places = {field: answer(edition, cramp, field) for field in ("side", "muscle")}
    known = [place for place in places.values() if place]
    place = words.place.format(**places) if len(known) == len(places) else "".join(known)
    return ", ".join(filter(None, [f"{wording.short_date(edition, at.date())} {clock}", place.lower()]))


def answer(edition: Edition, cramp: Cramp, field: str) -> str | None:
    """Return what is known of a field, in words; None if nothing is."""
    value = getattr(cramp, field)
    if value is None:
        return None
    if field == "pain":
        return edition.words(Words).pain.format(pain=value)
    if field == "woke":
        return edition.words(Words).yes if value else edition.words(Words).no
    return edition.words(Words).answers(field)[value]


def lines(edition: Edition, cramp: Cramp) -> list[str]:
    """Return a line of HTML for each field that is known."""
    names = edition.words(Words).names
    known = [(getattr(names, field), answer(edition, cramp, field)) for field in FIELDS]
    note = cramp.note and shortened(cramp.note, LONGEST_SHOWN)
    return [f"{name}: {escape(text)}" for name, text in [*known, (names.remark, note)] if text is not None]


def shortened(text: str, longest: int) -> str:
    """Return the beginning of a text that is longer than ``longest`` characters, with an ellipsis."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def next_question(cramp: Cramp, after: str = "") -> str | None:
    """Return the first field behind the field ``after`` that has no answer; None if all have one."""
    following = FIELDS[FIELDS.index(after) + 1 :] if after in FIELDS else FIELDS
    return next((field for field in following if getattr(cramp, field) is None), None)


def value_of(field: str, answer_key: str) -> Any:
    """Return the value that an answer stands for."""
    if field == "pain":
        return int(answer_key)
    return answer_key == "yes" if field == "woke" else KINDS[field](answer_key)


def is_one_leg(cramp: Cramp) -> bool:
    """Return whether only one leg cramped: then a swelling may be more than a cramp."""
    return cramp.side in {Side.LEFT, Side.RIGHT}


def is_growing(cramps: Sequence[Cramp], zone: str | None, now: datetime) -> bool:
    """Return whether the same calf cramped on the last three days that had cramps there, longer each time.

    ``cramps`` are in the order of time. Only those of the week before ``now`` (UTC) count.
    """
    recent = [cramp for cramp in cramps if now - GROWING_WITHIN <= cramp.at <= now and cramp.muscle is Muscle.CALF]
    order = list(Lasted)
    for side in (Side.LEFT, Side.RIGHT):
        longest: dict[date, int] = {}
        for cramp in recent:
            if cramp.lasted is not None and cramp.side in {side, Side.BOTH}:
                day = local_time(cramp, zone).date()
                longest[day] = max(longest.get(day, -1), order.index(cramp.lasted))
        last = list(longest.values())[-GROWING_DAYS:]
        if len(last) == GROWING_DAYS and all(earlier < later for earlier, later in pairwise(last)):
            return True
    return False
