"""The weekdays on which one kind of reminder comes."""

from dataclasses import replace
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.constants import KeyboardButtonStyle as Style
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Alert, Edition, Label, Model, Placeholders, Text, wording
from bot.content.telegram_html import escape
from bot.messages.sender import Draft, rows_of
from bot.parsing.intent import Understanding
from bot.reminders import rules, service
from bot.reminders.time_codes import DAYS, decode_days, encode_days
from bot.store.snapshots import Snapshot
from handlers.reminders import reminder_kind
from handlers.reminders.set_times import set_times

DAYS_PER_ROW = 4
WORKDAYS, EVERY_DAY = frozenset(range(1, 6)), frozenset(range(1, 8))


class Words(Model):
    """The question for weekdays, its buttons, and why a day cannot be changed."""

    ask: Annotated[Text, Placeholders("name", "days")]
    on_button: Annotated[Label, Placeholders("day")]
    off_button: Annotated[Label, Placeholders("day")]
    every_day_button: Label
    last: Alert
    full: Alert
    first: Text
    back_button: Label


def weekdays(edition: Edition, snapshot: Snapshot, kind: str, note: str = "") -> Draft:
    """Return a button for each weekday of a kind that is on, and for the two usual choices. ``note`` comes first."""
    words, chosen = edition.words(Words), snapshot.schedules[kind].wish.days
    name = f"<b>{escape(edition.reminders[kind].name)}</b>"
    text = words.ask.format(name=name, days=wording.weekdays(edition, chosen))
    text = f"{note}\n\n{text}" if note else text
    buttons = []
    for day in range(1, 8):
        label, style = (words.on_button, Style.SUCCESS) if day in chosen else (words.off_button, None)
        label = label.format(day=_as_label(wording.short_weekday(edition, day)))
        buttons.append(Button(label, callback_data=f"days:flip:{kind}:{day}", style=style))
    first, last = (wording.short_weekday(edition, day) for day in (min(WORKDAYS), max(WORKDAYS)))
    workdays = _as_label(edition.moments.day_range.format(first=first, last=last))
    usual = [
        Button(label, callback_data=f"days:set:{kind}:{encode_days(days)}")
        for label, days in ((workdays, WORKDAYS), (words.every_day_button, EVERY_DAY))
        if days != chosen
    ]
    back = [Button(words.back_button, callback_data=f"kind:{kind}")]
    return Draft(text, [*rows_of(buttons, DAYS_PER_ROW), usual, back])


def _as_label(text: str) -> str:
    """Return a text that begins with a capital letter. Swedish weekdays have none of their own."""
    return text[:1].upper() + text[1:]


def handlers(services: Services) -> list[Handler]:
    kinds = service.kind_pattern(services)
    return [
        CallbackQueryHandler(show, f"^days:({kinds})$"),
        CallbackQueryHandler(switch_day, f"^days:flip:({kinds}):([1-7])$"),
        CallbackQueryHandler(set_days, f"^days:set:({kinds}):({DAYS})$"),
    ]


async def show(update: Update, context: BotContext) -> None:
    """Show the weekdays. A time that is typed next is a time of this kind."""
    await reminder_kind.show_if_on(context, context.match[1], weekdays, awaiting=context.match[1])


async def switch_day(update: Update, context: BotContext) -> None:
    """Add or remove a weekday. The last one stays."""
    kind, day = context.match[1], int(context.match[2])
    wish = (await service.read_snapshot(context)).wish(kind)
    await _change(context, kind, (wish.days if wish else frozenset()) ^ {day})


async def set_days(update: Update, context: BotContext) -> None:
    """Set the kind to the weekdays of a button."""
    await _change(context, context.match[1], decode_days(context.match[2]))


async def _change(context: BotContext, kind: str, days: frozenset[int]) -> None:
    """Set a kind that is on to these weekdays, or say why that is not possible."""
    snapshot, words = await service.read_snapshot(context), context.edition.words(Words)
    wish = snapshot.wish(kind) if kind in snapshot.active else None
    if wish and not days:
        await context.alert(words.last)
    elif wish and not all(rules.fits_on(day, wish, snapshot.others(kind)) for day in days - wish.days):
        await context.alert(words.full)
    else:
        if wish and days != wish.days:
            await context.change(service.change_wish(context, kind, replace(wish, days=days)))
        await reminder_kind.show_if_on(context, kind, weekdays)


async def follow_sentence(context: BotContext, kind: str, understanding: Understanding) -> None:
    """Set a kind of reminder to the weekdays that a sentence names, and to its times if it names any.

    If the kind is off, does not fit on these days or would have none left, say so and show what can be chosen.
    """
    snapshot, edition = await service.read_snapshot(context), context.edition
    words, wish = edition.words(Words), snapshot.wish(kind)
    if not wish or kind not in snapshot.active:
        await context.reply(reminder_kind.screen(edition, snapshot, kind, words.first))
        return
    days = understanding.weekdays or wish.days - understanding.other_days
    if not days:
        await context.reply(weekdays(edition, snapshot, kind, words.last))
    elif not all(rules.fits_on(day, wish, snapshot.others(kind)) for day in days - wish.days):
        await context.reply(weekdays(edition, snapshot, kind, words.full))
    elif understanding.times:
        await set_times(context, kind, understanding.times, days=days)
    else:
        await context.change(service.change_wish(context, kind, replace(wish, days=days)))
        await reminder_kind.show_if_on(context, kind, weekdays)
