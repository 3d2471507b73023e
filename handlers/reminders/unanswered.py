"""Reminders that the person does not answer: asked about once, without blame, and turned off after a week."""

from collections.abc import Callable
from typing import Annotated

from telegram import InlineKeyboardButton as Button
from telegram import Update
from telegram.ext import CallbackQueryHandler

from bot.app import BotContext, Handler, Services
from bot.content import Edition, Label, Model, Placeholders, Text
from bot.content.telegram_html import escape
from bot.messages.sender import Draft
from bot.reminders import service
from bot.reminders.deferred import Draw, DueMessage
from bot.store.claiming import ClaimedRow
from bot.store.outbox import UNANSWERED_ASK, UNANSWERED_END
from handlers.reminders import reminder_kind, reminder_times, weekdays


class Words(Model):
    """The question after some unanswered reminders, the replies to its answers, and the news that a kind is off."""

    ask: Annotated[Text, Placeholders("name")]
    keep_button: Label
    fewer_button: Label
    stop_button: Label
    kept: Annotated[Text, Placeholders("name")]
    ended: Annotated[Text, Placeholders("name")]
    on_button: Label
    remind_button: Label


def question(edition: Edition, kind: str) -> Draft:
    """Return the question whether a kind is still wanted. It is sent without a sound."""
    words = edition.words(Words)
    keep = Button(words.keep_button, callback_data=f"unanswered:keep:{kind}")
    fewer = Button(words.fewer_button, callback_data=f"unanswered:fewer:{kind}")
    stop = Button(words.stop_button, callback_data=f"kind:off:{kind}")
    return Draft(_with_name(edition, words.ask, kind), [[keep], [fewer, stop]], silent=True)


def turned_off(edition: Edition, kind: str) -> Draft:
    """Return the news that a kind was turned off because nobody answered. It is sent without a sound."""
    words = edition.words(Words)
    on, remind = Button(words.on_button, callback_data=f"remind:on:{kind}"), _remind_button(words)
    return Draft(_with_name(edition, words.ended, kind), [[on], [remind]], silent=True)


def _with_name(edition: Edition, text: str, kind: str) -> str:
    return text.format(name=f"<b>{escape(edition.reminders[kind].name)}</b>")


def _remind_button(words: Words) -> Button:
    return Button(words.remind_button, callback_data="remind")


def handlers(services: Services) -> list[Handler]:
    """Return the handlers of two answers. ``reminder_kind`` handles the third, which turns the kind off."""
    kinds = service.kind_pattern(services)
    return [
        CallbackQueryHandler(keep, f"^unanswered:keep:({kinds})$"),
        CallbackQueryHandler(fewer, f"^unanswered:fewer:({kinds})$"),
    ]


async def keep(update: Update, context: BotContext) -> None:
    """Keep the kind as it is, and start counting unanswered reminders from zero."""
    kind, words = context.match[1], context.edition.words(Words)
    await service.note_answer(context, kind)
    await context.reply(Draft(_with_name(context.edition, words.kept, kind), [[_remind_button(words)]]))


async def fewer(update: Update, context: BotContext) -> None:
    """Show the times, so that one can be removed. If there is only one, show the weekdays."""
    kind = context.match[1]
    await service.note_answer(context, kind)
    wish = (await service.read_snapshot(context)).wish(kind)
    draw = reminder_times.times_list if wish and len(wish.times) > 1 else weekdays.weekdays
    await reminder_kind.show_if_on(context, kind, draw)


async def draw_question(services: Services, row: ClaimedRow) -> DueMessage | None:
    """Draw the question. It takes the place of a reminder."""
    return _draw_for_kind(services, row, question)


async def draw_end(services: Services, row: ClaimedRow) -> DueMessage | None:
    """Draw the news that the kind was turned off. It takes the place of a reminder."""
    return _draw_for_kind(services, row, turned_off)


def _draw_for_kind(services: Services, row: ClaimedRow, draw: Callable[[Edition, str], Draft]) -> DueMessage | None:
    edition = services.content.edition(row.person.language, row.person.telegram_language)
    return DueMessage(draw(edition, row.data)) if row.data in edition.reminders else None


DEFERRED: dict[str, Draw] = {UNANSWERED_ASK: draw_question, UNANSWERED_END: draw_end}
