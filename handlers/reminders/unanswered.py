"""Reminders that nobody answers: asked about once, without blame, and ended after a week."""

from collections.abc import Callable
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.reminders.deferred import Draw, Turn
from bot.store.outbox import UNANSWERED_ASK, UNANSWERED_END, Due
from handlers.reminders import reminder_kind, reminder_times, weekdays


class Words(Model):
    """What is asked and said."""

    ask: Annotated[Text, Placeholders("name")]
    keep_button: Label
    fewer_button: Label
    stop_button: Label
    kept: Annotated[Text, Placeholders("name")]
    ended: Annotated[Text, Placeholders("name")]
    on_button: Label
    remind_button: Label


def question(edition: Edition, kind: str) -> Draft:
    """Whether a kind is still wanted, sent without a sound."""
    words = edition.words(Words)
    keep = Button(words.keep_button, callback_data=f"unanswered:keep:{kind}")
    fewer = Button(words.fewer_button, callback_data=f"unanswered:fewer:{kind}")
    stop = Button(words.stop_button, callback_data=f"kind:off:{kind}")
    return Draft(_named(edition, words.ask, kind), [[keep], [fewer, stop]], silent=True)


def ended(edition: Edition, kind: str) -> Draft:
    """That a kind has been turned off as nobody answered, sent without a sound, with the way to turn it on."""
    words = edition.words(Words)
    on, remind = Button(words.on_button, callback_data=f"remind:on:{kind}"), _remind(words)
    return Draft(_named(edition, words.ended, kind), [[on], [remind]], silent=True)


def _named(edition: Edition, text: str, kind: str) -> str:
    return text.format(name=f"<b>{escape(edition.reminders[kind].name)}</b>")


def _remind(words: Words) -> Button:
    return Button(words.remind_button, callback_data="remind")


def handlers(services: Services) -> list[Handler]:
    """The answers that are only given here."""
    names = reminder_kind.names(services)
    return [
        CallbackQueryHandler(keep, f"^unanswered:keep:({names})$"),
        CallbackQueryHandler(fewer, f"^unanswered:fewer:({names})$"),
    ]


async def _heard(context: BotContext) -> str:
    """Note that somebody is there after all; returns the kind."""
    kind = context.match[1]
    await reminder_kind.heard(context, kind)
    return kind


async def keep(update: Update, context: BotContext) -> None:
    """Go on as before."""
    kind, words = await _heard(context), context.edition.words(Words)
    await context.reply(Draft(_named(context.edition, words.kept, kind), [[_remind(words)]]))


async def fewer(update: Update, context: BotContext) -> None:
    """Show the times, or, where there is only one, the days."""
    kind = await _heard(context)
    wish = (await reminder_kind.plan_of(context)).wish(kind)
    draw = reminder_times.listed if wish and len(wish.times) > 1 else weekdays.weekdays
    await reminder_kind.show_if_on(context, kind, draw)


async def ask(services: Services, due: Due) -> Turn | None:
    """The question, in the place of a reminder."""
    return _drawn(services, due, question)


async def end(services: Services, due: Due) -> Turn | None:
    """The end, in the place of a reminder."""
    return _drawn(services, due, ended)


def _drawn(services: Services, due: Due, draw: Callable[[Edition, str], Draft]) -> Turn | None:
    edition = services.content.edition(due.person.language, due.person.told)
    return Turn(draw(edition, due.data)) if due.data in edition.reminders else None


LATER: dict[str, Draw] = {UNANSWERED_ASK: ask, UNANSWERED_END: end}
