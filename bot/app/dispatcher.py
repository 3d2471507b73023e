"""python-telegram-bot's application, which gives each update to its handlers."""

import logging
from typing import Any, TypeAlias

from telegram import Update
from telegram.ext import Application, ApplicationBuilder, ContextTypes, ExtBot

from bot.app.context import BotContext, BotData
from bot.app.services import Services
from bot.messages.transport import Transport
from bot.store.vault import show_cryptography
from bot.updates.inbound_update import Attempt, InboundUpdate, essentials

show_cryptography()  # python-telegram-bot has been loaded without it: see ``bot/__init__.py``

log = logging.getLogger(__name__)
Dispatcher: TypeAlias = "Application[ExtBot[None], BotContext, dict[Any, Any], dict[Any, Any], BotData, None]"
GROUP_ANONYMOUS_BOT = 1087968824
"""Telegram's sender id for an administrator who writes in the name of the group."""


def build(transport: Transport, services: Services) -> Dispatcher:
    """Build python-telegram-bot's application on our own transport, without its updater and its job queue."""
    settings = services.settings
    builder = ApplicationBuilder().token(settings.telegram_bot_token.get_secret_value())
    builder = builder.base_url(f"{settings.telegram_api_url}/bot")
    builder = builder.base_file_url(f"{settings.telegram_api_url}/file/bot")
    builder = builder.request(transport).get_updates_request(transport).updater(None)
    application = builder.job_queue(None).context_types(ContextTypes(context=BotContext, bot_data=BotData)).build()
    application.bot_data.services = services
    return application


def is_for_us(update: Update) -> bool:
    """Return whether an update is a person's own message, press or inline query, or changes the bot's membership."""
    user = update.effective_user
    if user is None or user.is_bot or user.id == GROUP_ANONYMOUS_BOT:
        return False
    # Only new messages: a person who corrects an old "/stop" does not stop anything again.
    message = update.message
    if message is not None:
        return not (message.forward_origin or message.sender_chat or message.via_bot)
    return bool(update.callback_query or update.inline_query or update.my_chat_member)


def _read(inbound: InboundUpdate, application: Dispatcher) -> Update:
    """Return the update as python-telegram-bot's object. A call for relief may lack parts that cannot be read."""
    try:
        return Update.de_json(dict(inbound.raw), application.bot)
    except Exception as error:
        if not inbound.is_urgent:
            raise
        log.warning(
            "Cannot read all of a call for relief (%s); answering it without the rest",
            type(error).__name__,
            extra={"action": "update_reduced"},
        )
        return Update.de_json(essentials(inbound.raw), application.bot)


async def handle(application: Dispatcher, attempt: Attempt) -> None:
    """Run the handlers on an update, or reply that it is one too many.

    Raises the errors of the handlers, and those of python-telegram-bot for a malformed update.
    """
    attempt.error = None  # of an earlier try
    update = _read(attempt.update, application)
    if not is_for_us(update):
        return
    attempts = application.bot_data.attempts
    attempts[attempt.update.id] = attempt
    try:
        if attempt.is_too_much:
            await application.bot_data.reply_too_much(BotContext.from_update(update, application))
        else:
            await application.process_update(update)
    finally:
        del attempts[attempt.update.id]
    # python-telegram-bot does not raise the errors of handlers; the error handler stores them in the attempt.
    if attempt.error:
        raise attempt.error
