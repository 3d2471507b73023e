"""Private commands in a group, answered with a link into the private chat."""

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CommandHandler
from telegram.ext.filters import ChatType

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Text
from bot.messages.sender import Draft

COMMANDS = ("remind", "stretch", "stop", "pause", "resume", "timezone", "water", "deletedata")
"""The commands whose own handlers accept private chats only."""


class Words(Model):
    """The answer to a private command in a group."""

    elsewhere: Text
    open_button: Label


def elsewhere(edition: Edition, username: str) -> Draft:
    """Return the link into the private chat with the bot of this username."""
    words = edition.words(Words)
    return Draft(words.elsewhere, [[Button(words.open_button, url=f"https://t.me/{username}?start=remind")]])


def handlers(services: Services) -> list[Handler]:
    names = [name for command in COMMANDS for name in services.content.names(command)]
    return [CommandHandler(names, show, ~ChatType.PRIVATE)]


async def show(update: Update, context: BotContext) -> None:
    await context.reply(elsewhere(context.edition, context.bot.username))
