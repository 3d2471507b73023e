"""/start: a greeting, the key for relief below the chat, and what to do first."""

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.constants import KeyboardButtonStyle as Style
from telegram.ext import CommandHandler
from telegram.ext.filters import ChatType

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Text
from bot.messages.sender import Draft
from handlers import cramp, export
from handlers.diary import consent, history, log, report
from handlers.private import REMIND, HandlerFunction
from handlers.reminders import remind

LINKS: dict[str, HandlerFunction] = {
    REMIND: remind.show,
    "log": consent.private_handler(log.log),
    "history": consent.private_handler(history.show),
    "report": consent.private_handler(report.ask),
    "export": export.send,
}
"""What a deep link (``?start=remind``) leads to, by its parameter."""


class Words(Model):
    """The greeting, and the offer with two buttons."""

    welcome: Text
    offer: Text
    cramp_button: Label
    remind_button: Label


def handlers(services: Services) -> list[Handler]:
    # In a private chat, ``/start cramp`` never gets here: it is a call for relief.
    return [CommandHandler(services.content.names("start"), start, ChatType.PRIVATE)]


def offer(edition: Edition) -> Draft:
    """Return the offer of relief and reminders."""
    words = edition.words(Words)
    relief = Button(words.cramp_button, callback_data="cramp:steps:relief", style=Style.DANGER)
    return Draft(words.offer, [[relief], [Button(words.remind_button, callback_data="remind")]])


async def start(update: Update, context: BotContext) -> None:
    """Greet without asking anything. After a deep link, show what it leads to."""
    # Two messages, because one cannot have both keys below the chat and buttons below its text.
    await context.send(Draft(context.edition.words(Words).welcome, keys=cramp.key(context.edition)))
    parameter = context.args[0] if context.args else ""
    if parameter in LINKS:
        await LINKS[parameter](update, context)
    else:
        await context.send(offer(context.edition))
