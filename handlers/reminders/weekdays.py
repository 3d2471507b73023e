"""The weekdays on which one kind of reminder comes."""

from dataclasses import replace
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.constants import KeyboardButtonStyle as Style
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text, Toast, wording
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.reminders import rules
from bot.store.plans import Plan
from handlers.reminders import reminder_kind


class Words(Model):
    """The words around weekdays."""

    ask: Annotated[Text, Placeholders("name", "days")]
    on_button: Annotated[Label, Placeholders("day")]
    off_button: Annotated[Label, Placeholders("day")]
    last: Toast
    full: Toast
    back_button: Label


def weekdays(edition: Edition, plan: Plan, kind: str) -> Draft:
    """Every weekday, on or off."""
    words, chosen = edition.words(Words), plan.schedules[kind].wish.days
    text = words.ask.format(
        name=f"<b>{escape(edition.reminders[kind].name)}</b>", days=wording.weekdays(edition, chosen)
    )
    buttons = [_day(edition, kind, day, chosen=day in chosen) for day in range(1, 8)]
    back = [Button(words.back_button, callback_data=f"kind:{kind}")]
    return Draft(text, [buttons[:2], buttons[2:4], buttons[4:6], buttons[6:], back])


def _day(edition: Edition, kind: str, day: int, *, chosen: bool) -> Button:
    words = edition.words(Words)
    name = wording.weekday(edition, day)
    label = (words.on_button if chosen else words.off_button).format(day=name[0].upper() + name[1:])
    return Button(label, callback_data=f"days:flip:{kind}:{day}", style=Style.SUCCESS if chosen else None)


def handlers(services: Services) -> list[Handler]:
    """The buttons."""
    names = reminder_kind.names(services)
    return [
        CallbackQueryHandler(show, f"^days:({names})$"),
        CallbackQueryHandler(flip, f"^days:flip:({names}):([1-7])$"),
    ]


async def show(update: Update, context: BotContext) -> None:
    """Show the weekdays of a kind that is on."""
    await reminder_kind.settle(context)
    await _show(context, context.match[1])


async def _show(context: BotContext, kind: str, toast: str | None = None) -> None:
    await reminder_kind.show_if_on(context, kind, weekdays, toast)


async def flip(update: Update, context: BotContext) -> None:
    """Add or leave out a weekday; the last one stays."""
    kind, day = context.match[1], int(context.match[2])
    plan, words = await reminder_kind.plan_of(context), context.edition.words(Words)
    wish = plan.wish(kind)
    toast = None
    if wish and wish.days == {day}:
        toast = words.last
    elif wish and day not in wish.days and not rules.may_come_on(day, wish, plan.others(kind)):
        toast = words.full
    elif wish:
        await context.change(reminder_kind.changed(context, kind, replace(wish, days=wish.days ^ {day})))
    await _show(context, kind, toast)
