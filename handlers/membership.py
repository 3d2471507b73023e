"""People who block the bot and come back: nothing is sent to them until they say that they want it again."""

from datetime import datetime
from functools import partial

from telegram import ChatMember, Update
from telegram import InlineKeyboardButton as Button
from telegram.constants import KeyboardButtonStyle as Style
from telegram.ext import CallbackQueryHandler, ChatMemberHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Text
from bot.messages.sender import Draft
from bot.store import Connection, people, schedules, snapshots
from bot.store.people import Person
from bot.store.snapshots import Snapshot

GONE = frozenset({ChatMember.BANNED, ChatMember.LEFT})


class Words(Model):
    """The question to somebody who has come back, and the reply if they want no reminders."""

    back: Text
    resume_button: Label
    leave_button: Label
    left: Text
    remind_button: Label


def question(edition: Edition, snapshot: Snapshot, kinds: list[str]) -> Draft:
    """Return the question whether the kinds that were on should be on again."""
    words = edition.words(Words)
    ids = ".".join(str(snapshot.schedules[kind].id) for kind in kinds)
    resume = Button(words.resume_button, callback_data=f"stop:undo:{ids}", style=Style.SUCCESS)
    return Draft(words.back, [[resume], [Button(words.leave_button, callback_data="membership:leave")]])


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of a change of membership and of one answer. ``stop.undo`` handles the other answer."""
    return [
        ChatMemberHandler(change_membership, ChatMemberHandler.MY_CHAT_MEMBER),
        CallbackQueryHandler(leave, "^membership:leave$"),
    ]


async def change_membership(update: Update, context: BotContext) -> None:
    """Stop all messages to a person who has blocked the bot, or offer the reminders to one who has come back."""
    change = update.my_chat_member
    if change is None or not context.is_private:
        return
    if change.new_chat_member.status in GONE:
        now = context.services.clock()
        await context.change(partial(block, now=now))
    # A reminder that Telegram refused also marks a person as blocked, so what is stored counts as well.
    elif change.old_chat_member.status in GONE or context.person.blocked:
        await welcome_back(context)


def block(connection: Connection, chat_id: int, now: datetime) -> Person:
    """Store that the person has blocked the bot. This is an effect for ``context.change``."""
    schedules.block(connection, chat_id, now)
    return people.set_awaiting(connection, chat_id, None)


async def welcome_back(context: BotContext) -> bool:
    """Ask whether the reminders that were on should be on again, and turn all off. Store that the person is back.

    Returns whether any reminder was on.
    """
    chat_id, now = context.sender_id, context.services.clock()
    snapshot = await context.services.store.read(lambda connection: snapshots.read(connection, chat_id, now))
    # The question comes before the change. After a crash in between, it is asked again. If the change came first, a
    # crash would lose which reminders were on.
    if snapshot.active and not context.attempt.has_asked_sender:
        sent = await context.reply(question(context.edition, snapshot, snapshot.active))
        context.attempt.has_asked_sender = sent is not None
    await context.change(partial(come_back, now=now))
    return bool(snapshot.active)


def come_back(connection: Connection, chat_id: int, now: datetime) -> Person:
    """Store that the person is back, with all reminders off. This is an effect for ``context.change``."""
    schedules.turn_off(connection, chat_id, now)
    people.set_blocked(connection, chat_id, blocked=False)
    return people.set_awaiting(connection, chat_id, None)


async def leave(update: Update, context: BotContext) -> None:
    words = context.edition.words(Words)
    await context.reply(Draft(words.left, [[Button(words.remind_button, callback_data="remind")]]))
