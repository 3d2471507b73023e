"""The times of one kind of reminder that are typed: as many as somebody writes, one after the other."""

from dataclasses import replace
from datetime import time
from typing import Annotated

from telegram import Update

from bot.app import BotContext, Handler, Services
from bot.edition import Edition, Model, Placeholders, Text
from bot.html import escape
from bot.sender import Draft
from bot.store import Connection
from bot.store.people import Person
from bot.store.plans import Effect, Plan
from bot.timetable import read_time
from handlers import hours, kinds

LONGEST_QUOTE = 40


class Words(Model):
    """The words around a time that was typed."""

    not_read: Annotated[Text, Placeholders("text")]
    added: Annotated[Text, Placeholders("time")]
    there: Annotated[Text, Placeholders("time")]
    more: Text


def handlers(services: Services) -> list[Handler]:
    """None: what is typed comes by ``hear``."""
    return []


def told(edition: Edition, plan: Plan, kind: str, said: str) -> Draft:
    """What became of a time, and whether another may be typed, above all that is chosen for the kind."""
    draft, has_room = kinds.kind(edition, plan, kind), hours.possible(edition, plan, kind)
    more = edition.words(Words).more if has_room else edition.words(hours.Words).full
    return replace(draft, text=f"{said} {more}\n\n{draft.text}")


async def hear(update: Update, context: BotContext, kind: str) -> None:
    """Take a text as one more time of a kind; say what was understood if it cannot be one."""
    text = (context.event.message.text if context.event.message else None) or ""
    if chosen := read_time(text):
        await _take(context, kind, chosen)
    else:
        said = context.edition.words(Words).not_read.format(text=escape(text[:LONGEST_QUOTE]))
        await _reply(context, kind, said)


async def _take(context: BotContext, kind: str, chosen: time) -> None:
    plan, words = await kinds.plan_of(context), context.edition.words(Words)
    if hours.is_there(plan, kind, chosen):
        await context.change(hours.asking(context, kind))
        await _tell(context, kind, words.there.format(time=f"{chosen:%H:%M}"))
    elif refused := hours.refusal(context.edition, plan, kind, chosen):
        await _reply(context, kind, refused)
    else:
        await context.change(_adding(context, plan, kind, chosen))
        await _tell(context, kind, words.added.format(time=f"{chosen:%H:%M}"))


def _adding(context: BotContext, plan: Plan, kind: str, chosen: time) -> Effect:
    """Add a time, and take the next text as one more."""
    add, ask = hours.added(context, plan, kind, chosen), hours.asking(context, kind)

    def effect(connection: Connection, chat_id: int) -> Person:
        add(connection, chat_id)
        return ask(connection, chat_id)

    return effect


async def _tell(context: BotContext, kind: str, said: str) -> None:
    await context.reply(told(context.edition, await kinds.plan_of(context), kind, said))


async def _reply(context: BotContext, kind: str, text: str) -> None:
    await context.reply(Draft(text, [hours.back(context.edition.words(hours.Words), kind)]))
