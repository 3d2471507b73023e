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
from bot.reminders import rules, service
from bot.store.snapshots import Snapshot
from handlers.reminders import reminder_kind


class Words(Model):
    """The question for weekdays, its buttons, and why a day cannot be changed."""

    ask: Annotated[Text, Placeholders("name", "days")]
    on_button: Annotated[Label, Placeholders("day")]
    off_button: Annotated[Label, Placeholders("day")]
    last: Toast
    full: Toast
    back_button: Label


def weekdays(edition: Edition, snapshot: Snapshot, kind: str) -> Draft:
    """Return every weekday with whether a kind that is on comes on it."""
    words, chosen = edition.words(Words), snapshot.schedules[kind].wish.days
    name = f"<b>{escape(edition.reminders[kind].name)}</b>"
    text = words.ask.format(name=name, days=wording.weekdays(edition, chosen))
    buttons = [_day_button(edition, kind, day, on=day in chosen) for day in range(1, 8)]
    back = [Button(words.back_button, callback_data=f"kind:{kind}")]
    return Draft(text, [buttons[:2], buttons[2:4], buttons[4:6], buttons[6:], back])


def _day_button(edition: Edition, kind: str, day: int, *, on: bool) -> Button:
    words = edition.words(Words)
    name = wording.weekday(edition, day)  # lower case in Swedish
    label = (words.on_button if on else words.off_button).format(day=name[0].upper() + name[1:])
    return Button(label, callback_data=f"days:flip:{kind}:{day}", style=Style.SUCCESS if on else None)


def handlers(services: Services) -> list[Handler]:
    kinds = service.kind_pattern(services)
    return [
        CallbackQueryHandler(show, f"^days:({kinds})$"),
        CallbackQueryHandler(switch_day, f"^days:flip:({kinds}):([1-7])$"),
    ]


async def show(update: Update, context: BotContext) -> None:
    await context.stop_waiting()
    await reminder_kind.show_if_on(context, context.match[1], weekdays)


async def switch_day(update: Update, context: BotContext) -> None:
    """Add or remove a weekday. The last one stays."""
    kind, day = context.match[1], int(context.match[2])
    snapshot, words = await service.read_snapshot(context), context.edition.words(Words)
    wish = snapshot.wish(kind)
    toast = None
    if wish and wish.days == {day}:
        toast = words.last
    elif wish and day not in wish.days and not rules.fits_on(day, wish, snapshot.others(kind)):
        toast = words.full
    elif wish:
        await context.change(service.change_wish(context, kind, replace(wish, days=wish.days ^ {day})))
    await reminder_kind.show_if_on(context, kind, weekdays, toast)
