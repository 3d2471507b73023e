"""What no other topic handles: free text, unknown commands, old buttons. Always kind, never a medical answer."""

from typing import Annotated

from telegram import Update
from telegram.ext import CallbackQueryHandler, MessageHandler
from telegram.ext.filters import COMMAND, ChatType, StatusUpdate

from bot.app import BotContext, Handler, Services
from bot.content import Alert, Edition, Model, Paragraph, Placeholders, Text
from bot.counters import count
from bot.errors import UnavailableError
from bot.messages.sender import Draft
from bot.parsing.intent import Intent, understand
from bot.parsing.text import closest, command
from handlers import cramp, sentences
from handlers import help as help_topic
from handlers.diary import log
from handlers.reminders import remind


class Words(Model):
    """The words for what was not understood, and for a fault of ours."""

    danger: Paragraph
    free: Text
    command: Text
    slip: Annotated[Text, Placeholders("command")]
    old_button: Alert
    failed: Text


def handlers(services: Services) -> list[Handler]:
    """Return handlers for everything that is left in private chats. In groups, only presses are left."""
    return [
        MessageHandler(ChatType.PRIVATE & COMMAND, unknown_command),
        # A service message, such as a new chat photo, was not written by the person.
        MessageHandler(ChatType.PRIVATE & ~StatusUpdate.ALL, free_text),
        CallbackQueryHandler(old_button),
    ]


def not_understood(edition: Edition) -> Draft:
    """Return what Charley can help with, below the line on danger, because the text may have been about danger."""
    words = edition.words(Words)
    text = f"{words.danger.text}\n\n{words.free}"
    return Draft(text, [[help_topic.relief_button(edition), help_topic.help_button(edition)]])


def no_command(edition: Edition, suggestion: str | None) -> Draft:
    """Return the answer to an unknown command, with the command that was probably meant."""
    words = edition.words(Words)
    text = words.slip.format(command=f"/{suggestion}") if suggestion else words.command
    return Draft(text, [[help_topic.relief_button(edition), help_topic.help_button(edition)]])


async def unknown_command(update: Update, context: BotContext) -> None:
    typed = command(context.event.message.text or "") if context.event.message else None
    content = context.services.content
    names = [name for key in context.edition.commands for name in content.names(key)]
    await context.send_unless_overtaken(no_command(context.edition, closest(typed, names) if typed else None))


async def free_text(update: Update, context: BotContext) -> None:
    """Give the text to the topic that awaits it, or lead to the screen that it asks for.

    If neither is possible, say what Charley can help with. The text is counted and not stored.
    """
    message = context.event.message
    understanding = understand(cramp.words_of(message), context.services.content.rules)
    name, detail = context.awaited
    handler = context.bot_data.text_handlers.get(name)
    if handler and understanding.intent is Intent.CANCEL:
        await remind.show(update, context)  # also stops awaiting a text
    else:
        text = message.text if message else None
        taken = await handler(context, text, detail) if handler and text is not None else False
        if taken is True or await log.hear(context, cramp.words_of(message)):
            return
        if understanding.intent is Intent.RELIEF:
            await cramp.show_steps(context, cramp.muscle_of(understanding))
        elif not await sentences.lead(context, understanding):
            if not taken:
                count("fallbacks")
            await context.send_unless_overtaken(taken or not_understood(context.edition))


async def old_button(update: Update, context: BotContext) -> None:
    """Answer a button of an earlier version, or one that was made up."""
    await context.alert(context.edition.words(Words).old_button)


async def failed(update: object, context: BotContext) -> None:
    """Do as ``reply_failed`` for an update that python-telegram-bot processes."""
    # python-telegram-bot goes on after an error; ``handle`` raises it, so that the update is tried again or is dead.
    await reply_failed(context)


async def reply_failed(context: BotContext) -> None:
    """Say sorry after an error, and hand the error on to ``bot.app.handle``.

    If the database was unavailable, the update is tried again first, so nothing is said before the last try.
    """
    context.attempt.error = context.error
    if isinstance(context.error, UnavailableError) and not context.attempt.is_last_try:
        return
    await context.stop_spinner()
    await context.send(Draft(context.edition.words(Words).failed))
