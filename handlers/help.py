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
    """The line above the list, and buttons that other topics show too."""

    intro: Text
    cramp_button: Label
    help_button: Label


def commands(edition: Edition) -> Draft:
    """Return the list of all commands in the menu."""
    words = edition.words(Words)
    # The operators' commands are not in ``commands``, so they are not listed.
    lines = [f"/{command.name} – {escape(command.menu)}" for command in edition.commands.values()]
    return Draft("\n".join([words.intro, "", *lines]), [[relief_button(edition)]])


def relief_button(edition: Edition) -> Button:
    """Return the button that leads to relief from any screen."""
    return Button(edition.words(Words).cramp_button, callback_data="cramp:steps:relief", style=Style.DANGER)


def help_button(edition: Edition) -> Button:
    """Return the button that leads to the list of commands."""
    return Button(edition.words(Words).help_button, callback_data="help")


def handlers(services: Services) -> list[Handler]:
    return [CommandHandler(services.content.names("help"), show), CallbackQueryHandler(show, "^help$")]


async def show(update: Update, context: BotContext) -> None:
    await context.reply(commands(context.edition))
