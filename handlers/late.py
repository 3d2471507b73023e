"""What was written while the bot was away: one late answer for each chat, instead of many out of time."""

from datetime import datetime, timedelta

from telegram import Message, Update
from telegram.ext import CommandHandler, MessageHandler
from telegram.ext.filters import ChatType, MessageFilter, StatusUpdate

from bot.app import BotContext, Clock, Handler, Services
from bot.content import Edition, Model, Text
from bot.messages.sender import Draft
from handlers import cramp, stop

LATE = timedelta(minutes=10)


class Words(Model):
    """An apology, with the steps below it."""

    sorry: Text


class _Late(MessageFilter):
    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def filter(self, message: Message) -> bool:
        return self._clock() - message.date > LATE


class Apologies:
    """Remembers for a while in which chats an apology stands, so that it stands there once."""

    def __init__(self) -> None:
        self._given: dict[int, datetime] = {}

    def due(self, chat_id: int, now: datetime) -> bool:
        """Whether this chat is still owed one; it is taken as given then."""
        while self._given and now - self._given[oldest := next(iter(self._given))] >= LATE:
            del self._given[oldest]
        if chat_id in self._given:
            return False
        self._given[chat_id] = now
        return True


def apology(edition: Edition) -> Draft:
    """The apology and the steps: whatever was asked, this is what may still matter."""
    draft = cramp.steps(edition)
    return Draft(f"{edition.words(Words).sorry}\n\n{draft.text}", draft.buttons, draft.picture)


def handlers(services: Services) -> list[Handler]:
    """Every message that is older than ten minutes, but one that ends the reminders: that counts however late.

    In a group, where others talk too, it is only a command of ours.
    """
    late, apologies, content = _Late(services.clock), Apologies(), services.content
    names = [name for topic in content.edition().commands for name in content.names(topic)]

    async def apologise(update: Update, context: BotContext) -> None:
        if update.effective_chat and apologies.due(update.effective_chat.id, services.clock()):
            await context.send(apology(context.edition))

    return [
        MessageHandler(ChatType.PRIVATE & ~StatusUpdate.ALL & ~stop.Calls(content) & late, apologise),
        CommandHandler(names, apologise, ChatType.GROUPS & late),
    ]
