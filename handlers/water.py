"""A glass of water, logged with one command, so that the next water reminder need not come."""

from datetime import datetime
from functools import partial
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CommandHandler
from telegram.ext.filters import ChatType

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text, wording
from bot.messages.sender import Draft
from bot.store import answers
from bot.store.people import Person

KIND = "water"
"""The kind of reminder that a glass replaces."""


class Words(Model):
    """The replies to a glass."""

    skipped: Annotated[Text, Placeholders("time")]
    noted: Text
    remind_button: Label


def reply(edition: Edition, skipped_at: datetime | None, person: Person) -> Draft:
    """Return which reminder is skipped. ``skipped_at`` is when it was due (UTC); None if none was near."""
    words = edition.words(Words)
    if skipped_at is None or person.zone is None:
        return Draft(words.noted, [[Button(words.remind_button, callback_data="remind")]])
    return Draft(words.skipped.format(time=wording.clock(skipped_at, person.zone)))


def handlers(services: Services) -> list[Handler]:
    return [CommandHandler(services.content.names("water"), water, ChatType.PRIVATE)]


async def water(update: Update, context: BotContext) -> None:
    """Skip the next water reminder if it is near. The glass itself is not stored."""
    skipped_at = await context.change(partial(answers.cancel_upcoming, kind=KIND, now=context.services.clock()))
    await context.reply(reply(context.edition, skipped_at, context.person))
