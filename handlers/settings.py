"""What a person can choose: so far, the language."""

from functools import partial
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.app import BotContext, Handler, Services
from bot.content import Content
from bot.edition import Edition, Label, Model, Placeholders, Text
from bot.html import escape
from bot.sender import Draft
from bot.store import people
from handlers import cramp

FOLLOW = "follow"
"""In place of a language: the one that Telegram tells."""


class Words(Model):
    """The words of the settings."""

    title: Label
    language_line: Annotated[Text, Placeholders("language")]
    ask: Text
    chosen: Annotated[Text, Placeholders("language")]
    following: Text
    follow_button: Label
    language_button: Label
    privacy_button: Label


def overview(edition: Edition) -> Draft:
    """What is set, with the ways to change it."""
    words = edition.words(Words)
    text = f"<b>{escape(words.title)}</b>\n\n{words.language_line.format(language=edition.language)}"
    language = Button(words.language_button, callback_data="language")
    return Draft(text, [[language], [Button(words.privacy_button, callback_data="page:privacy")]])


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
        CommandHandler(names("language"), ask),
        CallbackQueryHandler(ask, "^language$"),
        CallbackQueryHandler(choose, f"^language:({codes})$"),
    ]


async def show(update: Update, context: BotContext) -> None:
    """Show what is set."""
    await context.reply(overview(context.edition))


async def ask(update: Update, context: BotContext) -> None:
    """Ask for a language."""
    await context.reply(languages(context.services.content, context.edition))


async def choose(update: Update, context: BotContext) -> None:
    """Use the chosen language from now on, also on the key below the chat."""
    assert context.matches
    code = context.matches[0][1]
    await context.change(partial(people.choose_language, language=None if code == FOLLOW else code))
    edition = context.edition
    words = edition.words(Words)
    text = words.following if code == FOLLOW else words.chosen.format(language=edition.language)
    await context.toast()
    await context.send(Draft(text, keys=cramp.key(edition) if context.is_private else None))
