"""The first words, and the key that is always there."""

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.constants import KeyboardButtonStyle as Style
from telegram.ext import CommandHandler
from telegram.ext.filters import ChatType

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Text
from bot.messages.sender import Draft
from handlers import cramp
from handlers.reminders import remind

REMIND = "remind"
"""What a link has behind ``start`` that leads to the reminders."""


class Words(Model):
    """Two lines, one for the key and one for the buttons."""

    welcome: Text
    offer: Text
    cramp_button: Label
    remind_button: Label


def handlers(services: Services) -> list[Handler]:
    """``/start``; with ``cramp`` behind it, it is a call for relief and has been answered before it comes here."""
    return [CommandHandler(services.content.names("start"), start, ChatType.PRIVATE)]


def offer(edition: Edition) -> Draft:
    """What to do first."""
    words = edition.words(Words)
    relief = Button(words.cramp_button, callback_data="cramp:steps:relief", style=Style.DANGER)
    return Draft(words.offer, [[relief], [Button(words.remind_button, callback_data="remind")]])


async def start(update: Update, context: BotContext) -> None:
    """Greet, and ask nothing; a link for the reminders leads to them."""
    await context.send(Draft(context.edition.words(Words).welcome, keys=cramp.key(context.edition)))
    if context.args == [REMIND]:
        await remind.show(update, context)
    else:
        await context.send(offer(context.edition))
