"""One quick tip at a time. None comes again before the person has seen all the others."""

from dataclasses import replace

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Line, Model, join_paragraphs
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.reminders.rendering import next_tip
from bot.store import people
from bot.store.people import Person


class Words(Model):
    """The title above a tip, and the buttons below it."""

    title: Line
    another_button: Label
    more_button: Label


def tip(edition: Edition, person: Person) -> Draft:
    """Return the tip that was counted as seen last."""
    words, before = edition.words(Words), replace(person, tips_seen=person.tips_seen - 1)
    text = join_paragraphs([f"<b>{escape(words.title)}</b>", next_tip(edition, before)])
    another = Button(words.another_button, callback_data="tip")
    return Draft(text, [[another], [Button(words.more_button, callback_data="page:prevent")]])


def handlers(services: Services) -> list[Handler]:
    return [CommandHandler(services.content.names("tip"), show), CallbackQueryHandler(show, "^tip$")]


async def show(update: Update, context: BotContext) -> None:
    """Count the next tip as seen, and show it. After a crash between the two, the same tip is shown."""
    await context.change(people.count_tip)
    await context.reply(tip(context.edition, context.person))
