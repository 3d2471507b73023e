"""What a person has chosen: language, time zone, quiet hours, bedtime and reminders, each with a way to change it."""

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
from bot.reminders import service
from bot.store import people
from bot.store.snapshots import Snapshot
from handlers import cramp
from handlers.timezone import moving

FOLLOW = "follow"
"""Stands for the language of the person's Telegram."""


class Words(Model):
    """The words of the settings."""

    title: Label
    language_line: Annotated[Text, Placeholders("language")]
    clock_line: Annotated[Text, Placeholders("city", "time")]
    no_clock_line: Text
    quiet_line: Annotated[Text, Placeholders("start", "end")]
    bedtime_line: Annotated[Text, Placeholders("time")]
    reminders_line: Annotated[Text, Placeholders("names")]
    paused_reminders_line: Annotated[Text, Placeholders("names", "moment")]
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
    diary_button: Label


def overview(edition: Edition, snapshot: Snapshot | None) -> Draft:
    """Return what is set, with buttons to change it. Without a snapshot, only what a group may see."""
    words = edition.words(Words)
    lines = [f"<b>{escape(words.title)}</b>", "", words.language_line.format(language=edition.language)]
    rows = [[Button(words.language_button, callback_data="language")]]
    if snapshot:
        lines += _private_lines(edition, snapshot)
        rows += [
            [
                Button(words.clock_button, callback_data="clock"),
                Button(words.quiet_button, callback_data="quiet:hours"),
            ],
            [
                Button(words.bedtime_button, callback_data="quiet:bed"),
                Button(words.reminders_button, callback_data="remind"),
            ],
            [Button(words.diary_button, callback_data="diary")],
        ]
    return Draft("\n".join(lines), [*rows, [Button(words.privacy_button, callback_data="page:privacy")]])


def _private_lines(edition: Edition, snapshot: Snapshot) -> list[str]:
    words, (start, end), zone = edition.words(Words), snapshot.person.quiet, snapshot.person.zone
    clock_line = words.no_clock_line
    if zone:
        clock_line = words.clock_line.format(**moving.city_and_time(edition, zone, snapshot.now))
    names = ", ".join(escape(edition.reminders[kind].name) for kind in snapshot.active)
    reminders_line = words.reminders_line.format(names=names) if names else words.no_reminders_line
    if names and snapshot.paused_until:
        moment = wording.end_of_pause(edition, snapshot.paused_until, snapshot.zone, snapshot.now)
        reminders_line = words.paused_reminders_line.format(names=names, moment=moment)
    return [
        clock_line,
        words.quiet_line.format(start=f"{start:%H:%M}", end=f"{end:%H:%M}"),
        words.bedtime_line.format(time=f"{snapshot.person.local_bedtime:%H:%M}"),
        reminders_line,
    ]


def language_question(content: Content, edition: Edition) -> Draft:
    """Return the question for a language, with the name of each language in that language."""
    words = edition.words(Words)
    row = [Button(other.language, callback_data=f"language:{code}") for code, other in content.items()]
    return Draft(words.ask, [row, [Button(words.follow_button, callback_data=f"language:{FOLLOW}")]])


def handlers(services: Services) -> list[Handler]:
    names, codes = services.content.names, "|".join([*services.content, FOLLOW])
    return [
        CommandHandler(names("settings"), show),
        CallbackQueryHandler(show, "^settings$"),
        CommandHandler(names("language"), ask_language),
        CallbackQueryHandler(ask_language, "^language$"),
        CallbackQueryHandler(choose_language, f"^language:({codes})$"),
    ]


async def show(update: Update, context: BotContext) -> None:
    """Show what is set. In a group, show only the language."""
    snapshot = None
    if context.is_private:
        await context.stop_waiting()
        snapshot = await service.read_snapshot(context)
    await context.reply(overview(context.edition, snapshot))


async def ask_language(update: Update, context: BotContext) -> None:
    await context.reply(language_question(context.services.content, context.edition))


async def choose_language(update: Update, context: BotContext) -> None:
    """Answer in the chosen language from now on, and replace the key below the chat, which has words too."""
    code = context.match[1]
    await context.change(partial(people.set_language, language=None if code == FOLLOW else code))
    edition = context.edition
    words = edition.words(Words)
    text = words.following if code == FOLLOW else words.chosen.format(language=edition.language)
    await context.stop_spinner()
    # A new message, because Telegram cannot change the keys below the chat by an edit.
    await context.send(Draft(text, keys=cramp.key(edition) if context.is_private else None))
