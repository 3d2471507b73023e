"""Blocked and back again: nothing is sent to who has blocked the bot, and who comes back is asked first."""

from datetime import datetime
from functools import partial

from telegram import ChatMember, Update
from telegram import InlineKeyboardButton as Button
from telegram.constants import KeyboardButtonStyle as Style
from telegram.ext import CallbackQueryHandler, ChatMemberHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Text
from bot.messages.sender import Draft
from bot.store import Connection, people, plans, schedules
from bot.store.people import Person
from bot.store.plans import Plan

GONE = frozenset({ChatMember.BANNED, ChatMember.LEFT})


class Words(Model):
    """What is asked of who has come back."""

    back: Text
    resume_button: Label
    leave_button: Label
    left: Text
    remind_button: Label


def question(edition: Edition, plan: Plan, kinds: list[str]) -> Draft:
    """Whether the kinds that were on are to be on again."""
    words = edition.words(Words)
    numbers = ".".join(str(plan.schedules[kind].id) for kind in kinds)
    resume = Button(words.resume_button, callback_data=f"stop:undo:{numbers}", style=Style.SUCCESS)
    return Draft(words.back, [[resume], [Button(words.leave_button, callback_data="membership:leave")]])


def handlers(services: Services) -> list[Handler]:
    """The change of membership, and the answer to the question."""
    return [
        ChatMemberHandler(changed, ChatMemberHandler.MY_CHAT_MEMBER),
        CallbackQueryHandler(leave, "^membership:leave$"),
    ]


async def changed(update: Update, context: BotContext) -> None:
    """Stop for who has blocked the bot; ask who has come back."""
    change = update.my_chat_member
    if change is None or not context.is_private:
        return
    if change.new_chat_member.status in GONE:
        now = context.services.clock()
        await context.change(partial(_blocked, now=now))
    elif change.old_chat_member.status in GONE or context.person.blocked:
        await welcome_back(context)


def _blocked(connection: Connection, chat_id: int, now: datetime) -> Person:
    schedules.block(connection, chat_id, now)
    return people.expect(connection, chat_id, None)


async def welcome_back(context: BotContext) -> bool:
    """Take note that the person is back; what was on is off until they say so. Returns whether there was anything.

    They are asked first: a process that dies between the two asks once more; nobody could tell any longer what was on.
    """
    chat_id, now = context.arrival.sender_id, context.services.clock()
    plan = await context.services.store.read(lambda connection: plans.read(connection, chat_id, now))
    if plan.active and not context.arrival.is_asked:
        context.arrival.is_asked = await context.reply(question(context.edition, plan, plan.active)) is not None
    await context.change(partial(_back, now=now))
    return bool(plan.active)


def _back(connection: Connection, chat_id: int, now: datetime) -> Person:
    schedules.turn_off(connection, chat_id, now)
    people.block(connection, chat_id, blocked=False)
    return people.expect(connection, chat_id, None)


async def leave(update: Update, context: BotContext) -> None:
    """Leave everything off."""
    words = context.edition.words(Words)
    await context.reply(Draft(words.left, [[Button(words.remind_button, callback_data="remind")]]))
