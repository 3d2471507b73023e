"""The times of one kind of reminder: added and removed by tapping. ``typed_times`` hears the typed ones."""

from dataclasses import replace
from datetime import time, timedelta
from functools import partial
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text, Toast
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.reminders import rules
from bot.reminders.rules import Hindrance
from bot.store import people
from bot.store.people import Person
from bot.store.plans import Effect, Plan
from bot.store.schedules import Wish
from bot.timetable import minute_of_day, shifted, tidy
from handlers.reminders import reminder_kind

AWAITING = "time"
PATIENCE = timedelta(minutes=10)
"""How long a text is taken as what was asked for last."""
IN_A_ROW = 4


class Words(Model):
    """The words around times."""

    listed: Annotated[Text, Placeholders("name")]
    which_hour: Annotated[Text, Placeholders("name")]
    which_minute: Annotated[Text, Placeholders("name", "hour")]
    full: Text
    refused: Annotated[Text, Placeholders("time", "reason")]
    gone: Toast
    last: Toast
    remove_button: Annotated[Label, Placeholders("time")]
    add_button: Label
    back_button: Label


def listed(edition: Edition, plan: Plan, kind: str) -> Draft:
    """The times there are, each to be removed, and the way to one more."""
    words, wish = edition.words(Words), plan.schedules[kind].wish
    buttons = [
        Button(words.remove_button.format(time=f"{at:%H:%M}"), callback_data=f"times:remove:{kind}:{minute_of_day(at)}")
        for at in wish.times
    ]
    text = f"{_headed(edition, words.listed, kind)}\n{reminder_kind.clock_times(wish.times)}"
    if possible(edition, plan, kind):
        buttons.append(Button(words.add_button, callback_data=f"times:hours:{kind}"))
    else:
        text += f"\n\n{words.full}"
    return Draft(text, [*_rows(buttons, 2), back(edition, kind)])


def hours(edition: Edition, plan: Plan, kind: str) -> Draft:
    """The hours in which one more time is possible."""
    words = edition.words(Words)
    free = possible(edition, plan, kind)
    buttons = [Button(f"{hour:02}", callback_data=f"times:minutes:{kind}:{hour}") for hour in free]
    text = _headed(edition, words.which_hour, kind) if free else words.full
    return Draft(text, [*_rows(buttons, IN_A_ROW), back(edition, kind)])


def minutes(edition: Edition, plan: Plan, kind: str, hour: int) -> Draft:
    """The times within an hour; the hours again if it has none any more."""
    words = edition.words(Words)
    free = possible(edition, plan, kind)
    times = [time(hour, minute) for minute in free.get(hour, [])]
    buttons = [Button(f"{at:%H:%M}", callback_data=f"times:add:{kind}:{minute_of_day(at)}") for at in times]
    if not buttons:
        return hours(edition, plan, kind)
    text = _headed(edition, words.which_minute, kind, hour=f"{hour:02}")
    return Draft(text, [buttons, [Button(words.back_button, callback_data=f"times:hours:{kind}")]])


def possible(edition: Edition, plan: Plan, kind: str) -> dict[int, list[int]]:
    """The times that can still be tapped: for each hour with any, its minutes."""
    return rules.possible(edition.reminders[kind], _wish(edition, plan, kind), plan.person, plan.others(kind))


def hindrance(edition: Edition, plan: Plan, kind: str, chosen: time) -> Hindrance | None:
    """What speaks against one more time."""
    block = edition.reminders[kind]
    return rules.hindrance(chosen, block, _wish(edition, plan, kind), plan.person, plan.others(kind))


def refusal(edition: Edition, plan: Plan, kind: str, chosen: time) -> str | None:
    """Why a time cannot be chosen, as HTML; None if it can."""
    hindered = hindrance(edition, plan, kind, chosen)
    if hindered is None:
        return None
    why = reminder_kind.reason(edition, hindered, edition.reminders[kind], plan.person)
    return edition.words(Words).refused.format(time=f"{chosen:%H:%M}", reason=why)


def with_time(edition: Edition, plan: Plan, kind: str, chosen: time) -> Wish:
    """The wish with one more time."""
    wish = _wish(edition, plan, kind)
    return replace(wish, times=tidy((*wish.times, chosen)))


def _wish(edition: Edition, plan: Plan, kind: str) -> Wish:
    """What is wished; of a kind that is off nothing counts but its days and its sound."""
    if kind in plan.active:
        return plan.schedules[kind].wish
    return replace(plan.wish(kind) or rules.untimed(edition.reminders[kind]), times=())


def _headed(edition: Edition, text: str, kind: str, **more: str) -> str:
    return text.format(name=f"<b>{escape(edition.reminders[kind].name)}</b>", **more)


def _rows(buttons: list[Button], width: int) -> list[list[Button]]:
    return [buttons[start : start + width] for start in range(0, len(buttons), width)]


def back(edition: Edition, kind: str) -> list[Button]:
    """The way back to the kind, as a row."""
    return [Button(edition.words(Words).back_button, callback_data=f"kind:{kind}")]


def handlers(services: Services) -> list[Handler]:
    """The buttons."""
    names = reminder_kind.names(services)
    return [
        CallbackQueryHandler(show, f"^times:({names})$"),
        CallbackQueryHandler(ask_hour, f"^times:hours:({names})$"),
        CallbackQueryHandler(ask_minute, rf"^times:minutes:({names}):(\d|1\d|2[0-3])$"),
        CallbackQueryHandler(add, rf"^times:add:({names}):(\d{{1,4}})$"),
        CallbackQueryHandler(remove, rf"^times:remove:({names}):(\d{{1,4}})$"),
    ]


async def show(update: Update, context: BotContext) -> None:
    """Show the times of a kind that is on."""
    await reminder_kind.settle(context)
    await _show(context, context.match[1])


async def _show(context: BotContext, kind: str, toast: str | None = None) -> None:
    await reminder_kind.show_if_on(context, kind, listed, toast)


async def ask_hour(update: Update, context: BotContext) -> None:
    """Ask for an hour; a time may be typed as well. Whose clock is not known turns the kind on first."""
    if context.person.zone is None:
        await reminder_kind.show(update, context)
        return
    kind = context.match[1]
    await context.change(asking(context, kind))
    await context.reply(hours(context.edition, await reminder_kind.plan_of(context), kind))


def asking(context: BotContext, kind: str) -> Effect[Person]:
    """Take the next text as one more time of a kind."""
    return partial(people.expect, awaiting=f"{AWAITING}:{kind}", until=context.services.clock() + PATIENCE)


async def ask_minute(update: Update, context: BotContext) -> None:
    """Ask for the minute of an hour."""
    kind, hour = context.match[1], int(context.match[2])
    await context.reply(minutes(context.edition, await reminder_kind.plan_of(context), kind, hour))


async def add(update: Update, context: BotContext) -> None:
    """Add the time that was tapped, unless something speaks against it by now, or all was deleted since."""
    if context.person.zone is None:
        await reminder_kind.show(update, context)
        return
    kind, chosen = context.match[1], shifted(time.min, int(context.match[2]))
    plan = await reminder_kind.plan_of(context)
    there = is_there(plan, kind, chosen)
    refused = None if there else refusal(context.edition, plan, kind, chosen)
    if not there and not refused:
        await context.change(added(context, plan, kind, chosen))
    draft = reminder_kind.kind(context.edition, await reminder_kind.plan_of(context), kind)
    await context.reply(replace(draft, text=f"{refused}\n\n{draft.text}") if refused else draft)


def is_there(plan: Plan, kind: str, chosen: time) -> bool:
    """Whether a kind comes at a time already."""
    return kind in plan.active and chosen in plan.schedules[kind].wish.times


def added(context: BotContext, plan: Plan, kind: str, chosen: time) -> Effect[Person]:
    """Add a time, which turns on a kind that was off."""
    wish = with_time(context.edition, plan, kind, chosen)
    return (reminder_kind.changed if kind in plan.active else reminder_kind.turned_on)(context, kind, wish)


async def remove(update: Update, context: BotContext) -> None:
    """Take a time away; the last one stays, as a kind is stopped by its own button."""
    kind, gone = context.match[1], shifted(time.min, int(context.match[2]))
    wish, words = (await reminder_kind.plan_of(context)).wish(kind), context.edition.words(Words)
    if wish is None or gone not in wish.times:
        await _show(context, kind, words.gone)
    elif len(wish.times) == 1:
        await _show(context, kind, words.last)
    else:
        kept = replace(wish, times=tuple(at for at in wish.times if at != gone))
        await context.change(reminder_kind.changed(context, kind, kept))
        await _show(context, kind)
