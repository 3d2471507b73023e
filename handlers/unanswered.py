"""Reminders that nobody answers: asked about once, without blame, and ended after a week."""

from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.edition import Edition, Label, Model, Placeholders, Text
from bot.html import escape
from bot.sender import Draft
from bot.store import Connection, people, schedules
from bot.store.people import Person
from bot.store.plans import Plan
from handlers import kinds


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


def question(edition: Edition, plan: Plan, kind: str) -> Draft:
    """Whether a kind is still wanted, sent without a sound. Fewer are fewer times, or fewer days of the only time."""
    words, wish = edition.words(Words), plan.schedules[kind].wish
    fewer = f"times:{kind}" if len(wish.times) > 1 else f"days:{kind}"
    keep = Button(words.keep_button, callback_data=f"unanswered:keep:{kind}")
    stop = Button(words.stop_button, callback_data=f"kind:off:{kind}")
    buttons = [[keep], [Button(words.fewer_button, callback_data=fewer), stop]]
    return Draft(_named(edition, words.ask, kind), buttons, silent=True)


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
    """The answer that is only given here."""
    return [CallbackQueryHandler(keep, f"^unanswered:keep:({kinds.names(services)})$")]


async def keep(update: Update, context: BotContext) -> None:
    """Go on as before."""
    assert context.matches
    kind, words = context.matches[0][1], context.edition.words(Words)

    def effect(connection: Connection, chat_id: int) -> Person:
        schedules.keep(connection, chat_id, kind, None)
        return people.one(connection, chat_id)

    await context.change(effect)
    await context.reply(Draft(_named(context.edition, words.kept, kind), [[_remind(words)]]))
