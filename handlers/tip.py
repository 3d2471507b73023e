"""One quick tip at a time; none comes again before all others have."""

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, paragraph, stacked
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.store import people
from bot.store.people import Person


class Words(Model):
    """What stands around a tip."""

    title: Label
    another_button: Label
    more_button: Label


def tip(edition: Edition, person: Person) -> Draft:
    """The tip that was counted last. People start at different tips, and go round."""
    words, tips = edition.words(Words), list(edition.tips.values())
    chosen = tips[(person.chat_id + person.tips_seen - 1) % len(tips)]
    text = stacked([f"<b>{escape(words.title)}</b>", paragraph(chosen, edition.marks.long)])
    another = Button(words.another_button, callback_data="tip")
    return Draft(text, [[another], [Button(words.more_button, callback_data="page:prevent")]])


def handlers(services: Services) -> list[Handler]:
    """The command and the button for another."""
    return [CommandHandler(services.content.names("tip"), show), CallbackQueryHandler(show, "^tip$")]


async def show(update: Update, context: BotContext) -> None:
    """Count the next tip as seen, and show it: after a crash between the two it is still that one that is shown."""
    await context.change(people.see_tip)
    await context.reply(tip(context.edition, context.person))
