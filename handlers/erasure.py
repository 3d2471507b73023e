"""All that is known of a person, deleted in two taps: what goes and what stays is said before, and then it is gone."""

from functools import partial

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.constants import KeyboardButtonStyle as Style
from telegram.ext import CallbackQueryHandler, CommandHandler
from telegram.ext.filters import ChatType

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Text
from bot.messages.sender import Draft
from bot.store import erasure
from handlers.reminders import reminder_kind


class Words(Model):
    """What goes and what stays, and how it ended."""

    ask: Text
    erase_button: Label
    keep_button: Label
    gone: Text
    kept: Text


def question(edition: Edition) -> Draft:
    """What goes and what stays, with both ways on."""
    words = edition.words(Words)
    everything = Button(words.erase_button, callback_data="erasure:all", style=Style.DANGER)
    return Draft(words.ask, [[everything], [Button(words.keep_button, callback_data="erasure:none")]])


def handlers(services: Services) -> list[Handler]:
    """The command and the two buttons."""
    return [
        CommandHandler(services.content.names("deletedata"), ask, ChatType.PRIVATE),
        CallbackQueryHandler(erase, "^erasure:all$"),
        CallbackQueryHandler(keep, "^erasure:none$"),
    ]


async def ask(update: Update, context: BotContext) -> None:
    """Say what it would be."""
    await reminder_kind.settle(context)
    await context.reply(question(context.edition))


async def erase(update: Update, context: BotContext) -> None:
    """Delete everything, and say so in the language that was the person's until then."""
    words, store = context.edition.words(Words), context.services.store
    asked, now = context.arrival.number, context.services.clock()
    await context.change(partial(erasure.erase, number=asked, now=now))
    await store.wipe()  # if somebody is in the way, housekeeping does it
    await context.reply(Draft(words.gone))


async def keep(update: Update, context: BotContext) -> None:
    """Leave all as it is."""
    await context.reply(Draft(context.edition.words(Words).kept))
