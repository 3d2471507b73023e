"""Messages written while the bot was not running: one late answer in each chat, instead of many answers too late."""

from datetime import datetime, timedelta

from telegram import Message, Update
from telegram.ext import CommandHandler, MessageHandler
from telegram.ext.filters import ChatType, MessageFilter, StatusUpdate

from bot.app import BotContext, Clock, Handler, Services
from bot.content import Edition, Model, Text
from bot.messages.sender import Draft
from bot.parsing.intent import DANGERS, Intent
from handlers import cramp, stop

LATE = timedelta(minutes=10)


class Words(Model):
    """The apology above the steps."""

    sorry: Text


class _LateMessages(MessageFilter):
    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def filter(self, message: Message) -> bool:
        return self._clock() - message.date > LATE


class Apologies:
    """Which chats got an apology in the last ten minutes, so that each gets only one."""

    def __init__(self) -> None:
        self._sent_at: dict[int, datetime] = {}

    def claim(self, chat_id: int, now: datetime) -> bool:
        """Return whether this chat has to get an apology, and count it as sent at ``now`` (UTC)."""
        # A dictionary keeps the order of insertion, so the oldest are at the front.
        while self._sent_at and now - self._sent_at[oldest := next(iter(self._sent_at))] >= LATE:
            del self._sent_at[oldest]
        if chat_id in self._sent_at:
            return False
        self._sent_at[chat_id] = now
        return True


def apology(edition: Edition) -> Draft:
    """Return the apology and the steps. Whatever the person wrote, the steps may still matter."""
    draft = cramp.steps(edition)
    return Draft(f"{edition.words(Words).sorry}\n\n{draft.text}", draft.buttons, draft.picture)


def handlers(services: Services) -> list[Handler]:
    """Return handlers for messages that are older than ten minutes.

    A message that turns the reminders off is left to its topic, because it counts however late it is. So is a message
    that names a danger. In a group, where people also talk to each other, only commands get an apology.
    """
    late, apologies, content = _LateMessages(services.clock), Apologies(), services.content
    danger = cramp.Heard(cramp.listener(content), {*DANGERS, Intent.CRISIS})
    names = [name for key in content.edition().commands for name in content.names(key)]

    async def apologise(update: Update, context: BotContext) -> None:
        if update.effective_chat and apologies.claim(update.effective_chat.id, services.clock()):
            await context.send(apology(context.edition))

    wanted = ~StatusUpdate.ALL & ~(stop.StopCalls(content) | danger)
    return [
        MessageHandler(ChatType.PRIVATE & late & wanted, apologise),  # ``late`` is cheap and drops most
        CommandHandler(names, apologise, ChatType.GROUPS & late),
    ]
