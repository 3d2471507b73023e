"""python-telegram-bot's application, which gives each update to its handlers."""

from typing import Any, TypeAlias

from telegram import Update
from telegram.ext import Application, ApplicationBuilder, ContextTypes, ExtBot

from bot import show_hidden
from bot.app.context import BotContext, BotData
from bot.app.origin import is_for_us
from bot.app.services import Services
from bot.messages.transport import Transport
from bot.updates.inbound_update import Attempt

show_hidden()  # python-telegram-bot is loaded by now

Dispatcher: TypeAlias = "Application[ExtBot[None], BotContext, dict[Any, Any], dict[Any, Any], BotData, None]"


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


async def handle(application: Dispatcher, attempt: Attempt) -> None:
    """Run the handlers on an update, or reply that the person sends too many. A call for relief is answered at once.

    Raises the errors of the handlers, and those of python-telegram-bot for a malformed update.
    """
    attempt.error = None  # of an earlier try
    if not is_for_us(attempt.update.raw):
        return
    if answer := attempt.update.answer:
        # python-telegram-bot is not asked, because it might be unable to read the rest of the update.
        context = BotContext.of_call(attempt, application)
        try:
            await answer(context)
        except Exception as error:  # noqa: BLE001  # it is raised again below
            context.error = error
            await application.bot_data.reply_failed(context)
    else:
        update = Update.de_json(dict(attempt.update.raw), application.bot)
        attempts = application.bot_data.attempts
        attempts[attempt.update.id] = attempt
        try:
            if attempt.is_too_much:
                await application.bot_data.reply_too_much(BotContext.from_update(update, application))
            else:
                await application.process_update(update)
        finally:
            del attempts[attempt.update.id]
    # Errors of handlers do not get this far: ``reply_failed`` has stored them in the attempt.
    if attempt.error:
        raise attempt.error
