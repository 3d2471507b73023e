"""The quiet hours and the bedtime, moved by half an hour at a time in the message that shows them, or typed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import time
from functools import partial
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services, TextHandler
from bot.content import Edition, Label, Model, Placeholders, Text, wording
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.parsing.times import read_several_times, read_span, read_times
from bot.reminders import rules, service
from bot.store import Connection, people, schedules, snapshots
from bot.store.people import Effect, Person
from bot.store.snapshots import Snapshot
from bot.timetable import minute_of_day, minutes_apart, shifted
from handlers.reminders import reminder_kind

STEP_MINUTES = 30
QUIET, HOURS, BEDTIME = "quiet", "hours", "bed"
"""The awaited text, and its two details: the quiet hours or the bedtime."""
_MINUTE = r"(\d{1,3}|1[0-3]\d\d|14[0-3]\d)"
"""A pattern of the minutes of a day, 0 to 1439."""


class Words(Model):
    """The words around the quiet hours and the bedtime."""

    quiet: Annotated[Text, Placeholders("start", "end")]
    bedtime: Annotated[Text, Placeholders("time")]
    not_read: Annotated[Text, Placeholders("text")]
    moves: Annotated[Text, Placeholders("name")]
    follows: Annotated[Text, Placeholders("name", "time")]
    earlier: Annotated[Text, Placeholders("name", "time", "wanted")]
    chosen: Annotated[Text, Placeholders("name", "times")]
    blocked: Annotated[Text, Placeholders("reason", "name", "times")]
    unsent: Annotated[Text, Placeholders("times")]
    start_earlier_button: Label
    start_later_button: Label
    end_earlier_button: Label
    end_later_button: Label
    earlier_button: Label
    later_button: Label
    back_button: Label


def quiet_hours(edition: Edition, snapshot: Snapshot) -> Draft:
    """Return the screen of the quiet hours, with the reminders that they move or suppress."""
    words, (start, end) = edition.words(Words), snapshot.person.quiet

    def button(label: str, start_by: int, end_by: int) -> Button:
        minutes = minute_of_day(shifted(start, start_by)), minute_of_day(shifted(end, end_by))
        return Button(label, callback_data=f"quiet:hours:{minutes[0]}:{minutes[1]}")

    rows = [
        [button(words.start_earlier_button, -STEP_MINUTES, 0), button(words.start_later_button, STEP_MINUTES, 0)],
        [button(words.end_earlier_button, 0, -STEP_MINUTES), button(words.end_later_button, 0, STEP_MINUTES)],
    ]
    early = [line for kind in snapshot.active if (line := _earlier_line(edition, snapshot, kind))]
    text = "\n".join([words.quiet.format(start=f"{start:%H:%M}", end=f"{end:%H:%M}"), *early])
    return Draft(text + _unsent_paragraph(edition, snapshot), [*rows, [_back_button(words)]])


def bedtime(edition: Edition, snapshot: Snapshot) -> Draft:
    """Return the screen of the bedtime, with what it does to the reminders."""
    words, at = edition.words(Words), snapshot.person.local_bedtime
    moves = [(words.earlier_button, -STEP_MINUTES), (words.later_button, STEP_MINUTES)]
    row = [Button(label, callback_data=f"quiet:bed:{minute_of_day(shifted(at, by))}") for label, by in moves]
    lines = [_bedtime_line(edition, snapshot, kind) for kind in edition.reminders]
    text = "\n".join([words.bedtime.format(time=f"{at:%H:%M}"), *filter(None, lines)])
    return Draft(text + _unsent_paragraph(edition, snapshot), [row, [_back_button(words)]])


def _bedtime_line(edition: Edition, snapshot: Snapshot, kind: str) -> str | None:
    """Return what the bedtime does to the time of a kind, as HTML. None if the kind does not depend on it."""
    words, block, person = edition.words(Words), edition.reminders[kind], snapshot.person
    name, at = escape(block.name), rules.time_before_bed(block, person)
    if at is None:
        return None
    if kind not in snapshot.active:
        return words.moves.format(name=name)
    wish = snapshot.schedules[kind].wish
    if at in wish.times:
        return _earlier_line(edition, snapshot, kind) or words.follows.format(name=name, time=f"{at:%H:%M}")
    times = reminder_kind.clock_times(wish.times)
    why = rules.refusal(at, block, replace(wish, times=()), person, snapshot.others(kind))
    if why is None:
        return words.chosen.format(name=name, times=times)
    return words.blocked.format(reason=reminder_kind.reason(edition, at, why, block, person), name=name, times=times)


def _earlier_line(edition: Edition, snapshot: Snapshot, kind: str) -> str | None:
    """Return the note that the quiet hours move a kind away from its time before bedtime. None if they do not."""
    block, wish = edition.reminders[kind], snapshot.schedules[kind].wish
    at, (wanted, *_) = rules.time_before_bed(block, snapshot.person), rules.usual_times(block, snapshot.person)
    if at is None or at == wanted or at not in wish.times:
        return None
    values = {"name": escape(block.name), "time": f"{at:%H:%M}", "wanted": f"{wanted:%H:%M}"}
    return edition.words(Words).earlier.format(**values)


def _unsent_paragraph(edition: Edition, snapshot: Snapshot) -> str:
    """Return a paragraph about the times at which nothing is sent now; an empty text if there are none."""
    unsent = {kind: rules.unsent_times(snapshot.schedules[kind].wish, snapshot.person) for kind in snapshot.active}
    parts = [
        f"{escape(edition.reminders[kind].name)} {reminder_kind.clock_times(times)}"
        for kind, times in unsent.items()
        if times
    ]
    return f"\n\n{edition.words(Words).unsent.format(times='; '.join(parts))}" if parts else ""


def _back_button(words: Words) -> Button:
    return Button(words.back_button, callback_data="settings")


def handlers(services: Services) -> list[Handler]:
    return [
        CallbackQueryHandler(show_hours, "^quiet:hours$"),
        CallbackQueryHandler(move_hours, f"^quiet:hours:{_MINUTE}:{_MINUTE}$"),
        CallbackQueryHandler(show_bedtime, "^quiet:bed$"),
        CallbackQueryHandler(move_bedtime, f"^quiet:bed:{_MINUTE}$"),
    ]


async def show_hours(update: Update, context: BotContext) -> None:
    """Show the quiet hours. They may be typed as well."""
    await _await_text(context, HOURS)
    await _show(context, quiet_hours)


async def move_hours(update: Update, context: BotContext) -> None:
    start, end = (shifted(time.min, int(minute)) for minute in context.match.groups())
    await _move_hours(context, start, end)


async def show_bedtime(update: Update, context: BotContext) -> None:
    """Show the bedtime. It may be typed as well."""
    await _await_text(context, BEDTIME)
    await _show(context, bedtime)


async def move_bedtime(update: Update, context: BotContext) -> None:
    await _move_bedtime(context, shifted(time.min, int(context.match[1])))


async def take_text(context: BotContext, text: str, detail: str) -> bool:
    """Move the quiet hours, or the bedtime, to what a text names."""
    if detail == HOURS and (span := read_span(text)):
        await _move_hours(context, *span)
    elif detail == BEDTIME and (times := read_times(text)):
        await _move_bedtime(context, _closest(times, context.person.local_bedtime))
    elif read_several_times(text):  # a single time, where the quiet hours need two
        words = context.edition.words(Words)
        answer = words.not_read.format(text=wording.quoted(text))
        await context.reply(Draft(answer, [[_back_button(words)]]))
    else:
        return False
    return True


async def follow_sentence(context: BotContext, detail: str, times: Sequence[Sequence[time]]) -> None:
    """Move the quiet hours, or the bedtime, to the times that a sentence names; show them if it names none.

    A time such as 11 has two meanings. The one closer to the present setting counts.
    """
    person = context.person
    if detail == HOURS and len(times) == len(person.quiet):
        start, end = (_closest(meanings, now) for meanings, now in zip(times, person.quiet, strict=True))
        await _move_hours(context, start, end)
    elif detail == BEDTIME and len(times) == 1:
        await _move_bedtime(context, _closest(times[0], person.local_bedtime))
    else:
        await (show_hours if detail == HOURS else show_bedtime)(context.event, context)


AWAITING: dict[str, TextHandler] = {QUIET: take_text}


def _closest(meanings: Sequence[time], now: time) -> time:
    return min(meanings, key=lambda at: minutes_apart(at, now))


async def _await_text(context: BotContext, detail: str) -> None:
    if context.person.zone:  # nothing is stored about somebody who has no reminders and only looks
        await context.change(context.await_text(QUIET, detail))


async def _show(context: BotContext, draw: Callable[[Edition, Snapshot], Draft]) -> None:
    await context.reply(draw(context.edition, await service.read_snapshot(context)))


async def _move_hours(context: BotContext, start: time, end: time) -> None:
    """Move the quiet hours. A move that would leave no quiet hours changes nothing."""
    if start != end:  # equal times would mean that there are no quiet hours
        await context.change(_effect(context, partial(people.set_quiet_hours, quiet=(start, end)), HOURS))
    await _show(context, quiet_hours)


async def _move_bedtime(context: BotContext, at: time) -> None:
    await context.change(_effect(context, partial(people.set_bedtime, bedtime=at), BEDTIME))
    await _show(context, bedtime)


def _effect(context: BotContext, move: Effect[Person], detail: str) -> Effect[Person]:
    """Return the effect that makes a move, moves the times of reminders that depend on it, and plans each kind again.

    The next text may name another time for the same screen.
    """
    now, blocks, await_text = context.services.clock(), context.edition.reminders, context.await_text(QUIET, detail)

    def effect(connection: Connection, chat_id: int) -> Person:
        snapshot = snapshots.read(connection, chat_id, now)
        person = move(connection, chat_id)
        for kind in snapshot.active:
            wish = moved = snapshot.schedules[kind].wish
            if kind in blocks:
                moved = rules.follow(blocks[kind], wish, snapshot.person, person, snapshot.others(kind))
            if moved != wish:
                schedules.change(connection, chat_id, kind, moved, now)
            else:
                schedules.reschedule(connection, chat_id, now, [kind])
        return await_text(connection, chat_id)

    return effect
