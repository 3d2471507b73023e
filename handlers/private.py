"""Private commands in a group, answered with a link into the private chat."""

from collections.abc import Callable, Coroutine
from functools import partial, wraps
from typing import Any, TypeAlias

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CommandHandler
from telegram.ext.filters import ChatType

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Text
from bot.messages.sender import Draft

COMMANDS = (
    "remind",
    "stretch",
    "stop",
    "pause",
    "resume",
    "timezone",
    "water",
    "log",
    "history",
    "report",
    "export",
    "deletedata",
)
"""The commands whose own handlers accept private chats only."""
LINKED = ("log", "history", "report", "export")
"""Those of them that have a link of their own, which ``handlers.start`` follows. The others lead to the reminders."""
REMIND = "remind"

HandlerFunction: TypeAlias = Callable[[Update, BotContext], Coroutine[Any, Any, None]]
"""Handles a command or a press."""


class Words(Model):
    """The answer to a private command in a group."""

    elsewhere: Text
    open_button: Label


def elsewhere(edition: Edition, username: str, command: str) -> Draft:
    """Return the message whose button leads to the private chat: to a command in ``LINKED``, or to the reminders."""
    words = edition.words(Words)
    parameter = command if command in LINKED else REMIND
    return Draft(words.elsewhere, [[Button(words.open_button, url=f"https://t.me/{username}?start={parameter}")]])


def only(handle: HandlerFunction) -> HandlerFunction:
    """Return a handler that calls ``handle`` for a press in a private chat. Elsewhere it points to that chat."""

    @wraps(handle)
    async def handle_in_private(update: Update, context: BotContext) -> None:
        if context.is_private:
            await handle(update, context)
        else:
            await context.alert(context.edition.words(Words).elsewhere)

    return handle_in_private


def handlers(services: Services) -> list[Handler]:
    return [
        CommandHandler(services.content.names(command), partial(show, command=command), ~ChatType.PRIVATE)
        for command in COMMANDS
    ]


async def show(update: Update, context: BotContext, command: str) -> None:
    await context.reply(elsewhere(context.edition, context.bot.username, command))
