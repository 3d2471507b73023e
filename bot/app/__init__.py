"""What every handler gets: the services, the context of one update, and the application that runs the handlers."""

from bot.app.context import BotContext, BotData, Handler, TextHandler
from bot.app.dispatcher import Dispatcher, build, handle
from bot.app.services import Clock, Services

__all__ = [
    "BotContext",
    "BotData",
    "Clock",
    "Dispatcher",
    "Handler",
    "Services",
    "TextHandler",
    "build",
    "handle",
]
