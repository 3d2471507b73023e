"""Messages written while the bot was not running: one late answer in each chat, instead of many answers too late."""

from datetime import datetime, timedelta

from telegram import Message, Update
from telegram.ext import CommandHandler, MessageHandler
from telegram.ext.filters import ChatType, MessageFilter, StatusUpdate

from bot.app import BotContext, Clock, Handler, Services
from bot.content import Edition, Model, Text
from bot.messages.sender import Draft
from bot.updates.inbound_update import Raw
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


def is_late(raw: Raw, now: datetime) -> bool:
    """Return whether the message in a raw update was written more than ten minutes before ``now`` (UTC)."""
    date = raw.get("message", {}).get("date")
    return isinstance(date, int) and date < (now - LATE).timestamp()


def apology(edition: Edition) -> Draft:
    """Return the apology and the steps. Whatever the person wrote, the steps may still matter."""
    draft = cramp.steps(edition)
    return Draft(f"{edition.words(Words).sorry}\n\n{draft.text}", draft.buttons, draft.picture)


def handlers(services: Services) -> list[Handler]:
    """Return handlers for messages older than ten minutes. Calls for relief do not get here: see ``answer_finder``.

    A message that turns the reminders off is left to its topic, because it counts however late it is. In a group, where
    people also talk to each other, only commands get an apology.
    """
    late, content = _LateMessages(services.clock), services.content
    names = [name for key in content.edition().commands for name in content.names(key)]
    wanted = ~StatusUpdate.ALL & ~stop.StopCalls(content)
    return [
        MessageHandler(ChatType.PRIVATE & late & wanted, _apologise),  # ``late`` is cheap and drops most messages
        CommandHandler(names, _apologise, ChatType.GROUPS & late),
    ]


async def _apologise(update: Update, context: BotContext) -> None:
    await apologise(context)


async def apologise(context: BotContext) -> None:
    """Send the apology and the steps, unless the chat got them in the last ten minutes."""
    chat_id, now, sent = context.attempt.update.chat_id, context.services.clock(), context.bot_data.apologies
    if await context.steps_sent_ahead():  # they were not late, but this start was long
        await cramp.show_steps(context, cramp.CALF)
    elif not sent.has(chat_id, now):
        sent.add(chat_id, now)
        await context.send(apology(context.edition))
