"""What nobody else wanted: free text, unknown commands, buttons of long ago. Always kind, never a medical answer."""

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
from handlers import pause
from handlers.reminders import reminder_times, typed_times
from handlers.timezone import clock, moving

THANKS_REACTION = "❤"


class Words(Model):
    """The words for what was not understood."""

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
    """Everything that is left, in private chats; in groups the bot is silent unless asked."""
    thanks = {plain(each) for edition in services.content.values() for each in edition.words(Words).thanks}
    return [
        MessageHandler(ChatType.PRIVATE & _Thanks(thanks), react),
        MessageHandler(ChatType.PRIVATE & COMMAND, unknown_command),
        MessageHandler(ChatType.PRIVATE & ~StatusUpdate.ALL, free_text),
        CallbackQueryHandler(old_button),
    ]


def not_understood(edition: Edition) -> Draft:
    """What Charley can help with."""
    return Draft(edition.words(Words).free, [[help_topic.relief_button(edition), help_topic.help_button(edition)]])


def no_command(edition: Edition, name: str | None) -> Draft:
    """An unknown command; ``name`` is the known one that was probably meant."""
    words = edition.words(Words)
    text = words.slip.format(command=f"/{name}") if name else words.command
    return Draft(text, [[help_topic.relief_button(edition), help_topic.help_button(edition)]])


async def react(update: Update, context: BotContext) -> None:
    """Answer thanks with a reaction: no message, no sound."""
    if context.place:
        await context.services.sender.react(context.place, THANKS_REACTION)


async def unknown_command(update: Update, context: BotContext) -> None:
    """Offer what was probably meant."""
    name = command(context.event.message.text or "") if context.event.message else None
    names = [each for topic in context.edition.commands for each in context.services.content.names(topic)]
    await context.reply(no_command(context.edition, closest(name, names) if name else None))


async def free_text(update: Update, context: BotContext) -> None:
    """Take a text as what was asked for last, or else say what can be asked."""
    awaited = context.person.awaits(context.services.clock()) if context.is_private else None
    topic, _, kind = (awaited or "").partition(":")
    is_text = context.event.message is not None and context.event.message.text is not None
    if topic == reminder_times.AWAITING and is_text and kind in context.edition.reminders:
        await typed_times.hear(update, context, kind)
    elif topic in {clock.CITY, moving.LOCATION_KEY} and is_text:
        await clock.hear(update, context, kind)
    elif topic == pause.AWAITING and is_text:
        await pause.hear(update, context)
    else:
        await context.reply(not_understood(context.edition))


async def old_button(update: Update, context: BotContext) -> None:
    """A button of an earlier version, or a made-up one."""
    await context.toast(context.edition.words(Words).old_button)


async def failed(update: object, context: BotContext) -> None:
    """After a fault of ours: hand it on, so that the update is kept as dead, and say sorry.

    What the database is to blame for is tried again first.
    """
    context.arrival.error = context.error
    if isinstance(context.error, UnavailableError) and not context.arrival.is_last_try:
        return
    await context.toast()
    await context.send(Draft(context.edition.words(Words).failed))
