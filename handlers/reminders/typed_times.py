"""The times of one kind of reminder that are typed: as many as somebody writes, one after the other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Model, Placeholders, Text
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.parsing.times import read_times
from bot.reminders.rules import Hindrance
from bot.store import Connection
from bot.store.people import Person
from bot.store.plans import Effect, Plan
from bot.timetable import minute_of_day, shifted
from handlers.reminders import reminder_kind, reminder_times

LONGEST_QUOTE = 40


class Words(Model):
    """The words around a time that was typed."""

    not_read: Annotated[Text, Placeholders("text")]
    added: Annotated[Text, Placeholders("time")]
    instead: Annotated[Text, Placeholders("time", "other", "reason")]
    there: Annotated[Text, Placeholders("time")]
    which: Annotated[Text, Placeholders("one", "other")]
    more: Text


def handlers(services: Services) -> list[Handler]:
    """The buttons of the question; what is typed comes by ``hear``."""
    return [CallbackQueryHandler(choose, rf"^times:half:({reminder_kind.names(services)}):(\d{{1,4}})$")]


def told(edition: Edition, plan: Plan, kind: str, said: str) -> Draft:
    """What became of a time, and whether another may be typed, above all that is chosen for the kind."""
    draft, has_room = reminder_kind.kind(edition, plan, kind), reminder_times.possible(edition, plan, kind)
    more = edition.words(Words).more if has_room else edition.words(reminder_times.Words).full
    return replace(draft, text=f"{said} {more}\n\n{draft.text}")


def which(edition: Edition, kind: str, halves: Sequence[time]) -> Draft:
    """The question which half of the day is meant."""
    one, other = (f"{at:%H:%M}" for at in halves)
    row = [Button(f"{at:%H:%M}", callback_data=f"times:half:{kind}:{minute_of_day(at)}") for at in halves]
    return Draft(edition.words(Words).which.format(one=one, other=other), [row, reminder_times.back(edition, kind)])


def _awake(edition: Edition, plan: Plan, kind: str, times: Sequence[time]) -> Sequence[time]:
    """Those that the night leaves free; all if it leaves none."""
    night = {Hindrance.QUIET, Hindrance.BEDTIME}
    return [at for at in times if reminder_times.hindrance(edition, plan, kind, at) not in night] or times


async def hear(update: Update, context: BotContext, kind: str) -> None:
    """Take a text as one more time of a kind; say what was understood if it cannot be one.

    Of the two halves of the day it is the one that is possible at all, and if both are, the person says which.
    """
    text = (context.event.message.text if context.event.message else None) or ""
    edition, plan, times = context.edition, await reminder_kind.plan_of(context), read_times(text)
    halves = _awake(edition, plan, kind, times)
    if not halves:
        said = edition.words(Words).not_read.format(text=escape(text[:LONGEST_QUOTE]))
        await context.reply(Draft(said, [reminder_times.back(edition, kind)]))
    elif len(halves) > 1 and not all(reminder_times.hindrance(edition, plan, kind, at) for at in halves):
        await context.change(reminder_times.asking(context, kind))
        await context.reply(which(edition, kind, halves))
    else:
        await _take(context, kind, halves[0], times[0])


async def choose(update: Update, context: BotContext) -> None:
    """Take the half of the day that was tapped, unless all was deleted since."""
    if context.person.zone is None:
        await reminder_kind.show(update, context)
        return
    chosen = shifted(time.min, int(context.match[2]))
    await _take(context, context.match[1], chosen, chosen)


async def _take(context: BotContext, kind: str, chosen: time, written: time) -> None:
    """Add what was chosen; that it is not what figures alone mean is said, with the reason."""
    edition, plan = context.edition, await reminder_kind.plan_of(context)
    if reminder_times.is_there(plan, kind, chosen):
        await context.change(reminder_times.asking(context, kind))
        said = edition.words(Words).there.format(time=f"{chosen:%H:%M}")
    elif refused := reminder_times.refusal(edition, plan, kind, chosen):
        await context.reply(Draft(refused, [reminder_times.back(edition, kind)]))
        return
    else:
        await context.change(_adding(context, plan, kind, chosen))
        said = _added(edition, plan, kind, chosen, written)
    await context.reply(told(edition, await reminder_kind.plan_of(context), kind, said))


def _added(edition: Edition, plan: Plan, kind: str, chosen: time, written: time) -> str:
    words, hindered = edition.words(Words), reminder_times.hindrance(edition, plan, kind, written)
    if chosen == written or hindered is None:
        return words.added.format(time=f"{chosen:%H:%M}")
    why = reminder_kind.reason(edition, hindered, edition.reminders[kind], plan.person)
    return words.instead.format(time=f"{chosen:%H:%M}", other=f"{written:%H:%M}", reason=why)


def _adding(context: BotContext, plan: Plan, kind: str, chosen: time) -> Effect[Person]:
    """Add a time, and take the next text as one more."""
    add, ask = reminder_times.added(context, plan, kind, chosen), reminder_times.asking(context, kind)

    def effect(connection: Connection, chat_id: int) -> Person:
        add(connection, chat_id)
        return ask(connection, chat_id)

    return effect
