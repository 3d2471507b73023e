"""The operators' /status: how the bot is doing, in numbers. To everybody else it is an unknown command."""

import time
from typing import Annotated

from telegram import Message, Update
from telegram.ext import CommandHandler
from telegram.ext.filters import ChatType, MessageFilter

from bot import VERSION
from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text
from bot.content.fields import CommandName
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.store import status
from bot.store.status import Backlog, LastDay

FEW = 10
"""Smaller numbers of people are not shown, because they could reveal something about one person."""
MINUTE, HOUR, DAY = 60, 3600, 86400
_STARTED = time.monotonic()  # the topics are imported when the bot starts


class Words(Model):
    """The command, the numbers, a line for each kind, and what is shown for a number below ``FEW``."""

    command: CommandName
    numbers: Annotated[
        Text,
        Placeholders(
            *(
                "version",
                "uptime",
                "seconds",
                "people",
                "kinds",
                "diaries",
                "due",
                "sent",
                "late",
                "presumed",
                "missed",
                "dead",
            ),
            *("inbox_open", "inbox_dead"),
        ),
    ]
    kind: Annotated[Label, Placeholders("kind", "number")]
    few: Label


class _Operators(MessageFilter):
    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services

    def filter(self, message: Message) -> bool:
        return message.from_user is not None and message.from_user.id in self._services.settings.operator_ids


def handlers(services: Services) -> list[Handler]:
    """Return the handler of the command, for the operators' private chats."""
    names = {edition.words(Words).command for edition in services.content.values()}
    return [CommandHandler(names, show, ChatType.PRIVATE & _Operators(services))]


def numbers(edition: Edition, last_day: LastDay, backlog: Backlog, seconds: float, uptime: float) -> Draft:
    """Return the answer to the command: how the bot did in the last day, and how it is now. It names nobody.

    Args:
        edition: The content in the operator's language.
        last_day: What happened in the last 24 hours.
        backlog: What waits to be done.
        seconds: The time from the operator's message until now.
        uptime: The time since the bot started, in seconds.
    """
    words = edition.words(Words)

    def shown(number: int) -> str:
        return str(number) if number >= FEW else words.few

    kinds = [
        words.kind.format(kind=escape(block.name), number=shown(last_day.kinds.get(kind, 0)))
        for kind, block in edition.reminders.items()
    ]
    ends = {end: last_day.ends.get(end, 0) for end in ("presumed", "missed", "dead")}
    inbox = {"inbox_open": backlog.inbox_open, "inbox_dead": last_day.inbox_dead}
    people = {"people": shown(last_day.people), "diaries": shown(last_day.diaries), "due": shown(last_day.due)}
    return Draft(
        words.numbers.format(
            version=VERSION,
            uptime=duration(uptime),
            seconds=max(0, round(seconds)),  # Telegram's clock may be ahead of ours
            kinds="\n".join(kinds),
            sent=shown(last_day.ends.get("sent", 0)),
            late=last_day.late,
            **people,
            **ends,
            **inbox,
        )
    )


def duration(seconds: float) -> str:
    """Return a duration in its two largest units: ``"3 d 4 h"``."""
    whole = int(seconds)
    if whole >= DAY:
        return f"{whole // DAY} d {whole % DAY // HOUR} h"
    return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"


async def show(update: Update, context: BotContext) -> None:
    store, now = context.services.store, context.services.clock()
    last_day, backlog = await store.read(
        lambda connection: (status.last_day(connection, now), status.backlog(connection, now))
    )
    sent_at = context.event.message.date if context.event.message else now
    seconds, uptime = (now - sent_at).total_seconds(), time.monotonic() - _STARTED
    await context.reply(numbers(context.edition, last_day, backlog, seconds, uptime))
