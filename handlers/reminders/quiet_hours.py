"""The quiet hours and the bedtime: both moved by half an hour at a time, in the message that shows them."""

from datetime import time
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Reminder, Text
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.reminders import rules
from bot.store import Connection, people, schedules
from bot.store.people import Person
from bot.store.plans import Effect, Plan
from bot.timetable import minute_of_day, shifted
from handlers.reminders import reminder_kind

STEP_MINUTES = 30
_MINUTE = r"(\d{1,3}|1[0-3]\d\d|14[0-3]\d)"


class Words(Model):
    """The words around rest."""

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


def quiet_hours(edition: Edition, plan: Plan) -> Draft:
    """The quiet hours, and what they swallow."""
    words, (start, end) = edition.words(Words), plan.person.quiet
    text = words.quiet.format(start=f"{start:%H:%M}", end=f"{end:%H:%M}")
    starts = [(words.start_earlier_button, -STEP_MINUTES, 0), (words.start_later_button, STEP_MINUTES, 0)]
    ends = [(words.end_earlier_button, 0, -STEP_MINUTES), (words.end_later_button, 0, STEP_MINUTES)]
    rows = [[_hours(label, start, by, end, to) for label, by, to in each] for each in (starts, ends)]
    return Draft(text + _swallowed(edition, plan), [*rows, [_back(words)]])


def _hours(label: str, start: time, by: int, end: time, to: int) -> Button:
    begin, until = minute_of_day(shifted(start, by)), minute_of_day(shifted(end, to))
    return Button(label, callback_data=f"quiet:hours:{begin}:{until}")


def bedtime(edition: Edition, plan: Plan) -> Draft:
    """The bedtime, and what it swallows."""
    words, at = edition.words(Words), plan.person.goes_to_bed
    moving = [(words.earlier_button, -STEP_MINUTES), (words.later_button, STEP_MINUTES)]
    row = [Button(label, callback_data=f"quiet:bed:{minute_of_day(shifted(at, by))}") for label, by in moving]
    text = words.bedtime.format(time=f"{at:%H:%M}")
    return Draft(text + _swallowed(edition, plan), [row, [_back(words)]])


def _swallowed(edition: Edition, plan: Plan) -> str:
    """The times that are not sent now, if there are any."""
    found = []
    for kind in plan.active:
        block = edition.reminders[kind]
        if times := rules.unsent(plan.schedules[kind].wish, plan.person):
            found.append(f"{escape(block.name)} {reminder_kind.clock_times(times)}")
    return f"\n\n{edition.words(Words).unsent.format(times='; '.join(found))}" if found else ""


def _back(words: Words) -> Button:
    return Button(words.back_button, callback_data="settings")


def handlers(services: Services) -> list[Handler]:
    """The buttons."""
    return [
        CallbackQueryHandler(show_hours, "^quiet:hours$"),
        CallbackQueryHandler(move_hours, f"^quiet:hours:{_MINUTE}:{_MINUTE}$"),
        CallbackQueryHandler(show_bedtime, "^quiet:bed$"),
        CallbackQueryHandler(move_bedtime, f"^quiet:bed:{_MINUTE}$"),
    ]


async def show_hours(update: Update, context: BotContext) -> None:
    """Show the quiet hours."""
    await context.reply(quiet_hours(context.edition, await reminder_kind.plan_of(context)))


async def move_hours(update: Update, context: BotContext) -> None:
    """Move the quiet hours; there are always some."""
    start, end = (shifted(time.min, int(each)) for each in context.match.groups())
    now = context.services.clock()

    def effect(connection: Connection, chat_id: int) -> Person:
        person = people.rest(connection, chat_id, (start, end))
        schedules.reckon(connection, chat_id, now)
        return person

    if start != end:
        await context.change(effect)
    await show_hours(update, context)


async def show_bedtime(update: Update, context: BotContext) -> None:
    """Show the bedtime."""
    await context.reply(bedtime(context.edition, await reminder_kind.plan_of(context)))


async def move_bedtime(update: Update, context: BotContext) -> None:
    """Move the bedtime; the reminder that hangs on it follows."""
    await context.change(_asleep_at(context, shifted(time.min, int(context.match[1]))))
    await show_bedtime(update, context)


def _asleep_at(context: BotContext, at: time) -> Effect[Person]:
    now, blocks = context.services.clock(), context.edition.reminders

    def effect(connection: Connection, chat_id: int) -> Person:
        before = people.one(connection, chat_id)
        after = people.sleep_at(connection, chat_id, at)
        _follow(connection, Plan(before, schedules.of(connection, chat_id), now), after, blocks)
        return after

    return effect


def _follow(connection: Connection, plan: Plan, after: Person, blocks: dict[str, Reminder]) -> None:
    for kind in plan.active:
        wish = plan.schedules[kind].wish
        moved = (
            rules.with_bedtime(blocks[kind], wish, plan.person, after, plan.others(kind)) if kind in blocks else wish
        )
        if moved != wish:
            schedules.change(connection, plan.person.chat_id, kind, moved, plan.now)
        else:
            schedules.reckon(connection, plan.person.chat_id, plan.now, [kind])
