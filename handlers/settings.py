"""What a person has chosen: the language, the clock, the rest and the reminders, each with the way to change it."""

from functools import partial
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text, wording
from bot.content.loading import Content
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.store import people
from bot.store.plans import Plan
from handlers import cramp
from handlers.reminders import reminder_kind
from handlers.timezone import moving

FOLLOW = "follow"
"""In place of a language: the one that Telegram tells."""


class Words(Model):
    """The words of the settings."""

    title: Label
    language_line: Annotated[Text, Placeholders("language")]
    clock_line: Annotated[Text, Placeholders("city", "time")]
    no_clock_line: Text
    quiet_line: Annotated[Text, Placeholders("start", "end")]
    bedtime_line: Annotated[Text, Placeholders("time")]
    reminders_line: Annotated[Text, Placeholders("names")]
    no_reminders_line: Text
    ask: Text
    chosen: Annotated[Text, Placeholders("language")]
    following: Text
    follow_button: Label
    language_button: Label
    clock_button: Label
    quiet_button: Label
    bedtime_button: Label
    reminders_button: Label
    privacy_button: Label


def overview(edition: Edition, plan: Plan | None) -> Draft:
    """What is set, with the ways to change it; without a plan, only what others may see too."""
    words = edition.words(Words)
    lines = [f"<b>{escape(words.title)}</b>", "", words.language_line.format(language=edition.language)]
    rows = [[Button(words.language_button, callback_data="language")]]
    if plan:
        lines += _private(edition, plan)
        hours, bed = (words.quiet_button, "quiet:hours"), (words.bedtime_button, "quiet:bed")
        labels = [(words.clock_button, "clock"), hours, bed, (words.reminders_button, "remind")]
        buttons = [Button(label, callback_data=data) for label, data in labels]
        rows += [buttons[:2], buttons[2:]]
    return Draft("\n".join(lines), [*rows, [Button(words.privacy_button, callback_data="page:privacy")]])


def _private(edition: Edition, plan: Plan) -> list[str]:
    words, (start, end) = edition.words(Words), plan.person.quiet
    zone = plan.person.zone
    told = {"city": moving.city(edition, zone), "time": wording.clock(plan.now, zone)} if zone else {}
    names = ", ".join(escape(edition.reminders[kind].name) for kind in plan.active)
    return [
        words.clock_line.format(**told) if told else words.no_clock_line,
        words.quiet_line.format(start=f"{start:%H:%M}", end=f"{end:%H:%M}"),
        words.bedtime_line.format(time=f"{plan.person.goes_to_bed:%H:%M}"),
        words.reminders_line.format(names=names) if names else words.no_reminders_line,
    ]


def languages(content: Content, edition: Edition) -> Draft:
    """The languages there are, each in its own words."""
    words = edition.words(Words)
    each = [Button(one.language, callback_data=f"language:{code}") for code, one in content.items()]
    return Draft(words.ask, [each, [Button(words.follow_button, callback_data=f"language:{FOLLOW}")]])


def handlers(services: Services) -> list[Handler]:
    """The commands and their buttons."""
    names, codes = services.content.names, "|".join([*services.content, FOLLOW])
    return [
        CommandHandler(names("settings"), show),
        CallbackQueryHandler(show, "^settings$"),
        CommandHandler(names("language"), ask),
        CallbackQueryHandler(ask, "^language$"),
        CallbackQueryHandler(choose, f"^language:({codes})$"),
    ]


async def show(update: Update, context: BotContext) -> None:
    """Show what is set; in a group, the language alone."""
    if context.is_private:
        await reminder_kind.settle(context)
    await context.reply(overview(context.edition, await reminder_kind.plan_of(context) if context.is_private else None))


async def ask(update: Update, context: BotContext) -> None:
    """Ask for a language."""
    await context.reply(languages(context.services.content, context.edition))


async def choose(update: Update, context: BotContext) -> None:
    """Use the chosen language from now on, also on the key below the chat."""
    code = context.match[1]
    await context.change(partial(people.choose_language, language=None if code == FOLLOW else code))
    edition = context.edition
    words = edition.words(Words)
    text = words.following if code == FOLLOW else words.chosen.format(language=edition.language)
    await context.toast()
    await context.send(Draft(text, keys=cramp.key(edition) if context.is_private else None))
