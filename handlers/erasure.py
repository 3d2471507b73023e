"""All that is stored about a person, deleted in two taps. The first screen says what goes and what stays."""

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


class Words(Model):
    """The question, and the replies to both answers."""

    ask: Text
    erase_button: Label
    keep_button: Label
    gone: Text
    kept: Text


def question(edition: Edition) -> Draft:
    """Return what goes and what stays, with a button for each answer."""
    words = edition.words(Words)
    erase_button = Button(words.erase_button, callback_data="erasure:all", style=Style.DANGER)
    return Draft(words.ask, [[erase_button], [Button(words.keep_button, callback_data="erasure:none")]])


def handlers(services: Services) -> list[Handler]:
    return [
        CommandHandler(services.content.names("deletedata"), ask, ChatType.PRIVATE),
        CallbackQueryHandler(erase, "^erasure:all$"),
        CallbackQueryHandler(keep, "^erasure:none$"),
    ]


async def ask(update: Update, context: BotContext) -> None:
    await context.stop_waiting()
    await context.reply(question(context.edition))


async def erase(update: Update, context: BotContext) -> None:
    """Delete everything, and confirm it in the language that the person had until then."""
    # Read the words first: afterwards the chosen language is deleted too.
    words, now = context.edition.words(Words), context.services.clock()
    await context.change(partial(erasure.erase, update_id=context.attempt.update.id, now=now))
    await context.services.store.wipe()  # if another connection is reading, housekeeping wipes later
    await context.reply(Draft(words.gone))


async def keep(update: Update, context: BotContext) -> None:
    await context.reply(Draft(context.edition.words(Words).kept))
