"""How the bot does, in numbers, for those who run it; to everybody else this is a command like any unknown one."""

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
from bot.store.figures import Day, Waiting, day, waiting

FEW = 10
"""A smaller number of people could tell of one of them."""
MINUTE, HOUR, DAY = 60, 3600, 86400
_BEGAN = time.monotonic()  # the topics are loaded when the bot starts


class Words(Model):
    """The command, the numbers, a line for each kind, and what stands for a number too small to be shown."""

    command: CommandName
    numbers: Annotated[
        Text,
        Placeholders(
            *("version", "uptime", "seconds", "people", "kinds", "due", "sent", "late", "presumed", "missed", "dead"),
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
    """The command, for the operators that the settings name, and in their private chats only."""
    names = {edition.words(Words).command for edition in services.content.values()}
    return [CommandHandler(names, show, ChatType.PRIVATE & _Operators(services))]


def numbers(edition: Edition, seen: Day, now: Waiting, seconds: float, uptime: float) -> Draft:
    """All numbers; ``seconds`` from the question to here, ``uptime`` in seconds."""
    words = edition.words(Words)

    def shown(number: int) -> str:
        return str(number) if number >= FEW else words.few

    kinds = [
        words.kind.format(kind=escape(each.name), number=shown(seen.kinds.get(name, 0)))
        for name, each in edition.reminders.items()
    ]
    ends = {end: seen.ends.get(end, 0) for end in ("presumed", "missed", "dead")}
    inbox = {"inbox_open": now.inbox_open, "inbox_dead": seen.inbox_dead}
    people = {"people": shown(seen.people), "due": shown(seen.due), "sent": shown(seen.ends.get("sent", 0))}
    return Draft(
        words.numbers.format(
            version=VERSION,
            uptime=lasted(uptime),
            seconds=max(0, round(seconds)),
            kinds="\n".join(kinds),
            late=seen.late,
            **people,
            **ends,
            **inbox,
        )
    )


def lasted(seconds: float) -> str:
    """A time in its two largest units: ``"3 d 4 h"``."""
    whole = int(seconds)
    if whole >= DAY:
        return f"{whole // DAY} d {whole % DAY // HOUR} h"
    return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"


async def show(update: Update, context: BotContext) -> None:
    """Show the numbers."""
    store, now = context.services.store, context.services.clock()
    seen, waits = await store.read(lambda each: (day(each, now), waiting(each, now)))
    asked = context.event.message.date if context.event.message else now
    seconds, uptime = (now - asked).total_seconds(), time.monotonic() - _BEGAN
    await context.reply(numbers(context.edition, seen, waits, seconds, uptime))
