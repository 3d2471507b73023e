"""What no other topic handles: free text, unknown commands, old buttons. Always kind, never a medical answer."""

from typing import Annotated

from telegram import Message, Update
from telegram.ext import CallbackQueryHandler, MessageHandler
from telegram.ext.filters import COMMAND, ChatType, MessageFilter, StatusUpdate

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Model, Placeholders, Text, Toast
from bot.errors import UnavailableError
from bot.messages.sender import Draft
from bot.parsing.text import closest, command, plain
from handlers import help as help_topic

THANKS_REACTION = "❤"


class Words(Model):
    """The words for what was not understood, and for a fault of ours."""

    free: Text
    command: Text
    slip: Annotated[Text, Placeholders("command")]
    old_button: Toast
    thanks: tuple[str, ...]
    failed: Text


class _Thanks(MessageFilter):
    def __init__(self, words: set[str]) -> None:
        super().__init__()
        self._words = words

    def filter(self, message: Message) -> bool:
        return plain(message.text or "") in self._words


def handlers(services: Services) -> list[Handler]:
    """Return handlers for everything that is left in private chats. In groups, only presses are left."""
    thanks = {plain(text) for edition in services.content.values() for text in edition.words(Words).thanks}
    return [
        MessageHandler(ChatType.PRIVATE & _Thanks(thanks), react),
        MessageHandler(ChatType.PRIVATE & COMMAND, unknown_command),
        # A service message, such as a new chat photo, was not written by the person.
        MessageHandler(ChatType.PRIVATE & ~StatusUpdate.ALL, free_text),
        CallbackQueryHandler(old_button),
    ]


def not_understood(edition: Edition) -> Draft:
    """Return what Charley can help with."""
    return Draft(edition.words(Words).free, [[help_topic.relief_button(edition), help_topic.help_button(edition)]])


def no_command(edition: Edition, suggestion: str | None) -> Draft:
    """Return the answer to an unknown command, with the command that was probably meant."""
    words = edition.words(Words)
    text = words.slip.format(command=f"/{suggestion}") if suggestion else words.command
    return Draft(text, [[help_topic.relief_button(edition), help_topic.help_button(edition)]])


async def react(update: Update, context: BotContext) -> None:
    """Answer thanks with a reaction, which makes no sound."""
    if context.place:
        await context.services.sender.react(context.place, THANKS_REACTION)


async def unknown_command(update: Update, context: BotContext) -> None:
    typed = command(context.event.message.text or "") if context.event.message else None
    content = context.services.content
    names = [name for key in context.edition.commands for name in content.names(key)]
    await context.reply(no_command(context.edition, closest(typed, names) if typed else None))


async def free_text(update: Update, context: BotContext) -> None:
    """Give the text to the topic that awaits it. If none does, say what Charley can help with."""
    text = context.event.message.text if context.event.message else None  # None for a picture or a sticker
    name, detail = context.awaited
    handler = context.bot_data.text_handlers.get(name)
    if handler and text is not None:
        await handler(context, text, detail)
    else:
        await context.reply(not_understood(context.edition))


async def old_button(update: Update, context: BotContext) -> None:
    """Answer a button of an earlier version, or one that was made up."""
    await context.toast(context.edition.words(Words).old_button)


async def failed(update: object, context: BotContext) -> None:
    """Say sorry after an error, and hand the error on to ``bot.app.handle``.

    If the database was unavailable, the update is tried again first, so nothing is said before the last try.
    """
    # python-telegram-bot goes on after an error; ``handle`` raises it, so that the update is tried again or is dead.
    context.attempt.error = context.error
    if isinstance(context.error, UnavailableError) and not context.attempt.is_last_try:
        return
    await context.toast()
    await context.send(Draft(context.edition.words(Words).failed))
