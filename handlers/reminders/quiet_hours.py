"""The quiet hours and the bedtime, moved by half an hour at a time in the message that shows them."""

from datetime import time
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Reminder, Text
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.reminders import rules, service
from bot.store import Connection, people, schedules, snapshots
from bot.store.people import Person
from bot.store.snapshots import Snapshot
from bot.timetable import minute_of_day, shifted
from handlers.reminders import reminder_kind

STEP_MINUTES = 30
_MINUTE = r"(\d{1,3}|1[0-3]\d\d|14[0-3]\d)"
"""A pattern of the minutes of a day, 0 to 1439."""


class Words(Model):
    """The words around the quiet hours and the bedtime."""

    quiet: Annotated[Text, Placeholders("start", "end")]
    bedtime: Annotated[Text, Placeholders("time")]
    unsent: Annotated[Text, Placeholders("times")]
    start_earlier_button: Label
    start_later_button: Label
    end_earlier_button: Label
    end_later_button: Label
    earlier_button: Label
    later_button: Label
    back_button: Label


def quiet_hours(edition: Edition, snapshot: Snapshot) -> Draft:
    """Return the screen of the quiet hours, with the reminders that they suppress."""
    words, (start, end) = edition.words(Words), snapshot.person.quiet

    def button(label: str, start_by: int, end_by: int) -> Button:
        minutes = minute_of_day(shifted(start, start_by)), minute_of_day(shifted(end, end_by))
        return Button(label, callback_data=f"quiet:hours:{minutes[0]}:{minutes[1]}")

    rows = [
        [button(words.start_earlier_button, -STEP_MINUTES, 0), button(words.start_later_button, STEP_MINUTES, 0)],
        [button(words.end_earlier_button, 0, -STEP_MINUTES), button(words.end_later_button, 0, STEP_MINUTES)],
    ]
    text = words.quiet.format(start=f"{start:%H:%M}", end=f"{end:%H:%M}")
    return Draft(text + _unsent_paragraph(edition, snapshot), [*rows, [_back_button(words)]])


def bedtime(edition: Edition, snapshot: Snapshot) -> Draft:
    """Return the screen of the bedtime, with the reminders that it suppresses."""
    words, at = edition.words(Words), snapshot.person.local_bedtime
    moves = [(words.earlier_button, -STEP_MINUTES), (words.later_button, STEP_MINUTES)]
    row = [Button(label, callback_data=f"quiet:bed:{minute_of_day(shifted(at, by))}") for label, by in moves]
    text = words.bedtime.format(time=f"{at:%H:%M}")
    return Draft(text + _unsent_paragraph(edition, snapshot), [row, [_back_button(words)]])


def _unsent_paragraph(edition: Edition, snapshot: Snapshot) -> str:
    """Return a paragraph about the times that are not sent now, or an empty text if all are."""
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
    await context.reply(quiet_hours(context.edition, await service.read_snapshot(context)))


async def move_hours(update: Update, context: BotContext) -> None:
    """Move the quiet hours. They cannot be moved until none are left."""
    start, end = (shifted(time.min, int(minute)) for minute in context.match.groups())
    now = context.services.clock()

    def effect(connection: Connection, chat_id: int) -> Person:
        person = people.set_quiet_hours(connection, chat_id, (start, end))
        schedules.reschedule(connection, chat_id, now)
        return person

    if start != end:  # two equal times would mean that there are no quiet hours
        await context.change(effect)
    await show_hours(update, context)


async def show_bedtime(update: Update, context: BotContext) -> None:
    await context.reply(bedtime(context.edition, await service.read_snapshot(context)))


async def move_bedtime(update: Update, context: BotContext) -> None:
    """Move the bedtime, and with it the reminders that depend on it."""
    at = shifted(time.min, int(context.match[1]))
    now, blocks = context.services.clock(), context.edition.reminders

    def effect(connection: Connection, chat_id: int) -> Person:
        snapshot = snapshots.read(connection, chat_id, now)
        person = people.set_bedtime(connection, chat_id, at)
        _follow_bedtime(connection, snapshot, person, blocks)
        return person

    await context.change(effect)
    await show_bedtime(update, context)


def _follow_bedtime(connection: Connection, snapshot: Snapshot, after: Person, blocks: dict[str, Reminder]) -> None:
    """Store what a new bedtime changes: the times that depend on it, and when each kind is next due.

    Args:
        connection: The transaction that has stored the new bedtime.
        snapshot: The person's snapshot before the change.
        after: The person after the change.
        blocks: The kinds in the content.
    """
    for kind in snapshot.active:
        wish = moved = snapshot.schedules[kind].wish
        if kind in blocks:
            moved = rules.follow_bedtime(blocks[kind], wish, snapshot.person, after, snapshot.others(kind))
        if moved != wish:
            schedules.change(connection, snapshot.person.chat_id, kind, moved, snapshot.now)
        else:
            schedules.reschedule(connection, snapshot.person.chat_id, snapshot.now, [kind])
