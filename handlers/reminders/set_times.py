"""Setting a kind of reminder to times, in one place for taps, typed times and sentences. Each change can be undone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time
from itertools import product
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import HALF_LABEL_LIMIT, Edition, Label, Model, Placeholders, Reminder, Text
from bot.messages.sender import Draft, rows_of
from bot.reminders import rules, service
from bot.reminders.rules import Refusal
from bot.reminders.time_codes import CODE, DAYS, decode, decode_days, encode, encode_days
from bot.store.people import Person
from bot.store.schedules import Wish
from bot.store.snapshots import Snapshot
from bot.timetable import minutes_apart, sorted_times
from handlers.reminders import remind, reminder_kind

NIGHT = {Refusal.QUIET, Refusal.BEDTIME}
"""If a time in one half of the day is refused for one of these reasons, the person means the other half."""
CLOSE_MINUTES = 3 * 60
"""A meaning this close to the time that it replaces is preferred: "quarter past nine" instead of 21:30 is 21:15."""
MOST_READINGS = 4
"""How many readings of a text are offered as buttons, at most."""
Times = tuple[time, ...]
Days = frozenset[int]


class Words(Model):
    """The note after a change, and the questions before it."""

    added: Annotated[Text, Placeholders("times")]
    removed: Annotated[Text, Placeholders("times")]
    replaced: Annotated[Text, Placeholders("old", "new")]
    there: Annotated[Text, Placeholders("times")]
    which: Text
    nearest_button: Annotated[Label, Placeholders("time")]
    back_button: Label


def change_note(edition: Edition, before: Times, after: Times) -> str:
    """Return what a change of times has added, removed or replaced, as HTML."""
    words = edition.words(Words)
    new, old = (sorted_times(set(one) - set(other)) for one, other in ((after, before), (before, after)))
    if new and old:
        return words.replaced.format(old=reminder_kind.clock_times(old), new=reminder_kind.clock_times(new))
    if new or old:
        return (words.added if new else words.removed).format(times=reminder_kind.clock_times(new or old))
    return words.there.format(times=reminder_kind.clock_times(after))


def reading_question(
    edition: Edition, snapshot: Snapshot, kind: str, readings: Sequence[Times], days: Days | None = None
) -> Draft:
    """Return the question for one of several readings: each is the full list of times that the kind will get.

    If the kind is on, the answer sets it to ``days`` as well.
    """
    words, is_on = edition.words(Words), kind in snapshot.active
    text = words.which if snapshot.active else f"{words.which}\n\n{edition.reminder_consent}"
    current = snapshot.schedules[kind].wish.times if is_on else ()
    buttons = [
        Button(
            reminder_kind.clock_times(at for at in times if at not in current) or reminder_kind.clock_times(times),
            callback_data=_set_data(kind, times, days) if is_on else f"remind:on:{kind}.{encode(times)}",
        )
        for times in readings
    ]
    per_row = 2 if all(len(button.text) <= HALF_LABEL_LIMIT for button in buttons) else 1
    return Draft(text, [*rows_of(buttons, per_row), [_back_button(words, kind)]])


def refusal(
    edition: Edition,
    snapshot: Snapshot,
    kind: str,
    wanted: Times,
    refused: tuple[time, Refusal],
    *,
    days: Days | None = None,
) -> Draft:
    """Return why a kind that is on cannot be set to some times and days, and the nearest time that is free."""
    words, block, (at, why) = edition.words(Words), edition.reminders[kind], refused
    wish = _on_days(snapshot.schedules[kind].wish, days)
    kept = replace(wish, times=tuple(other for other in wish.times if other in wanted))
    rows = [[_back_button(words, kind)]]
    free = rules.nearest_free(at, block, kept, snapshot.person, snapshot.others(kind))
    instead = sorted_times((*(other for other in wanted if other != at), free)) if free else ()
    if free and not rules.first_refused(instead, block, wish, snapshot.person, snapshot.others(kind)):
        label = words.nearest_button.format(time=f"{free:%H:%M}")
        rows.insert(0, [Button(label, callback_data=_set_data(kind, instead, days))])
    return Draft(reminder_kind.reason(edition, at, why, block, snapshot.person), rows)


def _set_data(kind: str, times: Times, days: Days | None) -> str:
    """Return the data of a button that sets a kind to these times, and to these weekdays if there are any."""
    return ":".join(("times:set", kind, encode(times), *((encode_days(days),) if days else ())))


def _on_days(wish: Wish, days: Days | None) -> Wish:
    return replace(wish, days=days) if days else wish


def _back_button(words: Words, kind: str) -> Button:
    return Button(words.back_button, callback_data=f"kind:{kind}")


def handlers(services: Services) -> list[Handler]:
    kinds = service.kind_pattern(services)
    return [CallbackQueryHandler(take_times, f"^times:set:({kinds}):({CODE})(?::({DAYS}))?$")]


async def set_times(
    context: BotContext,
    kind: str,
    meanings: Sequence[Times],
    *,
    replacing: time | None = None,
    is_added: bool = False,
    days: Days | None = None,
) -> None:
    """Set a kind of reminder to the times that a person has named, and show it. If these are not clear, ask.

    One new time replaces the only one, or is added to several. More than one replace them all. A kind that is off is
    turned on with the new times, after the questions that this needs.

    Args:
        context: The text or press that names the times.
        kind: A kind in the content.
        meanings: What each of the times may mean: one local time, or one in each half of the day.
        replacing: The time of the kind that the new ones replace, if the person has said which.
        is_added: Whether the times are added in any case.
        days: The ISO weekdays to which a kind that is on is set together with the times.
    """
    snapshot, edition = await service.read_snapshot(context), context.edition
    block, is_on = edition.reminders[kind], kind in snapshot.active
    current = snapshot.schedules[kind].wish.times if is_on else ()
    replaces_all = not is_added and replacing is None and (len(meanings) > 1 or len(current) == 1)
    kept = () if replaces_all else tuple(at for at in current if at != replacing)
    replaced = current[0] if replaces_all and len(current) == len(meanings) == 1 else replacing
    likely = [_likely(meaning, replaced, snapshot.person, block) for meaning in meanings]
    readings = [sorted_times((*kept, *times)) for times in product(*likely)][:MOST_READINGS]
    if is_on:
        plan = snapshot.schedules[kind].wish, snapshot.person, snapshot.others(kind)
        is_any_possible = any(rules.first_refused(times, block, *plan) is None for times in readings)
    else:
        is_any_possible = any(len(times) <= block.most for times in readings)
    if len(readings) > 1 and is_any_possible:
        await context.reply(reading_question(edition, snapshot, kind, readings, days))
    elif is_on:
        written = meanings[0][0]  # the first meaning is that of a 24-hour clock
        other = None if written in likely[0] else written
        await _change(context, snapshot, kind, readings[0], as_written=other, days=days)
    else:
        await remind.offer_or_turn_on(context, snapshot, kind, readings[0])


def _likely(meaning: Times, replaced: time | None, person: Person, block: Reminder) -> Times:
    """Return the likely meanings of a time: those not in the night, and of these the ones close to ``replaced``.

    If every meaning is in the night, all of them stay.
    """
    empty = rules.without_times(block)
    by_day = tuple(at for at in meaning if rules.refusal(at, block, empty, person) not in NIGHT) or meaning
    return tuple(at for at in by_day if replaced and minutes_apart(at, replaced) <= CLOSE_MINUTES) or by_day


async def take_times(update: Update, context: BotContext) -> None:
    """Set a kind that is on to what a button says. A kind that is off stays off, because the button may be old."""
    kind, times, days = context.match[1], decode(context.match[2]), decode_days(context.match[3] or "")
    snapshot = await service.read_snapshot(context)
    if kind in snapshot.active:
        await _change(context, snapshot, kind, sorted_times(times), days=days)
    else:
        await reminder_kind.show(update, context)


async def _change(
    context: BotContext,
    snapshot: Snapshot,
    kind: str,
    times: Times,
    *,
    as_written: time | None = None,
    days: Days | None = None,
) -> None:
    """Set a kind that is on to these times and weekdays, and say what has changed, or say why that is not possible.

    ``as_written`` is the time that the person wrote, if the other half of the day is meant.
    """
    edition, block, before = context.edition, context.edition.reminders[kind], snapshot.schedules[kind].wish
    wish = replace(_on_days(before, days), times=times)
    if refused := rules.first_refused(times, block, _on_days(before, days), snapshot.person, snapshot.others(kind)):
        await context.reply(refusal(edition, snapshot, kind, times, refused, days=days))
        return
    note, undo = change_note(edition, before.times, times), ""
    if as_written and (why := rules.refusal(as_written, block, rules.without_times(block), snapshot.person)):
        note = f"{note} {reminder_kind.reason(edition, as_written, why, block, snapshot.person)}"
    if wish != before:
        undo = _set_data(kind, before.times, None if wish.days == before.days else before.days)
        await context.change(service.change_wish(context, kind, wish))
    await context.reply(reminder_kind.screen(edition, await service.read_snapshot(context), kind, note, undo))
