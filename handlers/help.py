"""What Charley can do, as a list of commands."""

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.constants import KeyboardButtonStyle as Style
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Text
from bot.content.telegram_html import escape
from bot.messages.sender import Draft


class Words(Model):
    """The line above the list."""

    intro: Text
    cramp_button: Label
    help_button: Label


def commands(edition: Edition) -> Draft:
    """Every command of the menu, in its words."""
    words = edition.words(Words)
    listed = [f"/{each.name} – {escape(each.menu)}" for each in edition.commands.values()]
    return Draft("\n".join([words.intro, "", *listed]), [[relief_button(edition)]])


def relief_button(edition: Edition) -> Button:
    """The short way to relief from anywhere."""
    return Button(edition.words(Words).cramp_button, callback_data="cramp:steps:relief", style=Style.DANGER)


def help_button(edition: Edition) -> Button:
    """The way to this list."""
    return Button(edition.words(Words).help_button, callback_data="help")


def handlers(services: Services) -> list[Handler]:
    """The command and its button."""
    return [CommandHandler(services.content.names("help"), show), CallbackQueryHandler(show, "^help$")]


async def show(update: Update, context: BotContext) -> None:
    """Show the list."""
    await context.reply(commands(context.edition))
