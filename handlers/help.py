"""What Charley can do: four lines of commands, one for each topic."""

from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.constants import KeyboardButtonStyle as Style
from telegram.ext import CallbackQueryHandler, CommandHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text
from bot.messages.sender import Draft


class Words(Model):
    """The lines of the list, and buttons that other topics show too."""

    intro: Text
    relief: Annotated[Text, Placeholders("commands")]
    reading: Annotated[Text, Placeholders("commands")]
    reminders: Annotated[Text, Placeholders("commands")]
    other: Annotated[Text, Placeholders("commands")]
    cramp_button: Label
    help_button: Label


def commands(edition: Edition) -> Draft:
    """Return all commands by topic. What each of them does stands in the menu of the chat."""
    words = edition.words(Words)
    names: dict[str, list[str]] = {"relief": [], "reading": [], "reminders": [], "other": []}
    for command in edition.commands.values():  # the operators' commands are not in it
        names[command.topic].append(f"/{command.name}")
    lines = [getattr(words, topic).format(commands=" ".join(listed)) for topic, listed in names.items()]
    return Draft("\n\n".join([words.intro, *lines]), [[relief_button(edition)]])


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
