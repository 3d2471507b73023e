"""What is answered to a reminder: the message is edited, and nothing new is sent."""

from datetime import datetime, timedelta
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Answers, Edition, Label, Placeholders, Text, Toast, wording
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.reminders.rendering import HOUR, QUARTER
from bot.store import Connection, answers, schedules
from bot.store.answers import Asked
from bot.store.people import Person
from bot.timetable import is_quiet, local
from handlers import stop
from handlers.reminders import reminder_kind

OLD = timedelta(days=1)
"""A reminder that has been due for longer is of another day: it can only be stopped."""


class Words(Answers):
    """The buttons below every reminder, and what is said to each."""

    done: Annotated[Text, Placeholders("name", "time")]
    later: Annotated[Text, Placeholders("name", "time")]
    skipped: Annotated[Text, Placeholders("name")]
    answered: Toast
    old: Toast
    unknown: Toast
    off: Toast
    quiet: Toast
    remind_button: Label


def answered(edition: Edition, kind: str, what: str, zone: str, moment: datetime) -> Draft:
    """What a reminder becomes: done at a moment (UTC), put off until it, or skipped."""
    words = edition.words(Words)
    text = {"done": words.done, "later": words.later, "skip": words.skipped}[what]
    block = edition.reminders.get(kind)
    name = f"<b>{escape(block.name if block else kind)}</b>"
    given = {"name": name} if what == "skip" else {"name": name, "time": wording.clock(moment, zone)}
    return Draft(text.format(**given), [[Button(words.remind_button, callback_data="remind")]])


def handlers(services: Services) -> list[Handler]:
    """The buttons."""
    return [
        CallbackQueryHandler(done, r"^answer:done:(\d{1,18})$"),
        CallbackQueryHandler(later, rf"^answer:later:(\d{{1,18}}):({QUARTER}|{HOUR})$"),
        CallbackQueryHandler(skip, r"^answer:skip:(\d{1,18})$"),
        CallbackQueryHandler(stop_these, r"^answer:stop:(\d{1,18})$"),
    ]


async def _asked(context: BotContext, *, ever: bool = False) -> Asked | None:
    """The person's own reminder whose button was pressed; what cannot be answered any more gets a notice."""
    chat_id, number = context.arrival.sender_id, int(context.match[1])
    asked = await context.services.store.read(lambda connection: answers.find(connection, chat_id, number))
    words = context.edition.words(Words)
    if asked is None or context.person.zone is None:
        await context.toast(words.unknown)
        return None
    if not ever and context.services.clock() - asked.due_at > OLD:
        await context.toast(words.old)
        return None
    return asked


async def _answer(context: BotContext, asked: Asked, what: str, moment: datetime) -> None:
    """Note the answer with what follows from it, once, and show it; a second answer changes nothing."""
    now, zone = context.services.clock(), context.person.zone or "UTC"

    def effect(connection: Connection, chat_id: int) -> bool:
        is_first = answers.answer(connection, asked, what)
        if is_first and what == "later":
            answers.put_off(connection, asked, moment)
        if is_first and what == "skip":
            answers.skip_day(connection, asked, zone, now)
        return is_first

    # None means that an earlier try of this press noted the answer and only its reply is missing.
    if await context.change(effect) is False:
        await context.toast(context.edition.words(Words).answered)
    else:
        await context.reply(answered(context.edition, asked.kind, what, zone, moment))


async def done(update: Update, context: BotContext) -> None:
    """Note that it is done."""
    if asked := await _asked(context):
        await _answer(context, asked, "done", context.services.clock())


async def later(update: Update, context: BotContext) -> None:
    """Ask once more, a while later: in the quiet hours too, as the person has just chosen it, but only once."""
    asked = await _asked(context)
    if asked is None:
        return
    due_at = context.services.clock() + timedelta(minutes=int(context.match[2]))
    words = context.edition.words(Words)
    if not await _is_on(context, asked.kind):
        await context.toast(words.off)
    elif asked.local_date is None and _is_quiet(context.person, due_at):
        await context.toast(words.quiet)
    else:
        await _answer(context, asked, "later", due_at)


def _is_quiet(person: Person, moment: datetime) -> bool:
    return is_quiet(local(moment, person.zone or "UTC").time(), person.quiet)


async def _is_on(context: BotContext, kind: str) -> bool:
    chat_id = context.arrival.sender_id
    mine = await context.services.store.read(lambda connection: schedules.of(connection, chat_id))
    return kind in mine and mine[kind].active


async def skip(update: Update, context: BotContext) -> None:
    """Send no more of this kind today.

    The button of an earlier day's reminder does not say which day it means: that somebody is there is noted, no more.
    """
    asked = await _asked(context)
    if asked is None:
        return
    now, zone = context.services.clock(), context.person.zone or "UTC"
    if answers.day_of(asked, zone) == local(now, zone).date():
        await _answer(context, asked, "skip", now)
    else:
        await reminder_kind.heard(context, asked.kind)
        await context.toast(context.edition.words(Words).old)


async def stop_these(update: Update, context: BotContext) -> None:
    """Turn this kind off, however old the reminder is; it can be undone."""
    if asked := await _asked(context, ever=True):
        await stop.halt(context, asked.kind, asked)
